import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anySample, PROPERTY_TIMEOUT, runs, typedText } from '../test/arbitraries';
import { type FixedTextVector, fixedTextVector, fixedTextVectorFrom } from './fixed-text-vector';
import { type Insufficient, isInsufficient } from './insufficient';
import { sequenceKeyId } from './sequence-keys';
import {
  type SequenceOptions,
  type SequenceVectorOptions,
  type SequenceWindow,
  sequenceWindows,
  sequenceWindowsFrom,
} from './sequence-windows';
import { parseTypingSample, type TypingKey, type TypingSample } from './typing-sample';

function made(windows: SequenceWindow[] | Insufficient): SequenceWindow[] {
  if (isInsufficient(windows)) {
    throw new Error(windows.reason);
  }
  return windows;
}

function windowsOf(keys: TypingKey[], options: SequenceOptions = {}): SequenceWindow[] {
  return made(sequenceWindows(parseTypingSample({ ...typedText(), keys }), options));
}

const rowOf = ({ times }: SequenceWindow, row: number): number[] => Array.from(times.subarray(5 * row, 5 * row + 5));
const log = (ms: number): number => Math.fround(Math.log1p(ms) / 7);

/** `count` keys, one every 100 ms, each held for its number in ms. */
function steady(count: number): TypingKey[] {
  return Array.from({ length: count }, (_, i): TypingKey => ['KeyA', 1_000 * i, 1_000 * i + 10 * i]);
}

describe('channels', () => {
  it('follow their formulas, in ms', () => {
    // A 0-80, B 130-400 rolled over by C 300-360, D 500-3900
    const [window] = windowsOf([
      ['KeyA', 0, 800],
      ['KeyB', 1_300, 4_000],
      ['KeyC', 3_000, 3_600],
      ['KeyD', 5_000, 39_000],
    ]);
    expect(window!.schema).toBe('sequence-window/1');
    // first key: nothing before it
    expect(rowOf(window!, 0)).toEqual([log(80), 0, 0, Math.fround(0.4), 0]);
    expect(rowOf(window!, 1)).toEqual([log(270), log(50), log(50), 1, log(130)]);
    // negative flight is 0; the event before is the press of B
    expect(rowOf(window!, 2)).toEqual([log(60), 0, log(170), Math.fround(0.3), log(170)]);
    // flight from the release of C, delay from the later release of B; times end at 3 s
    expect(rowOf(window!, 3)).toEqual([log(3_000), log(140), log(100), 1, log(200)]);
  });

  it('leave Shift and Backspace out, and count a corrected entry', () => {
    const plain = windowsOf([
      ['KeyA', 0, 800],
      ['KeyB', 2_000, 2_500],
      ['Enter', 4_000, 4_500],
    ]);
    const sample: TypingSample = { ...typedText(), flags: { corrected: true } };
    sample.keys = [
      ['KeyA', 0, 800],
      ['ShiftLeft', 900, null],
      ['Backspace', 1_000, 1_100],
      ['KeyB', 2_000, 2_500],
      ['ShiftRight', 3_000, 3_100],
      ['Enter', 4_000, 4_500],
    ];
    expect(made(sequenceWindows(parseTypingSample(sample)))).toEqual(plain);
  });

  it('name the keys, and take keys without a name for unknown', () => {
    const [window] = windowsOf([
      ['KeyB', 0, 1],
      [null, 10, 11],
      ['F13', 20, 21],
      ['Space', 30, 31],
    ]);
    expect(Array.from(window!.keyIds.subarray(0, 5))).toEqual([3, 1, 1, sequenceKeyId('Space'), 0]);
  });
});

