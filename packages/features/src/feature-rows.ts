import { distribution } from './distribution';
import { FIXED_TEXT_SCHEMA, type FixedTextVector, fixedTextVector } from './fixed-text-vector';
import { type FreeTextTimings, freeTextTimings } from './free-text-timings';
import { type Insufficient, isInsufficient } from './insufficient';
import { isCharacterKey } from './key-codes';
import { MECHANICS_SCHEMA, mechanics } from './mechanics';
import { deviationOf } from './moments';
import { N_GRAPHS_SCHEMA, type NGraphs, nGraphs } from './n-graphs';
import { RHYTHM_BOUNDS, RHYTHM_SCHEMA, rhythm } from './rhythm';
import { SESSION_KEYSTROKE_FEATURES, SESSION_VECTOR_SCHEMA, sessionVector } from './session-vector';
import { assertParsedTypingSample, type ParsedTypingSample, TYPING_FLAGS } from './typing-sample';
import { toMilliseconds } from './units';

/** The schema of rows that are of no vector of their own. A change of what a row means is a new number. */
export const FEATURE_ROWS_SCHEMA = 'feature-rows/1';

export const FEATURE_CATEGORIES = [
  /** `press` and `release` of every stroke, ms after the first press. */
  'raw-event',
  /** Each number of the fixed-text vector: `hold`, `press-press`, `release-release`, `release-press`, in ms. */
  'timing',
  /** Latencies of runs of 2, 3 and 4 keys; `extra` names the whole run. */
  'n-gram',
  /** Counts and habits: keystrokes, flags, corrections, Shift, mistyped letters. */
  'behaviour',
  /** From one transition to the next: `keys-per-second`, `flight-change` in ms. */
  'rhythm',
  /** The distribution of each kind of timing. */
  'statistics',
  /** The numbers of `rhythm`. */
  'rhythm-metrics',
  /** Speed and accuracy. */
  'speed',
  /** The keyboard's numbers of the session vector, as `SESSION_KEYSTROKE_FEATURES` names them; not of `secret` samples, which name no key. */
  'session',
] as const;
export type FeatureCategory = (typeof FEATURE_CATEGORIES)[number];

/** One number of one sample. */
export interface FeatureRow {
  /** Schema of the vector that the number is of, such as `rhythm/1`. */
  readonly schema: string;
  readonly user: string;
  readonly category: FeatureCategory;
  readonly type: string;
  /** Code of the key, or of the first key of a transition or run; the letter for `mistyped`. Empty where there is none, and always in `secret` mode. */
  readonly keyFrom: string;
  /** Code of the last key of a transition or run, or empty. */
  readonly keyTo: string;
  /** Finite. 1 where `type` ends in `insufficient`. */
  readonly value: number;
  /** The keys of a run, the reason where something is insufficient, or empty. */
  readonly extra: string;
  /** Place of a key, transition or run among its like, from 0; 0 for what describes the whole sample. */
  readonly index: number;
  readonly session: string;
}

export interface FeatureSample {
  sample: ParsedTypingSample;
  /** Names the sample among those of its user, 1 to 512 characters; by default its place in `samples`. */
  session?: string;
  /** The text as it stood at the end, where it is known: without it there is neither accuracy nor words per minute. Not for `secret` mode. */
  text?: string;
  /** The text that was asked for. */
  target?: string;
}

export interface FeatureRowsOptions {
  /** Your name for the person, 1 to 512 characters; better a pseudonym. */
  user: string;
  samples: Iterable<FeatureSample>;
}

const LONGEST_NAME = 512;

type Draft = Partial<Omit<FeatureRow, 'user' | 'session'>> & Pick<FeatureRow, 'category' | 'type' | 'value'>;

/**
 * Every feature of samples in long form, sample by sample, as they are drawn. Samples of `secret` mode give no name of a key.
 *
 * @throws TypeError or RangeError for wrong arguments; TacitError `ERR_SAMPLE_UNPARSED`, or `ERR_SAMPLE_MODE` for a `secret` sample with a text.
 * Samples are looked at when their rows are drawn.
 */
export function featureRows(options: FeatureRowsOptions): Generator<FeatureRow, void, undefined> {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('options must be an object');
  }
  const { user, samples } = options;
  assertName(user, 'user');
  if (typeof samples !== 'object' || samples === null || typeof samples[Symbol.iterator] !== 'function') {
    throw new TypeError('samples must be iterable');
  }
  return rowsOf(user, samples);
}

