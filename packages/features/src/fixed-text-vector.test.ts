import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anySample, numbersIn, PROPERTY_TIMEOUT, rollOverSample, runs, secretSample, typedText } from '../test/arbitraries';
import { assertFixedTextVector, fixedTextVector, fixedTextVectorFrom, hasHolds, keysOf } from './fixed-text-vector';
import { isInsufficient } from './insufficient';
import { type ParsedTypingSample, parseTypingSample, type TypingSample } from './typing-sample';

function vectorOf(sample: TypingSample, options?: { minimumKeys?: number }) {
  return fixedTextVector(parseTypingSample(sample), options);
}

describe('fixedTextVector', () => {
  it('gives the four kinds of timing in ms, negative under roll-over', () => {
    expect(vectorOf(rollOverSample())).toEqual({
      schema: 'fixed-text/1',
      hold: Float64Array.of(120, 90, 75),
      pressPress: Float64Array.of(100, 150),
      releaseRelease: Float64Array.of(70, 135),
      releasePress: Float64Array.of(-20, 60),
    });
  });

  it('has negative release-release times where the next key comes up first', () => {
    const sample: TypingSample = {
      ...rollOverSample(),
      keys: [
        [null, 0, 3_000],
        [null, 1_000, 1_500],
      ],
    };
    expect(vectorOf(sample)).toMatchObject({ releaseRelease: Float64Array.of(-150), releasePress: Float64Array.of(-200) });
  });

  it('leaves out keys that write nothing, even if they were never released', () => {
    const shifted = typedText(['ShiftLeft', 0], ['KeyA', 100], ['ShiftRight', 120], ['KeyB', 300], ['Enter', 400]);
    shifted.keys[0]![2] = null;
    expect(vectorOf(shifted)).toMatchObject({
      hold: Float64Array.of(50, 50),
      pressPress: Float64Array.of(200),
      releasePress: Float64Array.of(150),
    });
  });

  it.each(['pasted', 'dropped', 'autofilled', 'composed', 'corrected'] as const)('is insufficient when %s', (flag) => {
    expect(vectorOf({ ...rollOverSample(), flags: { [flag]: true } })).toEqual({ status: 'insufficient', reason: flag });
  });

  it('leaves untrusted events to the checks', () => {
    expect(isInsufficient(vectorOf({ ...rollOverSample(), flags: { untrusted: true } }))).toBe(false);
  });

  it.each(['Backspace', 'Delete', 'ArrowLeft', 'Home'])('takes %s for a correction without the flag', (code) => {
    expect(vectorOf(typedText(['KeyA', 0], [code, 100], ['KeyB', 200]))).toEqual({ status: 'insufficient', reason: 'corrected' });
  });

  it('counts only keys that write a character towards the minimum', () => {
    expect(vectorOf({ ...rollOverSample(), keys: [] })).toMatchObject({ reason: 'too-few-keys', detail: '0 of at least 2 keys' });
    expect(vectorOf(typedText(['ShiftLeft', 0], ['KeyA', 100]))).toMatchObject({ reason: 'too-few-keys', detail: '1 of at least 2 keys' });
    expect(vectorOf(rollOverSample(), { minimumKeys: 4 })).toMatchObject({ reason: 'too-few-keys', detail: '3 of at least 4 keys' });
    expect(vectorOf(typedText(['KeyA', 0]), { minimumKeys: 1 })).toMatchObject({
      hold: Float64Array.of(50),
      pressPress: new Float64Array(0),
    });
  });

  it('is insufficient without a release', () => {
    const sample = rollOverSample();
    sample.keys[1]![2] = null;
    expect(vectorOf(sample)).toEqual({ status: 'insufficient', reason: 'missing-releases', detail: '1 of 3 keys' });
  });

  it('has press-press times alone where no key has a release', () => {
    const sample = rollOverSample();
    const whole = vectorOf(sample);
    for (const key of sample.keys) {
      key[2] = null;
    }
    const vector = vectorOf(sample);
    expect(vector).toEqual({
      schema: 'fixed-text/1',
      hold: new Float64Array(0),
      pressPress: Float64Array.of(100, 150),
      releaseRelease: new Float64Array(0),
      releasePress: new Float64Array(0),
    });
    assertFixedTextVector(vector);
    assertFixedTextVector(whole);
    expect([keysOf(vector), hasHolds(vector)]).toEqual([3, false]);
    expect([keysOf(whole), hasHolds(whole)]).toEqual([3, true]);
  });

  it('is insufficient where the only key has no release: that leaves no time at all', () => {
    const sample = typedText(['KeyA', 0]);
    sample.keys[0]![2] = null;
    expect(vectorOf(sample, { minimumKeys: 1 })).toMatchObject({ status: 'insufficient', reason: 'missing-releases' });
  });

  it('does not count modifiers among the missing releases', () => {
    const sample = typedText(['ShiftLeft', 0], ['KeyA', 10], ['KeyB', 20]);
    sample.keys[1]![2] = null;
    sample.keys[2]![2] = null;
    expect(vectorOf(sample)).toMatchObject({ hold: new Float64Array(0), pressPress: Float64Array.of(10) });
  });

  it('makes no vector of a window of a session', () => {
    const keys = rollOverSample().keys.map(([, press, release]): TypingSample['keys'][number] => ['12', press, release]);
    expect(vectorOf({ ...rollOverSample(), mode: 'window', keys })).toEqual({ status: 'insufficient', reason: 'free-text-window' });
  });

  it('refuses a sample that was not parsed', () => {
    expect(() => fixedTextVector(rollOverSample() as unknown as ParsedTypingSample)).toThrow(
      expect.objectContaining({ code: 'ERR_SAMPLE_UNPARSED' }),
    );
  });

  it('refuses a wrong minimum', () => {
    expect(() => vectorOf(rollOverSample(), { minimumKeys: '2' as unknown as number })).toThrow(TypeError);
    for (const minimumKeys of [0, -1, 1.5, Number.NaN, 2_001]) {
      expect(() => vectorOf(rollOverSample(), { minimumKeys })).toThrow(new RangeError('minimumKeys must be an integer from 1 to 2000'));
    }
  });

  it(
    'is finite, consistent and of the right lengths, or insufficient, for every parsed sample',
    () => {
      fc.assert(
        fc.property(anySample, (sample) => {
          const vector = vectorOf(sample);
          if (isInsufficient(vector)) {
            return;
          }
          assertFixedTextVector(vector);
          expect(numbersIn(vector).every(Number.isFinite)).toBe(true);
          if (!hasHolds(vector)) {
            return;
          }
          vector.pressPress.forEach((pressPress, i) => {
            expect(vector.releasePress[i]! + vector.hold[i]!).toBeCloseTo(pressPress, 6);
            expect(vector.releaseRelease[i]! - vector.hold[i + 1]! + vector.hold[i]!).toBeCloseTo(pressPress, 6);
          });
        }),
        runs(300, 20_000),
      );
    },
    PROPERTY_TIMEOUT,
  );
});

