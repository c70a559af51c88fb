import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROPERTY_TIMEOUT, rollOverSample, runs, typedText, windowSample } from '../test/arbitraries';
import { anyTimings } from '../test/free-text-arbitraries';
import {
  assertFreeTextTimings,
  FREE_TEXT_BOUNDS,
  type FreeTextTimings,
  freeTextTimings,
  freeTextTimingsFrom,
  freeTextWindows,
} from './free-text-timings';
import { type Insufficient, isInsufficient } from './insufficient';
import { parseTypingSample, type TypingKey, type TypingSample } from './typing-sample';

const windowOf = (keys: TypingKey[], changes: Partial<TypingSample> = {}) =>
  freeTextTimings(parseTypingSample({ ...rollOverSample(), mode: 'window', keys, ...changes }));

function made(result: FreeTextTimings | Insufficient): FreeTextTimings {
  if (isInsufficient(result)) {
    throw new Error(result.reason);
  }
  return result;
}

describe('freeTextTimings', () => {
  it('gives classes and the four kinds of timing in ms, negative under roll-over', () => {
    expect(
      windowOf([
        ['30', 0, 1_200],
        ['1', 1_000, 1_900],
        ['0', 2_500, 3_250],
      ]),
    ).toEqual({
      schema: 'free-text/1',
      keys: Uint8Array.of(30, 1, 0),
      hold: Float64Array.of(120, 90, 75),
      pressPress: Float64Array.of(100, 150),
      releasePress: Float64Array.of(-20, 60),
      releaseRelease: Float64Array.of(70, 135),
    });
  });

  it('turns codes of text mode into classes, and a key without a name into the class of all others', () => {
    const sample = typedText(['KeyT', 0], ['Digit4', 100], ['Digit9', 200], [null, 300], ['ShiftLeft', 400], ['Backspace', 500]);
    expect(Array.from(made(freeTextTimings(parseTypingSample(sample))).keys)).toEqual([30, 37, 37, 38, 2, 1]);
  });

  it('has NaN wherever a release was not seen that a time needs', () => {
    const { hold, pressPress, releasePress, releaseRelease } = made(
      windowOf([
        ['11', 0, 500],
        ['12', 1_000, null],
        ['13', 2_000, 2_500],
        ['14', 3_000, 3_500],
      ]),
    );
    expect(hold).toEqual(Float64Array.of(50, Number.NaN, 50, 50));
    expect(pressPress).toEqual(Float64Array.of(100, 100, 100));
    expect(releasePress).toEqual(Float64Array.of(50, Number.NaN, 50));
    expect(releaseRelease).toEqual(Float64Array.of(Number.NaN, Number.NaN, 100));
  });

  it.each<[string, TypingKey[], Partial<TypingSample>, string]>([
    ['too-few-keys', [['11', 0, 500]], {}, '1 of at least 2 keys'],
    [
      'missing-releases',
      ['11', '12', '13'].map((key, i): TypingKey => [key, 1_000 * i, i === 0 ? null : 1_000 * i + 1]),
      {},
      '1 of 3 keys',
    ],
    ['coarse-clock', ['11', '12'].map((key, i): TypingKey => [key, 1_000 * i, 1_000 * i]), { clockStep: 341 }, '34.1 ms'],
    ['composed', ['11', '12'].map((key, i): TypingKey => [key, 1_000 * i, 1_000 * i]), { flags: { composed: true } }, ''],
  ])('is insufficient: %s', (reason, keys, changes, detail) => {
    expect(windowOf(keys, changes)).toEqual({ status: 'insufficient', reason, ...(detail === '' ? {} : { detail }) });
  });

  it('keeps what was typed beside pasted text', () => {
    const keys = ['11', '12'].map((key, i): TypingKey => [key, 1_000 * i, 1_000 * i + 500]);
    expect(made(windowOf(keys, { flags: { pasted: true }, clockStep: 340 })).hold).toEqual(Float64Array.of(50, 50));
  });

  it('refuses secret mode, which names no key, and what was not parsed', () => {
    expect(() => freeTextTimings(parseTypingSample(rollOverSample()))).toThrow(
      expect.objectContaining({ code: 'ERR_SAMPLE_MODE', field: 'mode' }),
    );
    expect(() => freeTextTimings(rollOverSample() as never)).toThrow(expect.objectContaining({ code: 'ERR_SAMPLE_UNPARSED' }));
  });

  it(
    'gives timings that hold together for every window there can be, or says why not',
    () => {
      fc.assert(
        fc.property(windowSample, (input) => {
          const sample = parseTypingSample(input);
          const result = freeTextTimings(sample);
          if (isInsufficient(result)) {
            expect(['too-few-keys', 'missing-releases', 'coarse-clock', 'composed']).toContain(result.reason);
            return;
          }
          assertFreeTextTimings(result);
          const [press, release] = [
            sample.keys.map(([, time]) => time / 10),
            sample.keys.map(([, , time]) => (time === null ? Number.NaN : time / 10)),
          ];
          const again = freeTextTimingsFrom({ keys: sample.keys.map(([key]) => Number(key)), press, release });
          expect(again).toEqual(result);
        }),
        runs(300, 20_000),
      );
    },
    PROPERTY_TIMEOUT,
  );
});

