import {
  FREE_TEXT_BOUNDS,
  type FreeTextTimings,
  freeTextTimingsFrom,
  isInsufficient,
  isTacitError,
  keyClassOf,
  type ParsedPointerSample,
  POINTER_LIMITS,
  type PointerActions,
  type PointerDevice,
  parsePointerSample,
  pointerActions,
} from '@tacit-auth/features';
import { TYPING_RECORD_LIMITS, type TypingRecord } from '@tacit-auth/models/evaluation';
import { CliError } from './cli-error';
import type { CliWorld } from './cli-streams';
import type { PointerPerson, TypingPerson } from './population-training';
import { readLines, readRecords } from './read-records';

/** Most that is held of all people: keys of some 35 bytes, and actions of some 500. */
const MOST = Object.freeze({ keys: 5_000_000, actions: 400_000 });
const WINDOW = Object.freeze({ keys: 50, least: 25 });
/** A release so long after its press was missed, such as that of a key let go in another program. */
const LONGEST_HOLD = FREE_TEXT_BOUNDS.longestPause;

/** People, and what was not used of their files. */
export interface FoundPeople<Person> {
  readonly people: readonly Person[];
  /** Keys in windows, or actions. */
  readonly amount: number;
  /** Samples of which nothing could be used. */
  readonly leftOut: number;
}

type World = Pick<CliWorld, 'files' | 'stdin'>;

/** Reads files of the generic typing format and cuts them into windows of 25 to 50 keys. @throws CliError */
export async function typingPeople(inputs: readonly string[], world: World): Promise<FoundPeople<TypingPerson>> {
  const people = new People<FreeTextTimings>();
  for (const input of inputs) {
    for await (const record of readRecords(input, world)) {
      const windows = windowsOf(record);
      people.add(
        record.user,
        `${record.session} ${input}`,
        windows,
        windows.reduce((sum, { keys }) => sum + keys.length, 0),
      );
      if (people.amount > MOST.keys) {
        throw new CliError(`${input}: more than ${MOST.keys} keys in all; give fewer samples of each person`);
      }
    }
  }
  const { list, amount, leftOut } = people;
  return { people: list, amount, leftOut };
}

function windowsOf({ keys }: TypingRecord): FreeTextTimings[] {
  const windows: FreeTextTimings[] = [];
  // What names no key is a secret.
  if (keys.every(([key]) => key === null)) {
    return windows;
  }
  let start = 0;
  for (let end = 1; end <= keys.length; end++) {
    const pause = end === keys.length || keys[end]![1] - keys[end - 1]![1] > FREE_TEXT_BOUNDS.longestPause;
    if (!pause && end - start < WINDOW.keys) {
      continue;
    }
    const strokes = keys.slice(start, end);
    if (strokes.length >= WINDOW.least) {
      windows.push(
        freeTextTimingsFrom({
          keys: strokes.map(([key]) => keyClassOf(key ?? '')),
          press: strokes.map(([, press]) => press),
          release: strokes.map(([, press, release]) =>
            release !== null && release >= press && release - press <= LONGEST_HOLD ? release : Number.NaN,
          ),
        }),
      );
    }
    start = end;
  }
  return windows;
}

/**
 * Reads files of pointer samples of one device, `{"user":"7","session":0,"sample":{...}}` a line. @throws CliError
 */
export async function pointerPeople(inputs: readonly string[], device: PointerDevice, world: World): Promise<FoundPeople<PointerPerson>> {
  const people = new People<PointerActions>();
  const longest = POINTER_LIMITS.maxBytes + 2 * TYPING_RECORD_LIMITS.maxName;
  for (const input of inputs) {
    for await (const { line, place } of readLines(input, longest, world)) {
      const { user, session, sample } = pointerRecord(line, place);
      const actions = sample.device === device ? pointerActions(sample) : undefined;
      const usable = actions !== undefined && !isInsufficient(actions) ? [actions] : [];
      people.add(
        user,
        `${session} ${input}`,
        usable,
        usable.reduce((sum, { kinds }) => sum + kinds.length, 0),
      );
      if (people.amount > MOST.actions) {
        throw new CliError(`${input}: more than ${MOST.actions} actions in all; give fewer samples of each person`);
      }
    }
  }
  const { list, amount, leftOut } = people;
  return { people: list.map(({ user, sessions }) => ({ user, sessions: sessions.flatMap(joinedSamples) })), amount, leftOut };
}

/** Between two samples of a session: they were sent one after the other, and are on no common clock. */
const BETWEEN = 60_000;
/** Longest session that is kept in one, in ms. */
const LONGEST_SESSION = 12 * 3_600_000;

/** The samples of a session as one, so that how a person changes between sessions is not taken for what he does within one. */
function joinedSamples(samples: readonly PointerActions[]): PointerActions[] {
  const sessions: PointerActions[][] = [];
  let last = Number.POSITIVE_INFINITY;
  for (const sample of samples) {
    const shift = last + BETWEEN - sample.start[0]!;
    const shifted =
      last + BETWEEN > LONGEST_SESSION
        ? sample
        : { ...sample, start: sample.start.map((at) => at + shift), end: sample.end.map((at) => at + shift) };
    if (shifted === sample) {
      sessions.push([]);
    }
    sessions.at(-1)?.push(shifted);
    last = shifted.end.at(-1)!;
  }
  return sessions.map((parts) => ({
    ...parts[0]!,
    kinds: Uint8Array.from(parts.flatMap(({ kinds }) => [...kinds])),
    start: Float64Array.from(parts.flatMap(({ start }) => [...start])),
    end: Float64Array.from(parts.flatMap(({ end }) => [...end])),
    features: Float64Array.from(parts.flatMap(({ features }) => [...features])),
  }));
}

interface PointerRecord {
  readonly user: string;
  readonly session: number | null;
  readonly sample: ParsedPointerSample;
}

function pointerRecord(line: string, place: string): PointerRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new CliError(`${place}: line must be JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CliError(`${place}: line must be a JSON object`);
  }
  const { user: name, session, sample } = value as Record<string, unknown>;
  const user = typeof name === 'number' && Number.isFinite(name) ? String(name) : name;
  if (typeof user !== 'string' || user.length === 0 || user.length > TYPING_RECORD_LIMITS.maxName) {
    throw new CliError(`${place}: user must be a name of 1 to ${TYPING_RECORD_LIMITS.maxName} characters`);
  }
  if (session !== undefined && session !== null && !Number.isSafeInteger(session)) {
    throw new CliError(`${place}: session must be an integer or null`);
  }
  try {
    return { user, session: (session ?? null) as number | null, sample: parsePointerSample(sample) };
  } catch (error) {
    if (isTacitError(error)) {
      throw new CliError(`${place}: sample: ${error.message} (${error.code})`);
    }
    throw error;
  }
}

/** Collects by person and sitting, in order of first appearance. */
class People<Part> {
  readonly #people = new Map<string, Map<string, Part[]>>();
  amount = 0;
  leftOut = 0;

  add(user: string, sitting: string, parts: readonly Part[], amount: number): void {
    if (parts.length === 0) {
      this.leftOut++;
      return;
    }
    this.amount += amount;
    const sittings = this.#people.get(user) ?? new Map<string, Part[]>();
    this.#people.set(user, sittings);
    sittings.set(sitting, [...(sittings.get(sitting) ?? []), ...parts]);
  }

  get list(): { user: string; sessions: Part[][] }[] {
    return [...this.#people].map(([user, sittings]) => ({ user, sessions: [...sittings.values()] }));
  }
}
