import type { readLines } from '@tacit-internal/bench-shared/read-lines';

/** Pointer events of one stretch of use, in order. Kinds as in a pointer sample: 0 move, 1 press of the main button, 2 of another, 3 and 4 their releases, 5 wheel. */
export interface PointerRecording {
  readonly kinds: Uint8Array;
  /** In ms from the beginning. */
  readonly at: Float64Array;
  /** In px. */
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Most events of a recording. */
export const MOST_POINTER_EVENTS = 1_000_000;

/** Where the recording of a remote desktop has no place on the screen. */
const OFF_SCREEN = 65_535;
const MOST_PIXELS = 1_000_000;
const MOST_MILLISECONDS = 1e11;

/** Collects events of lines `dt_ms,ev,x,y`: the time since the event before, a button and its state, a place. */
export class PointerLines {
  readonly #kinds: number[] = [];
  readonly #at: number[] = [];
  readonly #x: number[] = [];
  readonly #y: number[] = [];
  #time = 0;

  /** @throws RangeError for a line that is no event, and for one too many. */
  add(line: string): void {
    const [dt, ev, x, y, ...rest] = line.split(',');
    const [elapsed, left, top] = [dt, x, y].map((cell) => (cell === undefined || cell.trim() === '' ? Number.NaN : Number(cell))) as [
      number,
      number,
      number,
    ];
    const kind = kindOf(ev);
    if (kind === undefined || rest.length > 0 || !(Math.abs(left) <= MOST_PIXELS) || !(Math.abs(top) <= MOST_PIXELS)) {
      throw new RangeError('an event is dt_ms,ev,x,y');
    }
    if (!(elapsed >= 0) || this.#time + elapsed > MOST_MILLISECONDS) throw new RangeError('dt_ms must be a time since the event before');
    this.#time += elapsed;
    if (left === OFF_SCREEN || top === OFF_SCREEN) return;
    if (this.#kinds.length >= MOST_POINTER_EVENTS) throw new RangeError(`a recording has at most ${MOST_POINTER_EVENTS} events`);
    this.#kinds.push(kind);
    this.#at.push(this.#time);
    this.#x.push(left);
    this.#y.push(top);
  }

  recording(): PointerRecording {
    return {
      kinds: Uint8Array.from(this.#kinds),
      at: Float64Array.from(this.#at),
      x: Float64Array.from(this.#x),
      y: Float64Array.from(this.#y),
    };
  }
}

const EVENT = /^[NLRSMXO][MDPRdu]$/;

/** `undefined` for what is no event: a button (N none, L left, others) and a state (M move, D drag, P pressed, R released, d and u scrolled). */
function kindOf(ev: string | undefined): number | undefined {
  if (ev === undefined || !EVENT.test(ev)) return undefined;
  const main = ev[0] === 'L';
  switch (ev[1]) {
    case 'P':
      return main ? 1 : 2;
    case 'R':
      return main ? 3 : 4;
    case 'd':
    case 'u':
      return 5;
    default:
      return 0;
  }
}

export type Lines = ReturnType<typeof readLines>;

/** Names the line of a file at which reading went wrong. */
export async function eachLine(path: string, lines: Lines, take: (line: string) => void): Promise<void> {
  let number = 0;
  for await (const line of lines) {
    number++;
    try {
      take(line);
    } catch (cause) {
      throw new Error(`${path}, line ${number}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  }
}
