import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROPERTY_TIMEOUT, runs } from '../test/arbitraries';
import type { FreeTextTimings } from './free-text-timings';
import { type Insufficient, isInsufficient } from './insufficient';
import type { PointerEvents } from './pointer-events';
import { SESSION_POINTER_FEATURES } from './session-pointer';
import { assertSessionVector, SESSION_FEATURES, SESSION_KEYSTROKE_FEATURES, type SessionVector, sessionVector } from './session-vector';

/** Timings of strokes [key, press, release or NaN], in ms. */
function typed(...strokes: readonly (readonly [key: number, press: number, release: number])[]): FreeTextTimings {
  const next = (value: (i: number) => number) => Float64Array.from({ length: Math.max(strokes.length - 1, 0) }, (_, i) => value(i));
  const press = (i: number) => strokes[i]![1];
  const release = (i: number) => strokes[i]![2];
  return {
    schema: 'free-text/1',
    keys: Uint8Array.from(strokes, ([key]) => key),
    hold: Float64Array.from(strokes, ([, down, up]) => up - down),
    pressPress: next((i) => press(i + 1) - press(i)),
    releasePress: next((i) => press(i + 1) - release(i)),
    releaseRelease: next((i) => release(i + 1) - release(i)),
  };
}

/** Events [kind, at, x, y]. */
function moved(...events: readonly (readonly [kind: number, at: number, x: number, y: number])[]): PointerEvents {
  const column = (place: 0 | 1 | 2 | 3) => Float64Array.from(events, (event) => event[place]);
  return { kinds: Uint8Array.from(column(0)), at: column(1), x: column(2), y: column(3) };
}

function vectorOf(input: Parameters<typeof sessionVector>[0]): SessionVector {
  const vector = sessionVector(input);
  if (isInsufficient(vector)) {
    throw new Error(vector.reason);
  }
  return vector;
}

function numbersOf(vector: SessionVector): Record<(typeof SESSION_FEATURES)[number], number> {
  return Object.fromEntries(SESSION_FEATURES.map((name, i) => [name, vector.values[i]])) as ReturnType<typeof numbersOf>;
}

// Roll-over at the third key, which is the first one again.
const TYPING = typed([11, 0, 100], [12, 200, 280], [11, 350, 470], [13, 450, 460], [12, 1000, 1090]);
// A step a ms long of 3 px, one of 4 px in 2 ms, back, a click and another.
const POINTER = moved(
  [0, 10, 0, 0],
  [0, 11, 3, 0],
  [0, 13, 3, 4],
  [0, 15, 3, 0],
  [1, 25, 3, 0],
  [3, 40, 3, 0],
  [1, 125, 3, 0],
  [3, 210, 3, 0],
);