function* rowsOf(user: string, samples: Iterable<FeatureSample>): Generator<FeatureRow, void, undefined> {
  let place = 0;
  for (const entry of samples) {
    if (typeof entry !== 'object' || entry === null) {
      throw new TypeError(`samples[${place}] must be an object`);
    }
    const { session = String(place) } = entry;
    assertName(session, `samples[${place}].session`);
    assertParsedTypingSample(entry.sample);
    for (const { category, type, value, schema = FEATURE_ROWS_SCHEMA, keyFrom = '', keyTo = '', extra = '', index = 0 } of draftsOf(
      entry,
    )) {
      yield { schema, user, category, type, keyFrom, keyTo, value, extra, index, session };
    }
    place++;
  }
}

function assertName(value: unknown, name: string): asserts value is string {
  if (typeof value !== 'string') {
    throw new TypeError(`${name} must be a string`);
  }
  if (value.length < 1 || value.length > LONGEST_NAME) {
    throw new RangeError(`${name} must have 1 to ${LONGEST_NAME} characters`);
  }
}

function* draftsOf({ sample, text, target }: FeatureSample): Generator<Draft> {
  yield* rawEvents(sample);
  yield* behaviour(sample);
  const vector = fixedTextVector(sample);
  if (isInsufficient(vector)) {
    yield missing(FIXED_TEXT_SCHEMA, 'timing', 'timing', vector);
  } else {
    const names = sample.keys.filter(([key]) => isCharacterKey(key)).map(([key]) => key ?? '');
    yield* timings(vector, names);
    yield* changes(vector, names);
    yield* rhythmMetrics(vector);
  }
  for (const n of [2, 3, 4] as const) {
    yield* nGrams(nGraphs(sample, { n }), n);
  }
  if (sample.mode !== 'secret') {
    yield* sessionNumbers(freeTextTimings(sample));
  }
  if (text !== undefined) {
    yield* textFeatures(sample, text, target);
  }
}

function missing(schema: string, category: FeatureCategory, what: string, { reason }: Insufficient): Draft {
  return { schema, category, type: `${what}-insufficient`, value: 1, extra: reason };
}

function* rawEvents({ keys }: ParsedTypingSample): Generator<Draft> {
  for (const [index, [key, press, release]] of keys.entries()) {
    const keyFrom = key ?? '';
    yield { category: 'raw-event', type: 'press', keyFrom, value: toMilliseconds(press), index };
    if (release !== null) {
      yield { category: 'raw-event', type: 'release', keyFrom, value: toMilliseconds(release), index };
    }
  }
}

function* behaviour(sample: ParsedTypingSample): Generator<Draft> {
  const written = sample.keys.filter(([key]) => isCharacterKey(key));
  yield { category: 'behaviour', type: 'keystrokes', value: written.length };
  yield { category: 'behaviour', type: 'clock-step', value: toMilliseconds(sample.clockStep) };
  for (const flag of TYPING_FLAGS) {
    if (sample.flags[flag]) {
      yield { category: 'behaviour', type: `flag-${flag}`, value: 1 };
    }
  }
  const duration = written.length < 2 ? 0 : toMilliseconds(written.at(-1)![1] - written[0]![1]);
  if (duration > 0) {
    yield { category: 'speed', type: 'keys-per-second', value: (1000 * (written.length - 1)) / duration };
  }
}

function* timings(vector: FixedTextVector, names: readonly string[]): Generator<Draft> {
  const schema = FIXED_TEXT_SCHEMA;
  for (const [index, value] of vector.hold.entries()) {
    yield { schema, category: 'timing', type: 'hold', keyFrom: names[index]!, value, index };
  }
  yield* distributionOf('hold', vector.hold);
  for (const [type, values] of [
    ['press-press', vector.pressPress],
    ['release-release', vector.releaseRelease],
    ['release-press', vector.releasePress],
  ] as const) {
    for (const [index, value] of values.entries()) {
      yield { schema, category: 'timing', type, keyFrom: names[index]!, keyTo: names[index + 1]!, value, index };
    }
    yield* distributionOf(type, values);
  }
}