describe('fixedTextVectorFrom', () => {
  it('derives release-release and release-press', () => {
    const vector = fixedTextVectorFrom({ hold: [120, 90, 75], pressPress: Float32Array.of(100, 150) });
    expect(vector).toEqual(vectorOf(rollOverSample()));
  });

  it('has press-press times alone with an empty hold', () => {
    const vector = fixedTextVectorFrom({ hold: [], pressPress: [100, 150] });
    expect([vector.hold.length, vector.releaseRelease.length, vector.releasePress.length]).toEqual([0, 0, 0]);
    expect(vector.pressPress).toEqual(Float64Array.of(100, 150));
    assertFixedTextVector(vector);
  });

  it('copies what it is given', () => {
    const hold = Float64Array.of(120, 90);
    const vector = fixedTextVectorFrom({ hold, pressPress: [100] });
    hold[0] = 1;
    expect(vector.hold[0]).toBe(120);
  });

  it(
    'agrees with the vector of the sample',
    () => {
      fc.assert(
        fc.property(secretSample, (sample) => {
          const vector = vectorOf(sample);
          if (isInsufficient(vector)) {
            return;
          }
          const derived = fixedTextVectorFrom(vector);
          expect([derived.hold, derived.pressPress]).toEqual([vector.hold, vector.pressPress]);
          for (const kind of ['releaseRelease', 'releasePress'] as const) {
            derived[kind].forEach((time, i) => {
              expect(time).toBeCloseTo(vector[kind][i]!, 6);
            });
          }
        }),
        runs(200, 10_000),
      );
    },
    PROPERTY_TIMEOUT,
  );

  const wrong: [name: string, hold: unknown, pressPress: unknown, error: Error][] = [
    ['no array', 'ab', [1], new TypeError('hold must be an array of numbers')],
    ['no second array', [1, 2], undefined, new TypeError('pressPress must be an array of numbers')],
    ['no keys', [], [], new RangeError('hold must have an entry where pressPress has none')],
    ['too many keys', new Float64Array(2_001), new Float64Array(2_000), new RangeError('pressPress must have at most 1999 entries')],
    ['too many press times alone', [], new Float64Array(2_000), new RangeError('pressPress must have at most 1999 entries')],
    ['lengths that disagree', [1, 2], [1, 2], new RangeError('hold must be empty or have one entry more than pressPress')],
    ['text among numbers', [1, '2'], [1], new TypeError('hold[1] must be a number')],
    ['a bigint', [1n], [], new TypeError('hold[0] must be a number')],
    ['a hole', Array(1), [], new TypeError('hold[0] must be a number')],
    ['NaN', [1, 2], [Number.NaN], new RangeError('pressPress[0] must be from 0 to 3600000 ms')],
    ['a negative hold', [1, -2], [1], new RangeError('hold[1] must be from 0 to 3600000 ms')],
    ['more than an hour', [1, 2], [3_600_001], new RangeError('pressPress[0] must be from 0 to 3600000 ms')],
  ];

  it.each(wrong)('refuses %s', (_name, hold, pressPress, error) => {
    expect(() => fixedTextVectorFrom({ hold, pressPress } as Parameters<typeof fixedTextVectorFrom>[0])).toThrow(error);
  });
});