describe('freeTextTimingsFrom', () => {
  const good = { keys: [11, 12], press: [5, 105], release: [50, Number.NaN] };

  it('takes arrays of any kind, from any origin, and copies them', () => {
    const keys = Uint8Array.of(11, 12);
    const timings = freeTextTimingsFrom({ ...good, keys });
    keys[0] = 38;
    expect(timings.keys).toEqual(Uint8Array.of(11, 12));
    expect(timings.pressPress).toEqual(Float64Array.of(100));
    expect(timings.hold).toEqual(Float64Array.of(45, Number.NaN));
  });

  it.each<[string, Record<string, unknown>, ErrorConstructor, string]>([
    ['keys that are no array', { keys: 'ab' }, TypeError, 'keys must be an array of numbers'],
    ['one key', { keys: [1], press: [0], release: [1] }, RangeError, 'keys must have 2 to 2000 entries'],
    [
      '10^6 events',
      { keys: new Uint8Array(1e6), press: new Float64Array(1e6), release: new Float64Array(1e6) },
      RangeError,
      'keys must have 2 to 2000',
    ],
    ['lengths that disagree', { press: [0] }, RangeError, 'press and release must have as many entries as keys'],
    ['a class there is not', { keys: [11, 39] }, RangeError, 'keys[1] must be an integer from 0 to 38'],
    ['half a class', { keys: [0.5, 1] }, RangeError, 'keys[0] must be an integer'],
    ['reversed presses', { press: [105, 5], release: [110, 200] }, RangeError, 'press[1] must be finite, not before'],
    ['a press of NaN', { press: [Number.NaN, 5] }, RangeError, 'press[0] must be finite'],
    ['a release before its press', { release: [4, 200] }, RangeError, 'release[0] must be NaN or a time from its press'],
    ['a release of Infinity', { release: [50, Number.POSITIVE_INFINITY] }, RangeError, 'release[1] must be NaN'],
    ['a release as text', { release: [50, '200'] }, RangeError, 'release[1] must be NaN'],
    ['a span of more than an hour', { press: [0, 3_600_001], release: [50, 3_600_001] }, RangeError, 'within an hour'],
  ])('refuses %s', (_name, change, kind, message) => {
    const attempt = () => freeTextTimingsFrom({ ...good, ...change } as never);
    expect(attempt).toThrow(kind);
    expect(attempt).toThrow(message);
  });
});

