import { type EvidenceQueueLimits, LEAP } from './evidence-store';

interface WaitingText {
  seq: number;
  text: string;
  /** Whether it may have been sent under its number. */
  sent: boolean;
}

/** The queue of a page for which the browser keeps nothing: as bounded as the other, and gone with the page. */
export interface EvidenceMemory {
  /** The number that the next text gets. */
  readonly next: number;
  /**
   * @param sent whether it may have been sent already
   * @returns how many of the oldest had to go.
   */
  put(seq: number, text: string, sent: boolean): number;
  /** The oldest, to be sent. */
  first(): WaitingText | undefined;
  drop(upTo: number): void;
  /** Numbers begin here at the least. */
  raise(next: number): void;
  /** Numbers begin well after this one. */
  leap(next: number): void;
  /** What was never sent gets numbers above those that the server took from elsewhere; what was sent and is below them has taken effect. */
  rebase(next: number): void;
  /** Takes out everything. Of what was sent nobody knows whether it arrived: that is counted alone. */
  withdraw(): { unsent: string[]; sent: number };
  clear(): void;
}

/** @param random random bytes, for the numbers that are left out: pages without a store can not know each other's. */
export function evidenceMemory(
  { maxBytes, maxBatches }: Required<EvidenceQueueLimits>,
  random: (length: number) => Uint8Array,
): EvidenceMemory {
  let waiting: WaitingText[] = [];
  let bytes = 0;
  let next = 1;

  function shorten(enough: () => boolean): number {
    let dropped = 0;
    while (waiting.length > 0 && !enough()) {
      bytes -= waiting.shift()!.text.length;
      dropped++;
    }
    return dropped;
  }

  function leap(least: number): void {
    const [low = 0, high = 0] = random(2);
    next = Math.max(next, least + LEAP + low + 256 * high);
  }

  return {
    leap,
    get next() {
      return next;
    },
    put(seq, text, sent) {
      const dropped = shorten(() => waiting.length < maxBatches && bytes + text.length <= maxBytes);
      // A number that was claimed may come after a greater one.
      const later = waiting.findIndex((other) => other.seq > seq);
      waiting.splice(later < 0 ? waiting.length : later, 0, { seq, text, sent });
      bytes += text.length;
      next = Math.max(next, seq + 1);
      return dropped;
    },
    first() {
      const oldest = waiting[0];
      if (oldest) {
        oldest.sent = true;
      }
      return oldest;
    },
    drop(upTo) {
      shorten(() => waiting[0]!.seq > upTo);
      next = Math.max(next, upTo + 1);
    },
    raise(least) {
      next = Math.max(next, least);
    },
    rebase(least) {
      shorten(() => waiting[0]!.seq >= least || !waiting[0]!.sent);
      if (next < least || (waiting[0]?.seq ?? least) < least) {
        leap(least);
        for (const text of waiting) {
          text.seq = next++;
        }
      }
    },
    withdraw() {
      const unsent = waiting.filter(({ sent }) => !sent).map(({ text }) => text);
      const sent = waiting.length - unsent.length;
      shorten(() => false);
      return { unsent, sent };
    },
    clear() {
      waiting = [];
      bytes = 0;
    },
  };
}
