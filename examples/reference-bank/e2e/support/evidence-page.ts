import { type EvidenceStream, type StreamEvidenceOptions, streamEvidence } from '@tacit-auth/capture/transport';
import type { Window } from 'happy-dom';
import { plainWords } from './forged-evidence';
import { keyCode } from './keyboard';
import type { Typist } from './typist';

/** Keys of a window: the fewest that one has. */
export const WINDOW_KEYS = 25;
/** The first key of a window is held so long, and 0.1 ms more for each window before it: by that they can be told apart wherever they turn up. */
const FIRST_HOLD = 400;

/** A page on which somebody types, and the SDK's own stream of evidence on it: recorders, queue, transport. Its time goes on as he types. */
export class EvidencePage {
  readonly stream: EvidenceStream;
  /** What a customer would be told, and what the page says of its storage: nothing of it is expected. */
  readonly problems: string[] = [];
  readonly #window: Window;
  readonly #field: InstanceType<Window['HTMLTextAreaElement']>;
  #ahead = 0;

  constructor({
    window,
    ...options
  }: { window: Window } & Pick<
    StreamEvidenceOptions,
    'socketUrl' | 'onRenew' | 'fetch' | 'WebSocket' | 'indexedDB' | 'crypto' | 'locks' | 'timer' | 'name' | 'limits' | 'timeoutMs'
  >) {
    this.#window = window;
    this.#field = window.document.createElement('textarea');
    window.document.body.append(this.#field);
    this.stream = streamEvidence({
      url: '/auth/continuous',
      fields: this.#field as unknown as HTMLTextAreaElement,
      pointer: false,
      onState: (state) => {
        // A window that counts twice is a replay, and is doubted in the end.
        if (state !== 'checking' && state !== 'on') this.problems.push(state);
      },
      onError: ({ code }) => {
        if (code === 'ERR_TRANSPORT_STORAGE' || code === 'ERR_TRANSPORT_REFUSED') this.problems.push(code);
      },
      clock: () => performance.now() + this.#ahead,
      BroadcastChannel: null,
      ...options,
    });
    this.stream.start();
  }

  /** Types one window, which makes one batch. Resolves when the page has it in its queue. */
  type(typist: Typist, number: number): Promise<void> {
    const begun = performance.now() + this.#ahead;
    const actions = typist.plan(plainWords(number * 101, WINDOW_KEYS));
    const [first, ...rest] = actions;
    if (!first) throw new Error('nothing to type');
    // Nothing else happens while the first key is held.
    const held = (FIRST_HOLD + number) / 10;
    const released = rest.findIndex(({ kind, key }) => kind === 'up' && key === first.key);
    rest.splice(released, 1);
    this.#dispatch('keydown', first.key, begun);
    this.#dispatch('keyup', first.key, begun + held);
    for (const { kind, key, at } of rest) this.#dispatch(kind === 'down' ? 'keydown' : 'keyup', key, begun + held + 1 + at);
    this.#ahead += held + 1 + (rest.at(-1)?.at ?? 0);
    return this.stream.flush();
  }

  #dispatch(type: 'keydown' | 'keyup', key: string, when: number): void {
    const event = new this.#window.KeyboardEvent(type, { code: keyCode(key), key, bubbles: true });
    Object.defineProperty(event, 'timeStamp', { value: when });
    Object.defineProperty(event, 'isTrusted', { value: true });
    this.#field.dispatchEvent(event);
  }

  /** The page is closed: what it has queued is not its own to send any more. */
  close(): void {
    this.stream.destroy();
    this.#field.remove();
  }
}

/** Which window of its session a batch carries, by the time its first key was held. */
export function windowNumberOf(batch: string): number {
  const { typing } = JSON.parse(batch) as { typing: Array<{ keys: Array<[string, number, number]> }> };
  const [first] = typing[0]?.keys ?? [];
  if (!first) throw new Error('a batch without a window');
  return first[2] - first[1] - FIRST_HOLD;
}