describe('windows', () => {
  it('are of 50 keys every 25, and one of the last 50', () => {
    const windows = windowsOf(steady(110));
    expect(windows.map(({ start, keys }) => [start, keys])).toEqual([
      [0, 50],
      [25, 50],
      [50, 50],
      [60, 50],
    ]);
    expect(rowOf(windows[3]!, 0)).toEqual(rowOf(windows[2]!, 10));
    expect(windowsOf(steady(100)).map(({ start }) => start)).toEqual([0, 25, 50]);
    expect(windowsOf(steady(51)).map(({ start }) => start)).toEqual([0, 1]);
  });

  it('are padded by rows of zeros and id 0', () => {
    const [window, ...others] = windowsOf(steady(7));
    expect(others).toEqual([]);
    expect(window!.keys).toBe(7);
    expect(window!.times.length).toBe(250);
    expect(Array.from(window!.keyIds)).toEqual([...new Array(7).fill(2), ...new Array(43).fill(0)]);
    expect(window!.times.subarray(35).every((value) => value === 0)).toBe(true);
  });

  it('have the length and the stride asked for; the stride is half the length unless given', () => {
    expect(windowsOf(steady(11), { length: 11 }).length).toBe(1);
    expect(windowsOf(steady(11), { length: 4 }).map(({ start }) => start)).toEqual([0, 2, 4, 6, 7]);
    expect(windowsOf(steady(11), { length: 4, stride: 3 }).map(({ start }) => start)).toEqual([0, 3, 6, 7]);
  });

  it(
    'cover every key, and hold what one long window holds',
    () => {
      fc.assert(
        fc.property(fc.integer({ min: 3, max: 120 }), fc.integer({ min: 1, max: 60 }), fc.nat(1_000), (count, length, draw) => {
          const keys = steady(count);
          const [whole] = windowsOf(keys, { length: 200 });
          const stride = 1 + (draw % length);
          const windows = windowsOf(keys, { length, stride });
          const seen = new Set<number>();
          for (const window of windows) {
            expect(window.keyIds.length).toBe(length);
            expect(window.keys).toBe(Math.min(length, count));
            for (let row = 0; row < length; row++) {
              expect(window.keyIds[row] === 0).toBe(row >= window.keys);
              if (row < window.keys) {
                seen.add(window.start + row);
                expect(rowOf(window, row)).toEqual(rowOf(whole!, window.start + row));
              }
            }
          }
          expect(seen.size).toBe(count);
          expect(windows.at(-1)!.start).toBe(Math.max(0, count - length));
        }),
        runs(50, 1_000),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'of any sample hold numbers from 0 to 1.15, or say why there are none',
    () => {
      fc.assert(
        fc.property(anySample, (input) => {
          const result = sequenceWindows(parseTypingSample(input));
          if (isInsufficient(result)) {
            expect(['free-text-window', 'pasted', 'dropped', 'autofilled', 'composed', 'too-few-keys', 'missing-releases']).toContain(
              result.reason,
            );
            return;
          }
          for (const { times } of result) {
            expect(times.every((value) => value >= 0 && value <= 1.15)).toBe(true);
          }
        }),
        runs(300, 20_000),
      );
    },
    PROPERTY_TIMEOUT,
  );
});

describe('too little', () => {
  const keys = steady(5);
  const reasonOf = (change: Partial<TypingSample>) => sequenceWindows(parseTypingSample({ ...typedText(), keys, ...change }));

  it.each(['pasted', 'dropped', 'autofilled', 'composed'] as const)('refuses what was %s', (flag) => {
    expect(reasonOf({ flags: { [flag]: true } })).toEqual({ status: 'insufficient', reason: flag });
  });

  it('says which', () => {
    expect(reasonOf({ keys: steady(2) })).toMatchObject({ reason: 'too-few-keys', detail: '2 of at least 3 keys' });
    expect(reasonOf({ keys: [...steady(2), ['Backspace', 5_000, 5_100]] })).toMatchObject({ reason: 'too-few-keys' });
    expect(isInsufficient(reasonOf({ keys: steady(3) }))).toBe(false);
    expect(reasonOf({ keys: [...steady(3), ['KeyB', 5_000, null]] })).toMatchObject({ reason: 'missing-releases', detail: '1 of 4 keys' });
  });
});

describe('of a vector', () => {
  const vector = fixedTextVectorFrom({ hold: [80, 270, 60, 400], pressPress: [130, 170, 200] });

  it(
    'are those of the sample that it was made of',
    () => {
      fc.assert(
        fc.property(anySample, (input) => {
          const keys = input.keys.filter(([key, , release]) => release !== null && (key === null || /^(Key|Digit|Space|Semi)/.test(key)));
          const sample = parseTypingSample({
            ...input,
            flags: {},
            keys: keys.map(([key, press, release]) => [key, press - keys[0]![1], release! - keys[0]![1]]),
          });
          const times = fixedTextVector(sample, { minimumKeys: 1 });
          if (isInsufficient(times)) {
            return;
          }
          const expected = sequenceWindows(sample, { length: 12 });
          const actual = sequenceWindowsFrom(times as FixedTextVector, { length: 12, keys: keys.map(([key]) => key) });
          if (isInsufficient(expected)) {
            expect(actual).toEqual(expected);
            return;
          }
          for (const [index, window] of made(actual).entries()) {
            expect(window).toEqual(expected[index]);
          }
        }),
        runs(200, 10_000),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it('has unknown keys unless they are named', () => {
    expect(Array.from(made(sequenceWindowsFrom(vector, { length: 5 }))[0]!.keyIds)).toEqual([1, 1, 1, 1, 0]);
    const named = made(sequenceWindowsFrom(vector, { length: 5, keys: ['KeyA', null, 'KeyB', 'Enter'] }));
    expect(Array.from(named[0]!.keyIds)).toEqual([2, 1, 3, sequenceKeyId('Enter'), 0]);
  });

  it('is insufficient without holds, below 3 keys, or where the names are of another text', () => {
    const pressesOnly = fixedTextVectorFrom({ hold: [], pressPress: [130, 170, 200] });
    expect(sequenceWindowsFrom(pressesOnly)).toMatchObject({ reason: 'missing-releases' });
    expect(sequenceWindowsFrom(fixedTextVectorFrom({ hold: [80, 90], pressPress: [130] }))).toMatchObject({ reason: 'too-few-keys' });
    expect(sequenceWindowsFrom(vector, { keys: ['KeyA'] })).toMatchObject({ reason: 'length-mismatch' });
  });
});

describe('misuse', () => {
  const vector = fixedTextVectorFrom({ hold: [80, 270, 60], pressPress: [130, 170] });

  it('throws', () => {
    expect(() => sequenceWindows({ ...typedText(), keys: steady(5) } as never)).toThrow(
      expect.objectContaining({ code: 'ERR_SAMPLE_UNPARSED' }),
    );
    expect(() => sequenceWindowsFrom({} as never)).toThrow(TypeError);
    for (const options of [{ length: '5' }, { stride: '5' }, { keys: 'abc' }, { keys: [1, 2, 3] }]) {
      expect(() => sequenceWindowsFrom(vector, options as unknown as SequenceVectorOptions)).toThrow(TypeError);
    }
    for (const options of [
      { length: 0 },
      { length: 2.5 },
      { length: 2_001 },
      { stride: 0 },
      { length: 5, stride: 6 },
      { stride: Number.NaN },
    ]) {
      expect(() => sequenceWindowsFrom(vector, options)).toThrow(RangeError);
    }
  });
});