describe('assertFixedTextVector', () => {
  const vector = fixedTextVectorFrom({ hold: [120, 90, 75], pressPress: [100, 150] });

  const withoutReleases = { releaseRelease: new Float64Array(0), releasePress: new Float64Array(0) };

  it('takes a vector', () => {
    expect(() => assertFixedTextVector(vector)).not.toThrow();
    expect(() => assertFixedTextVector({ ...vector, hold: new Float64Array(0), ...withoutReleases })).not.toThrow();
  });

  it.each([
    ['nothing', null, TypeError],
    ['another schema', { ...vector, schema: 'fixed-text/0' }, TypeError],
    ['plain arrays', { ...vector, hold: [120, 90, 75] }, TypeError],
    ['another precision', { ...vector, hold: new Float32Array(3) }, TypeError],
    ['a missing part', { ...vector, releasePress: undefined }, TypeError],
    ['lengths that disagree', { ...vector, releasePress: new Float64Array(3) }, RangeError],
    ['NaN', { ...vector, releasePress: Float64Array.of(0, Number.NaN) }, RangeError],
    ['holds that are missing while other releases are not', { ...vector, hold: new Float64Array(0) }, RangeError],
    ['no time at all', { ...vector, hold: new Float64Array(0), pressPress: new Float64Array(0), ...withoutReleases }, RangeError],
  ])('refuses %s and names the argument', (_name, value, kind) => {
    expect(() => assertFixedTextVector(value, 'probe')).toThrow(kind);
    expect(() => assertFixedTextVector(value, 'probe')).toThrow(/^probe must/);
  });
});