describe('the keyboard half', () => {
  const numbers = numbersOf(vectorOf({ typing: TYPING }));

  it('pairs each release with its own press', () => {
    // 100, 80, 120, 10, 90
    expect(numbers['hold-mean']).toBe(80);
    expect(numbers['hold-median']).toBe(90);
    expect(numbers['hold-sd']).toBeCloseTo(Math.sqrt(7000 / 4), 9);
    const [m2, m3, m4] = [2, 3, 4].map((power) => [20, 0, 40, -70, 10].reduce((sum, each) => sum + each ** power, 0) / 5) as [
      number,
      number,
      number,
    ];
    expect(numbers['hold-skew']).toBeCloseTo(m3 / m2 ** 1.5, 9);
    expect(numbers['hold-kurtosis']).toBeCloseTo(m4 / m2 ** 2 - 3, 9);
  });

  it('has up-up times in the order of the presses, negative where the next key comes up first', () => {
    // 180, 190, -10, 630
    expect(numbers['release-release-mean']).toBe(247.5);
    expect(numbers['release-release-median']).toBe(185);
    expect(numbers['release-release-sd']).toBeCloseTo(Math.sqrt((67.5 ** 2 + 57.5 ** 2 + 257.5 ** 2 + 382.5 ** 2) / 3), 9);
  });

  it('has speed in keys per second of the presses, and the variety of keys', () => {
    expect(numbers['keys-per-second']).toBe(5);
    expect(numbers['distinct-keys']).toBe(3);
    expect(numbers['most-frequent-key-share']).toBe(0.4);
    // 11 12, 12 11, 11 13, 13 12
    expect(numbers['distinct-digraph-share']).toBe(1);
    const again = vectorOf({ typing: typed([1, 0, 9], [1, 10, 19], [1, 20, 29], [1, 30, 39], [2, 40, 49]) });
    expect(numbersOf(again)).toMatchObject({ 'distinct-digraph-share': 0.5, 'most-frequent-key-share': 0.8 });
  });

  it('passes over what was never released', () => {
    const { typing, pointer } = {
      typing: typed([1, 0, 50], [2, 100, Number.NaN], [3, 200, 270], [4, 300, 390], [5, 400, 410], [6, 500, 530]),
      pointer: undefined,
    };
    const some = numbersOf(vectorOf({ typing, pointer }));
    expect(some['hold-mean']).toBe(50);
    expect(some['release-release-mean']).toBeCloseTo((120 + 20 + 120) / 3, 9);
    expect(some['keys-per-second']).toBe(12);
  });

  it.each([
    ['four keys', typed([1, 0, 9], [2, 10, 19], [3, 20, 29], [4, 30, 39])],
    ['five keys of which one is still down', typed([1, 0, 9], [2, 10, 19], [3, 20, 29], [4, 30, 39], [5, 40, Number.NaN])],
    ['no two releases in a row', typed(...Array.from({ length: 10 }, (_, i) => [i, 10 * i, i % 2 ? Number.NaN : 10 * i + 5] as const))],
    ['keys at one instant', typed(...Array.from({ length: 9 }, (_, i) => [i, 4, 50] as const))],
  ])('is not there for %s', (_, typing) => {
    expect(sessionVector({ typing })).toMatchObject({ status: 'insufficient', reason: 'too-few-events' });
    const other = vectorOf({ typing, pointer: POINTER });
    expect([other.hasTyping, other.hasPointer]).toEqual([false, true]);
    expect([...other.values.subarray(0, 12)]).toEqual(new Array(12).fill(0));
  });
});

describe('the pointer half', () => {
  const numbers = numbersOf(vectorOf({ pointer: POINTER }));

  it('has velocity and acceleration per ms, not per event', () => {
    const velocities = [3, 2, 2, 0, 0, 0, 0];
    expect(numbers['velocity-mean']).toBe(1);
    expect(numbers['velocity-max']).toBe(3);
    expect(numbers['velocity-sd']).toBeCloseTo(Math.sqrt(velocities.reduce((sum, v) => sum + (v - 1) ** 2, 0) / 6), 9);
    // -1 px/ms over the 1.5 ms between the middles, then level, then -2 over 6 ms.
    const accelerations = [-1 / 1.5, 0, -2 / 6, 0, 0, 0];
    expect(numbers['acceleration-mean']).toBeCloseTo(-1 / 6, 9);
    expect(numbers['acceleration-sd']).toBeCloseTo(Math.sqrt(accelerations.reduce((sum, a) => sum + (a + 1 / 6) ** 2, 0) / 5), 9);
  });

  it('is the same however often a straight and even movement is polled', () => {
    const line = (step: number) => moved(...Array.from({ length: 1 + 960 / step }, (_, i) => [0, i * step, 0.5 * i * step, 0] as const));
    const slow = numbersOf(vectorOf({ pointer: line(16) }));
    const fast = numbersOf(vectorOf({ pointer: line(1) }));
    expect(slow).toEqual(fast);
    expect(slow).toMatchObject({ 'velocity-mean': 0.5, 'velocity-sd': 0, 'acceleration-mean': 0, straightness: 1, 'direction-changes': 0 });
  });

  it('has the shape of the path and the clicks', () => {
    expect(numbers.straightness).toBeCloseTo(3 / 11, 9);
    expect(numbers['direction-changes']).toBe(2);
    expect(numbers['click-interval-mean']).toBe(100);
    expect(numbers['click-interval-sd']).toBe(0);
    expect(numbers['clicks-per-second']).toBe(10);
  });

  it('takes a turn of 45 degrees for none, and one across the negative axis for what it is', () => {
    const turned = (degrees: number, from = 0) => {
      const point = (angle: number) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)] as const;
      const [ax, ay] = point(from);
      const [bx, by] = point(from + degrees);
      return moved([0, 0, 0, 0], [0, 10, ax, ay], [0, 20, ax, ay], [0, 30, ax + bx, ay + by], [0, 40, ax + bx, ay + by]);
    };
    for (const [degrees, from, count] of [
      [44, 0, 0],
      [46, 0, 1],
      [-46, 0, 1],
      [30, 165, 0],
      [-30, -165, 0],
      [180, 0, 1],
    ] as const) {
      expect(numbersOf(vectorOf({ pointer: turned(degrees, from) }))['direction-changes']).toBe(count);
    }
  });

  it('makes one point of what happens at one instant', () => {
    const twice = moved(
      [0, 10, 0, 0],
      [0, 11, 1, 0],
      [0, 11, 3, 0],
      [0, 13, 3, 4],
      [0, 15, 3, 0],
      [1, 25, 3, 0],
      [3, 40, 3, 0],
      [1, 125, 3, 0],
      [3, 210, 3, 0],
    );
    expect(vectorOf({ pointer: twice }).values).toEqual(vectorOf({ pointer: POINTER }).values);
  });

  it('says 0 where nothing moves and nobody clicks', () => {
    const still = moved(...Array.from({ length: 6 }, (_, i) => [0, 10 * i, 7, 7] as const));
    expect([...vectorOf({ pointer: still }).values]).toEqual(new Array(22).fill(0));
  });

  it.each([
    ['four events', moved([0, 0, 0, 0], [0, 1, 1, 0], [0, 2, 2, 0], [0, 3, 3, 0])],
    ['one instant', moved(...Array.from({ length: 9 }, (_, i) => [0, 5, i, 0] as const))],
  ])('is not there for %s', (_, pointer) => {
    expect(sessionVector({ pointer })).toMatchObject({ reason: 'too-few-events' } satisfies Partial<Insufficient>);
    const other = vectorOf({ typing: TYPING, pointer });
    expect([other.hasTyping, other.hasPointer]).toEqual([true, false]);
    expect([...other.values.subarray(12)]).toEqual(new Array(10).fill(0));
  });
});