describe('assertFreeTextTimings', () => {
  const timings = freeTextTimingsFrom({ keys: [11, 12, 13], press: [0, 100, 200], release: [50, 150, 250] });

  it.each<[string, unknown, ErrorConstructor]>([
    ['null', null, TypeError],
    ['another schema', { ...timings, schema: 'free-text/0' }, TypeError],
    ['times as plain arrays', { ...timings, hold: [50, 50, 50] }, TypeError],
    ['a hold too few', { ...timings, hold: timings.hold.slice(1) }, RangeError],
    ['a class there is not', { ...timings, keys: Uint8Array.of(1, 2, 39) }, RangeError],
    ['a negative press-press time', { ...timings, pressPress: Float64Array.of(1, -1) }, RangeError],
    ['a press-press time of NaN', { ...timings, pressPress: Float64Array.of(1, Number.NaN) }, RangeError],
    ['a negative hold', { ...timings, hold: Float64Array.of(1, -1, 1) }, RangeError],
    ['an infinite hold', { ...timings, hold: Float64Array.of(1, Number.POSITIVE_INFINITY, 1) }, RangeError],
    ['an endless flight', { ...timings, releasePress: Float64Array.of(1, -4e6) }, RangeError],
  ])('refuses %s', (_name, value, kind) => {
    expect(() => assertFreeTextTimings(value, 'given')).toThrow(kind);
    expect(() => assertFreeTextTimings(value, 'given')).toThrow(/^given must/);
  });
});

describe('freeTextWindows', () => {
  const run = (count: number, pauseAt = -1) =>
    freeTextTimingsFrom({
      keys: Array.from({ length: count }, (_, i) => i % 39),
      press: Array.from({ length: count }, (_, i) => 100 * i + (pauseAt >= 0 && i >= pauseAt ? FREE_TEXT_BOUNDS.longestPause : 0)),
      release: new Array(count).fill(Number.NaN),
    });
  const lengths = (windows: readonly FreeTextTimings[]) => windows.map(({ keys }) => keys.length);

  it('cuts fifties without overlap and drops a short rest', () => {
    expect(lengths(freeTextWindows(run(124)))).toEqual([50, 50]);
    expect(lengths(freeTextWindows(run(125)))).toEqual([50, 50, 25]);
    expect(lengths(freeTextWindows(run(24)))).toEqual([]);
    expect(lengths(freeTextWindows(run(45), { keys: 20 }))).toEqual([20, 20]);
    expect(lengths(freeTextWindows(run(45), { keys: 20, minimum: 5 }))).toEqual([20, 20, 5]);
  });

  it('ends a window at a pause of more than 30 s', () => {
    expect(lengths(freeTextWindows(run(100, 30)))).toEqual([30, 50]);
    expect(lengths(freeTextWindows(run(100, 10)))).toEqual([50, 40]);
  });

  it(
    'gives pieces of the whole, in order',
    () => {
      fc.assert(
        fc.property(anyTimings, fc.integer({ min: 2, max: 60 }), (timings, keys) => {
          const windows = freeTextWindows(timings, { keys, minimum: 2 });
          let from = 0;
          for (const window of windows) {
            assertFreeTextTimings(window);
            // What a pause cut off alone is a single key, and dropped.
            while (timings.keys[from] !== window.keys[0] || timings.pressPress[from] !== window.pressPress[0]) from++;
            expect(window.hold).toEqual(timings.hold.slice(from, from + window.keys.length));
            from += window.keys.length;
          }
        }),
        runs(100, 5_000),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it('refuses wrong options', () => {
    expect(() => freeTextWindows(run(9), { keys: 1 })).toThrow(new RangeError('keys must be an integer from 2 to 2000'));
    expect(() => freeTextWindows(run(9), { keys: '5' as never })).toThrow(TypeError);
    expect(() => freeTextWindows(run(9), { keys: 10, minimum: 11 })).toThrow(new RangeError('minimum must be an integer from 2 to 10'));
    expect(() => freeTextWindows({} as never)).toThrow(TypeError);
  });
});
