import { type EvidenceQueueLimits, LEAP } from './evidence-store';

interface WaitingText {
  seq: number;
  text: string;
}

/** The queue of a page for which the browser keeps nothing: as bounded as the other, and gone with the page. */
export interface EvidenceMemory {
  /** The number that the next text gets. */
  readonly next: number;
  /** @returns how many of the oldest had to go. */
  put(seq: number, text: string): number;
  first(): WaitingText | undefined;
  drop(upTo: number): void;
  /** Numbers begin here at the least. */
  raise(next: number): void;
  /** Numbers begin well after this one. */
  leap(next: number): void;
  /** What was never sent gets numbers above those that the server took from elsewhere; what was sent and is below them has taken effect. */
  rebase(next: number): void;
  /** Takes out what was never shown. */
  withdraw(): string[];
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
  /** The greatest number that left the queue to be sent. */
  let shown = 0;

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
    put(seq, text) {
      const dropped = shorten(() => waiting.length < maxBatches && bytes + text.length <= maxBytes);
      // A number that was claimed may come after a greater one.
      const place = waiting.findLastIndex((other) => other.seq < seq) + 1;
      waiting.splice(place, 0, { seq, text });
      bytes += text.length;
      next = Math.max(next, seq + 1);
      return dropped;
    },
    first() {
      const oldest = waiting[0];
      shown = Math.max(shown, oldest?.seq ?? 0);
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
      shorten(() => waiting[0]!.seq >= least || waiting[0]!.seq > shown);
      if (next < least || (waiting[0]?.seq ?? least) < least) {
        leap(least);
        for (const text of waiting) {
          text.seq = next++;
        }
      }
    },
    withdraw() {
      const unseen = waiting.filter(({ seq }) => seq > shown);
      shorten(() => false);
      return unseen.map(({ text }) => text);
    },
    clear() {
      waiting = [];
      bytes = 0;
    },
  };
}