function* distributionOf(kind: string, values: Float64Array): Generator<Draft> {
  const result = distribution(values);
  if (isInsufficient(result)) {
    return;
  }
  const { schema, ...numbers } = result;
  for (const [name, value] of Object.entries(numbers)) {
    yield { schema, category: 'statistics', type: `${kind}-${name}`, value };
  }
}

function* changes({ pressPress, releasePress }: FixedTextVector, names: readonly string[]): Generator<Draft> {
  for (const [index, value] of pressPress.entries()) {
    const speed = 1000 / Math.max(value, RHYTHM_BOUNDS.shortestPressPress);
    yield { category: 'rhythm', type: 'keys-per-second', keyFrom: names[index]!, keyTo: names[index + 1]!, value: speed, index };
  }
  for (let index = 1; index < releasePress.length; index++) {
    const value = Math.abs(releasePress[index]! - releasePress[index - 1]!);
    yield { category: 'rhythm', type: 'flight-change', keyFrom: names[index]!, keyTo: names[index + 1]!, value, index };
  }
}

function* rhythmMetrics(vector: FixedTextVector): Generator<Draft> {
  const result = rhythm(vector);
  if (isInsufficient(result)) {
    yield missing(RHYTHM_SCHEMA, 'rhythm-metrics', 'rhythm', result);
    return;
  }
  const { schema, ...numbers } = result;
  for (const [name, value] of Object.entries(numbers)) {
    yield { schema, category: 'rhythm-metrics', type: hyphenated(name), value };
  }
}

const GRAPH_NAMES = { 2: 'digraph', 3: 'trigraph', 4: 'four-graph' } as const;

function* nGrams(result: NGraphs | Insufficient, n: NGraphs['n']): Generator<Draft> {
  if (isInsufficient(result)) {
    yield missing(N_GRAPHS_SCHEMA, 'n-gram', GRAPH_NAMES[n], result);
    return;
  }
  for (const [index, { keys, ...measures }] of result.graphs.entries()) {
    for (const [measure, moments] of Object.entries(measures)) {
      if (moments === null) {
        continue;
      }
      const type = `${GRAPH_NAMES[n]}-${hyphenated(measure)}`;
      const common = {
        schema: result.schema,
        category: 'n-gram',
        keyFrom: keys[0]!,
        keyTo: keys.at(-1)!,
        extra: keys.join(' '),
        index,
      } as const;
      yield { ...common, type: `${type}-count`, value: moments.count };
      yield { ...common, type: `${type}-mean`, value: moments.mean };
      yield { ...common, type: `${type}-sd`, value: deviationOf(moments) };
    }
  }
}

function* sessionNumbers(timings: FreeTextTimings | Insufficient): Generator<Draft> {
  const vector = isInsufficient(timings) ? timings : sessionVector({ typing: timings });
  if (isInsufficient(vector)) {
    yield missing(SESSION_VECTOR_SCHEMA, 'session', 'session', vector);
    return;
  }
  for (const [place, type] of SESSION_KEYSTROKE_FEATURES.entries()) {
    yield { schema: SESSION_VECTOR_SCHEMA, category: 'session', type, value: vector.values[place]! };
  }
}

const SPEEDS = ['wordsPerMinute', 'charactersPerMinute', 'charactersPerSecond', 'netWordsPerMinute', 'accuracy', 'errorRate'] as const;
const HABITS = ['duration', 'characters', 'corrections', 'correctionLatency'] as const;

function* textFeatures(sample: ParsedTypingSample, text: string, target: string | undefined): Generator<Draft> {
  const result = mechanics(sample, { text, ...(target === undefined ? {} : { target }) });
  if (isInsufficient(result)) {
    yield missing(MECHANICS_SCHEMA, 'speed', 'mechanics', result);
    return;
  }
  const { schema, shift, mistyped } = result;
  for (const [category, names] of [
    ['speed', SPEEDS],
    ['behaviour', HABITS],
  ] as const) {
    for (const name of names) {
      const value = result[name];
      if (value !== null) {
        yield { schema, category, type: hyphenated(name), value };
      }
    }
  }
  yield { schema, category: 'behaviour', type: 'shift-left', value: shift.left };
  yield { schema, category: 'behaviour', type: 'shift-right', value: shift.right };
  for (const [index, { letter, count }] of mistyped.entries()) {
    yield { schema, category: 'behaviour', type: 'mistyped', keyFrom: letter, value: count, index };
  }
}

function hyphenated(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
