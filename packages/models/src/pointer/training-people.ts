import { assertPointerActions, type PointerActions, type PointerDevice } from '@tacit-auth/features';
import { standardise } from './embedding';
import { FEATURE_COUNT, gaussianised, trainQuantileTables } from './quantile-tables';
import { WINDOW_VECTOR_LENGTH, writeWindowVector } from './window-vector';
import { type PointerWindowing, windowsOf } from './windows';

/** One person who trains a population. */
export interface PointerTrainingPerson {
  /** Tells people apart in what is given; kept nowhere. */
  readonly user: string;
  /** The actions of each session, in order of time; two sessions and more show how a person changes between them. */
  readonly sessions: readonly PointerActions[];
}

/** Most windows and actions of one person, spread evenly over all of them, so that nobody weighs much more than another. */
const MOST_WINDOWS = 400;
const MOST_ACTIONS = 4_000;
/** Fewer windows show nothing of how a person varies. */
const LEAST_WINDOWS = 3;
/** Added to the deviation of a number, so that one that hardly varies is not blown up. */
const LEAST_DEVIATION = 0.001;

/** The windows of people, standardised. */
export interface StandardisedWindows {
  readonly people: readonly PointerTrainingPerson[];
  readonly device: PointerDevice;
  readonly gridMs: number;
  readonly tables: Float32Array;
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
  /** Rows of a window vector's length, each person's together. */
  readonly rows: Float32Array;
  /** First row of each person; one more than there are people. */
  readonly firstRow: Uint32Array;
}

/**
 * Tables and standardised windows of everybody with enough of them. Windows are those of `windowing`, and such of half the length, which makes projections that
 * serve short probes too.
 *
 * @throws TypeError or RangeError for wrong people, two of one name, or actions of different devices or grids.
 */
export function standardisedWindows(given: readonly PointerTrainingPerson[], windowing: PointerWindowing): StandardisedWindows {
  const lengths: PointerWindowing[] = [
    windowing,
    { ...windowing, length: windowing.length / 2, hop: Math.min(windowing.hop, windowing.length / 4) },
  ];
  assertPeople(given);
  const windowsOfPerson = ({ sessions }: PointerTrainingPerson): number =>
    lengths.reduce((sum, length) => sessions.reduce((rest, session) => rest + windowsOf(session, length).length, sum), 0);
  const people = given.filter((person) => windowsOfPerson(person) >= LEAST_WINDOWS);
  const [first] = people.flatMap(({ sessions }) => sessions);
  if (first === undefined) {
    throw new RangeError('people must have windows');
  }
  const { device, gridMs } = first;
  if (people.some(({ sessions }) => sessions.some((session) => session.device !== device || session.gridMs !== gridMs))) {
    throw new RangeError('people must have actions of one device, on one grid');
  }
  const { rows: actions, firstRow: firstAction } = featureRows(people);
  const tables = trainQuantileTables(actions, firstAction);
  const vectors = people.map(({ sessions }) => vectorsOf(sessions, tables, lengths));
  const firstRow = new Uint32Array(people.length + 1);
  vectors.forEach((own, person) => {
    firstRow[person + 1] = firstRow[person] + own.length / WINDOW_VECTOR_LENGTH;
  });
  const rows = new Float32Array(firstRow[people.length] * WINDOW_VECTOR_LENGTH);
  vectors.forEach((own, person) => {
    rows.set(own, firstRow[person] * WINDOW_VECTOR_LENGTH);
  });
  const { mean, deviation } = momentsOf(rows, firstRow);
  for (let row = 0; row < firstRow[people.length]; row++) {
    standardise(rows, { mean, deviation }, row * WINDOW_VECTOR_LENGTH);
  }
  return { people, device, gridMs, tables, mean, deviation, rows, firstRow };
}

function assertPeople(people: unknown): asserts people is readonly PointerTrainingPerson[] {
  if (!Array.isArray(people)) {
    throw new TypeError('people must be an array');
  }
  const users = new Set<unknown>();
  people.forEach((person: Partial<PointerTrainingPerson> | null, p) => {
    if (typeof person !== 'object' || person === null || typeof person.user !== 'string' || !Array.isArray(person.sessions)) {
      throw new TypeError(`people[${p}] must have a user and sessions`);
    }
    if (users.has(person.user)) {
      throw new RangeError(`people[${p}].user must be named once: its windows would be taken for a stranger's`);
    }
    users.add(person.user);
    person.sessions.forEach((session: unknown, s) => {
      assertPointerActions(session, `people[${p}].sessions[${s}]`);
    });
  });
}

/** `count` numbers spread evenly over those below `total`, or all of them. */
function spread(total: number, count: number): number[] {
  return Array.from({ length: Math.min(total, count) }, (_, i) => (total <= count ? i : Math.floor((i * total) / count)));
}

function featureRows(people: readonly PointerTrainingPerson[]): { rows: Float64Array; firstRow: number[] } {
  const firstRow = [0];
  const chosen = people.flatMap(({ sessions }, person) => {
    const all = sessions.flatMap(({ kinds, features }) =>
      Array.from(kinds, (_, action) => features.subarray(action * FEATURE_COUNT, (action + 1) * FEATURE_COUNT)),
    );
    const own = spread(all.length, MOST_ACTIONS).map((place) => all[place]);
    firstRow.push(firstRow[person] + own.length);
    return own;
  });
  const rows = new Float64Array(chosen.length * FEATURE_COUNT);
  chosen.forEach((row, place) => {
    rows.set(row, place * FEATURE_COUNT);
  });
  return { rows, firstRow };
}

function vectorsOf(sessions: readonly PointerActions[], tables: Float32Array, lengths: readonly PointerWindowing[]): Float32Array {
  const values = sessions.map((session) => gaussianised(session, tables));
  const all = lengths.flatMap((length) =>
    sessions.flatMap((session, place) => windowsOf(session, length).map(([from, to]) => ({ session, values: values[place], from, to }))),
  );
  const kept = spread(all.length, MOST_WINDOWS).map((place) => all[place]);
  const vectors = new Float32Array(kept.length * WINDOW_VECTOR_LENGTH);
  kept.forEach((window, row) => {
    writeWindowVector(window.values, window.session.kinds, window.from, window.to, vectors, row * WINDOW_VECTOR_LENGTH);
  });
  return vectors;
}

/** Mean and deviation of each number, every person weighing the same. */
function momentsOf(rows: Float32Array, firstRow: Uint32Array): { mean: Float32Array; deviation: Float32Array } {
  const people = firstRow.length - 1;
  const mean = new Float64Array(WINDOW_VECTOR_LENGTH);
  const squares = new Float64Array(WINDOW_VECTOR_LENGTH);
  const overRows = (add: (row: number, weight: number) => void): void => {
    for (let person = 0; person < people; person++) {
      const weight = 1 / people / (firstRow[person + 1] - firstRow[person]);
      for (let row = firstRow[person]; row < firstRow[person + 1]; row++) {
        add(row * WINDOW_VECTOR_LENGTH, weight);
      }
    }
  };
  overRows((at, weight) => {
    for (let i = 0; i < WINDOW_VECTOR_LENGTH; i++) {
      mean[i] += weight * rows[at + i];
    }
  });
  overRows((at, weight) => {
    for (let i = 0; i < WINDOW_VECTOR_LENGTH; i++) {
      squares[i] += weight * (rows[at + i] - mean[i]) ** 2;
    }
  });
  return { mean: Float32Array.from(mean), deviation: Float32Array.from(squares, (square) => Math.sqrt(square) + LEAST_DEVIATION) };
}