describe('sessionVector', () => {
  it('has 12 and 10 numbers under a schema', () => {
    expect([SESSION_KEYSTROKE_FEATURES.length, SESSION_POINTER_FEATURES.length]).toEqual([12, 10]);
    expect(new Set(SESSION_FEATURES).size).toBe(22);
    expect(vectorOf({ typing: TYPING, pointer: POINTER })).toMatchObject({ schema: 'session-vector/1', hasTyping: true, hasPointer: true });
    expect(sessionVector({})).toMatchObject({ status: 'insufficient', reason: 'too-few-events' });
  });

  it('keeps the halves apart', () => {
    const both = vectorOf({ typing: TYPING, pointer: POINTER }).values;
    expect(both.subarray(0, 12)).toEqual(vectorOf({ typing: TYPING }).values.subarray(0, 12));
    expect(both.subarray(12)).toEqual(vectorOf({ pointer: POINTER }).values.subarray(12));
  });

  it(
    'is finite for whatever is timings and events',
    () => {
      const time = fc.oneof(fc.double({ min: 0, max: 3_000, noNaN: true }), fc.constantFrom(0, 1e-300, 5e-324, 16, 3.5e6));
      const strokes = fc.array(
        fc.tuple(fc.nat(38), time, fc.oneof({ weight: 5, arbitrary: time }, { weight: 1, arbitrary: fc.constant(Number.NaN) })),
        {
          minLength: 2,
          maxLength: 30,
        },
      );
      const place = fc.oneof(fc.double({ min: -2_000, max: 2_000, noNaN: true }), fc.constantFrom(0, -0, 1e5, -1e5, 1e-300));
      const events = fc.array(fc.tuple(fc.nat(5), time, place, place), { maxLength: 30 });
      fc.assert(
        fc.property(fc.option(strokes, { nil: undefined }), fc.option(events, { nil: undefined }), (keys, path) => {
          const typing = keys && typed(...inTime(keys).map(([key, at, hold]) => [key, at, at + hold] as const));
          const pointer = path && moved(...inTime(path));
          const vector = sessionVector({ typing: bounded(typing), pointer });
          if (isInsufficient(vector)) {
            return;
          }
          expect(vector.values.every((value) => Number.isFinite(value) && !Object.is(value, -0))).toBe(true);
          expect(() => assertSessionVector(vector)).not.toThrow();
          const [velocity, straight, share] = [12, 17, 10].map((i) => vector.values[i]!) as [number, number, number];
          expect(velocity).toBeGreaterThanOrEqual(0);
          expect(straight >= 0 && straight <= 1 && share >= 0 && share <= 1).toBe(true);
          expect(vector.hasTyping).toBe(vector.values.subarray(0, 12).some((value) => value !== 0));
        }),
        runs(500, 20_000),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it.each([
    [TypeError, null],
    [TypeError, { typing: 'keys' }],
    [TypeError, { typing: null }],
    [TypeError, { typing: { ...TYPING, hold: undefined } }],
    [RangeError, { typing: { ...TYPING, hold: TYPING.hold.subarray(1) } }],
    [RangeError, { typing: { ...TYPING, releaseRelease: TYPING.hold } }],
    [RangeError, { typing: { ...TYPING, hold: TYPING.hold.map(() => Number.POSITIVE_INFINITY) } }],
    [RangeError, { typing: { ...TYPING, pressPress: TYPING.pressPress.map(() => Number.NaN) } }],
    [RangeError, { typing: { ...TYPING, pressPress: TYPING.pressPress.map(() => -1) } }],
    [TypeError, { pointer: 7 }],
    [TypeError, { pointer: { ...POINTER, x: [...POINTER.x] } }],
    [RangeError, { pointer: { ...POINTER, kinds: POINTER.kinds.map(() => 6) } }],
    [RangeError, { pointer: { ...POINTER, at: POINTER.at.map((_, i) => -i) } }],
    [RangeError, { pointer: { ...POINTER, at: POINTER.at.map(() => Number.NaN) } }],
    [RangeError, { pointer: { ...POINTER, y: POINTER.y.map(() => 1e15) } }],
    [RangeError, { pointer: { ...POINTER, y: POINTER.y.slice(1) } }],
  ])('throws %o for what is none', (kind, input) => {
    expect(() => sessionVector(input as never)).toThrow(kind);
  });

  it('refuses a million events before it looks at them', () => {
    const many = 1_000_000;
    const pointer = { kinds: new Uint8Array(many), at: new Float64Array(many), x: new Float64Array(many), y: new Float64Array(many) };
    expect(() => sessionVector({ pointer })).toThrow(/events must be at most/);
    expect(() => sessionVector({ typing: { ...TYPING, keys: new Uint8Array(many) } })).toThrow(/keys/);
  });
});

describe('assertSessionVector', () => {
  const vector = vectorOf({ typing: TYPING });
  it.each([
    [TypeError, undefined],
    [TypeError, { ...vector, schema: 'session-vector/0' }],
    [TypeError, { ...vector, hasPointer: 0 }],
    [TypeError, { ...vector, values: [...vector.values] }],
    [RangeError, { ...vector, values: vector.values.slice(1) }],
    [RangeError, { ...vector, values: vector.values.map(() => Number.NaN) }],
    [RangeError, { ...vector, hasTyping: false }],
  ])('throws %o for what is none', (kind, value) => {
    expect(() => assertSessionVector(value, 'windows[0]')).toThrow(kind);
    expect(() => assertSessionVector(value, 'windows[0]')).toThrow(/windows\[0\]/);
  });
});

/** Timings with what is beyond the bounds left out. */
function bounded(typing: FreeTextTimings | undefined): FreeTextTimings | undefined {
  return [typing?.hold, typing?.pressPress, typing?.releaseRelease, typing?.releasePress].some((times) =>
    times?.some((time) => Math.abs(time) > 3.6e6),
  )
    ? undefined
    : typing;
}

/** Rows whose second number is the time since the row before, with the time since the first instead. */
function inTime<Row extends readonly [number, number, ...number[]]>(rows: readonly Row[]): Row[] {
  let at = 0;
  return rows.map((row) => {
    at += row[1];
    const [first, , ...rest] = row;
    return [first, at, ...rest] as unknown as Row;
  });
}
