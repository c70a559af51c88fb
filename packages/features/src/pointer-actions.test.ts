import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROPERTY_TIMEOUT, runs } from '../test/arbitraries';
import { referenceActions } from '../test/pointer-reference';
import { anyPointerSample, plainPointerSample } from '../test/pointer-samples';
import { isInsufficient } from './insufficient';
import { assertPointerActions, POINTER_FEATURES, type PointerActions, pointerActions, pointerActionsFrom } from './pointer-actions';
import { type PointerEvents, pointerEventsOf } from './pointer-events';
import { type PointerEventNumbers, parsePointerSample } from './pointer-sample';

type Row = [kind: number, at: number, x: number, y: number];

function eventsOf(rows: readonly Row[]): PointerEvents {
  return {
    kinds: Uint8Array.from(rows, ([kind]) => kind),
    at: Float64Array.from(rows, ([, at]) => at),
    x: Float64Array.from(rows, ([, , x]) => x),
    y: Float64Array.from(rows, ([, , , y]) => y),
  };
}

function actionsOf(rows: readonly Row[], gridMs = 16): PointerActions {
  return pointerActionsFrom({ events: eventsOf(rows), gridMs });
}

/** A straight movement to the right of `count` points, 20 ms and 10 px apart. */
function movement(start: number, count = 6, x = 100): Row[] {
  return Array.from({ length: count }, (_, i): Row => [0, start + 20 * i, x + 10 * i, 50]);
}

function feature(actions: PointerActions, action: number, name: string): number {
  const column = POINTER_FEATURES.indexOf(name);
  expect(column).toBeGreaterThanOrEqual(0);
  return actions.features[action * POINTER_FEATURES.length + column]!;
}

function expectReference(events: PointerEvents, gridMs: number): void {
  const actions = pointerActionsFrom({ events, gridMs });
  const wanted = referenceActions(events, gridMs);
  expect([...actions.kinds]).toEqual(wanted.map(({ kind }) => kind));
  expect([...actions.start]).toEqual(wanted.map(({ start }) => start));
  expect([...actions.end]).toEqual(wanted.map(({ end }) => end));
  const width = POINTER_FEATURES.length;
  for (const [i, { features }] of wanted.entries()) {
    expect(features).toHaveLength(width);
    for (const [column, value] of features.entries()) {
      const ours = actions.features[i * width + column]!;
      // A turn of exactly half a circle may go either way.
      const same =
        Object.is(ours, value) || Math.abs(ours - value) <= 1e-9 * Math.max(1, Math.abs(value)) || POINTER_FEATURES[column] === 'meanTurn';
      expect(same, `${POINTER_FEATURES[column]} of action ${i}: ${ours}, not ${value}`).toBe(true);
    }
  }
}

describe('segmentation', () => {
  it('ends a movement at a rest of more than a second', () => {
    expect([...actionsOf([...movement(0), ...movement(1_100)]).kinds]).toEqual([0]);
    expect([...actionsOf([...movement(0), ...movement(1_101)]).kinds]).toEqual([0, 0]);
  });

  it('waits three seconds for the press that a movement was for', () => {
    const click = (at: number): Row[] => [
      [1, at, 150, 50],
      [3, at + 80, 150, 50],
    ];
    expect([...actionsOf([...movement(0), ...click(3_100)]).kinds]).toEqual([1]);
    expect([...actionsOf([...movement(0), ...click(3_101)]).kinds]).toEqual([0, 4]);
  });

  it('tells drags from clicks by the path while pressed', () => {
    const pressed = (length: number): Row[] => [
      [1, 200, 150, 50],
      ...movement(220, 5, 150).map(([k, t], i): Row => [k, t, 150 + length * i, 50]),
      [3, 330, 150, 50],
    ];
    expect([...actionsOf([...movement(0), ...pressed(1)]).kinds]).toEqual([1]);
    expect([...actionsOf([...movement(0), ...pressed(2)]).kinds]).toEqual([2, 3]);
  });

  it('ends a movement at the wheel, but no drag', () => {
    expect([...actionsOf([...movement(0), [5, 120, 150, 50], ...movement(140)]).kinds]).toEqual([0, 0]);
    const drag: Row[] = [
      [1, 0, 0, 0],
      [0, 20, 10, 0],
      [5, 40, 20, 0],
      [0, 60, 30, 0],
      [3, 80, 40, 0],
    ];
    expect([...actionsOf(drag).kinds]).toEqual([3]);
  });

  it('lets strays be: a release without a press, a press without a release, another button within', () => {
    expect([...actionsOf([[3, 0, 1, 1], [4, 10, 1, 1], ...movement(20)]).kinds]).toEqual([0]);
    expect([
      ...actionsOf([
        [1, 0, 1, 1],
        [0, 500, 400, 1],
        [1, 900, 1, 1],
        [3, 950, 1, 1],
      ]).kinds,
    ]).toEqual([4]);
    expect([...actionsOf([[1, 0, 1, 1], ...movement(60_001)]).kinds]).toEqual([0]);
    expect([
      ...actionsOf([
        [1, 0, 1, 1],
        [2, 10, 1, 1],
        [4, 20, 1, 1],
        [3, 30, 1, 1],
      ]).kinds,
    ]).toEqual([4]);
    expect([...actionsOf([...movement(0), [1, 200, 150, 50]]).kinds]).toEqual([]);
  });

  it('makes taps and swipes of touches, which move only while pressed', () => {
    const swipe: Row[] = [[1, 0, 100, 500], ...movement(16, 8, 100).map(([k, t], i): Row => [k, t, 100, 500 - 30 * i]), [3, 180, 100, 260]];
    const tap: Row[] = [
      [1, 900, 40, 80],
      [3, 980, 41, 80],
    ];
    const actions = pointerActionsFrom({ events: eventsOf([...swipe, ...tap]), device: 'touch' });
    expect(actions.device).toBe('touch');
    expect([...actions.kinds]).toEqual([3, 4]);
    expect(feature(actions, 0, 'towardsUp')).toBe(1);
    expect(feature(actions, 1, 'hold')).toBe(80);
    expect(feature(actions, 1, 'pauseAtPress')).toBeNaN();
  });

  it('throws away what is too short to be a movement', () => {
    expect(actionsOf(movement(0, 3)).kinds).toHaveLength(0);
    expect(actionsOf(movement(0, 6).map(([k, t], i): Row => [k, t, i / 2, 0])).kinds).toHaveLength(0);
  });
});

describe('the numbers of an action', () => {
  it('are 61 with names of their own', () => {
    expect(POINTER_FEATURES).toHaveLength(61);
    expect(new Set(POINTER_FEATURES).size).toBe(61);
  });

  it('are right for a straight movement of steady speed that ends in a click', () => {
    const actions = actionsOf([...movement(1_000), [1, 1_300, 150, 50], [3, 1_390, 153, 54], [1, 1_600, 153, 54], [3, 1_680, 153, 54]]);
    expect([...actions.kinds]).toEqual([1, 4]);
    expect([...actions.start, ...actions.end]).toEqual([1_000, 1_600, 1_390, 1_680]);
    const wanted: Record<string, number> = {
      duration: 100,
      path: 50,
      distance: 50,
      straightness: 1,
      directionY: 0,
      directionX: 1,
      largestDeviation: 0,
      meanDeviation: 0,
      overshoot: 0,
      meanSpeed: 0.5,
      speedDeviation: 0,
      peakSpeed: 0.5,
      speedMedian: 0.5,
      meanSpeedX: 0.5,
      meanSpeedY: 0,
      lastFifthSpeed: 0.5,
      peakToMeanSpeed: 1,
      movingSpeed: 0.5,
      meanAbsoluteAcceleration: 0,
      accelerationBalance: 0,
      meanAbsoluteJerk: 0,
      meanCurvature: 0,
      meanTurn: 0,
      sharpTurns: 0,
      peakTime: 0.1,
      pathAtPeak: 0.1,
      timeAt25: 0.25,
      timeAt90: 0.9,
      subMovements: 0,
      rests: 0,
      restShare: 0,
      towardsRight: 1,
      towardsLeft: 0,
      throughput: Math.log(3.5) / 0.1,
      pauseAtPress: 200,
      hold: 90,
      sinceRelease: 1_000,
      pressedPath: 5,
      otherButton: 0,
    };
    for (const [name, value] of Object.entries(wanted)) {
      expect(feature(actions, 0, name), name).toBeCloseTo(value, 12);
    }
    expect(feature(actions, 0, 'pauseBefore')).toBeNaN();
    expect(feature(actions, 1, 'duration')).toBeNaN();
    expect([feature(actions, 1, 'sinceRelease'), feature(actions, 1, 'pauseBefore'), feature(actions, 1, 'hold')]).toEqual([210, 210, 80]);
  });

  it('are right where the pointer turns, overshoots and rests', () => {
    const rows: Row[] = [
      [0, 0, 0, 0],
      [0, 20, 0, 40],
      [0, 40, 30, 40],
      [0, 240, 60, 40],
      [0, 260, 40, 40],
    ];
    const actions = actionsOf(rows);
    const wanted: Record<string, number> = {
      path: 120,
      distance: Math.sqrt(3_200),
      directionX: Math.SQRT1_2,
      directionY: Math.SQRT1_2,
      largestDeviation: 0.5,
      overshoot: (100 * Math.SQRT1_2 - Math.sqrt(3_200)) / Math.sqrt(3_200),
      peakSpeed: 2,
      speedQuartile1: 1,
      speedMedian: 1.5,
      speedQuartile3: 2,
      firstFifthSpeed: 2,
      lastFifthSpeed: 1,
      peakAcceleration: 0.85 / 110,
      peakDeceleration: -0.5 / 20,
      accelerationBalance: -1 / 3,
      meanAbsoluteTurn: Math.PI / 2,
      sharpTurns: 2 / 3,
      rests: 1,
      restShare: 200 / 260,
      subMovements: 0,
      towardsDown: 1 / 3,
      towardsRight: 0.5,
      towardsLeft: 1 / 6,
      peakTime: 10 / 260,
      pathAtPeak: 1 / 6,
      timeAt50: (20 + (20 * 20) / 30) / 260,
    };
    for (const [name, value] of Object.entries(wanted)) {
      expect(feature(actions, 0, name), name).toBeCloseTo(value, 12);
    }
  });

  it('are those of the plain definitions, for human-like movements on any grid', () => {
    let seed = 7;
    const random = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed / 2 ** 31;
    };
    const rows: Row[] = [];
    let t = 0;
    for (let action = 0; action < 60; action++) {
      const [x0, y0, x1, y1] = [random() * 900, random() * 700, random() * 900, random() * 700];
      const count = 3 + Math.floor(random() * 60);
      for (let i = 0; i <= count; i++) {
        const share = (1 - Math.cos((Math.PI * i) / count)) / 2;
        t += Math.round(random() * 24);
        rows.push([0, t, Math.round(x0 + share * (x1 - x0) + 9 * random()), Math.round(y0 + share * (y1 - y0) + 9 * random())]);
      }
      const what = Math.floor(random() * 4);
      if (what > 0) {
        const button = what === 3 ? 2 : 1;
        t += Math.round(random() * 4_000);
        rows.push([button, t, x1, y1]);
        for (let i = 0; what === 2 && i < 20; i++) {
          t += Math.round(random() * 30);
          rows.push([0, t, x1 + 5 * i, y1 - 2 * i]);
        }
        t += 90;
        rows.push([button + 2, t, x1, y1]);
      }
      t += Math.round(random() * 2_500);
    }
    for (const gridMs of [1, 16, 33.3, 100]) {
      expectReference(eventsOf(rows), gridMs);
    }
  });

  it(
    'are finite or missing, and those of the plain definitions, whatever the events',
    () => {
      fc.assert(
        fc.property(anyPointerSample, fc.integer({ min: 1, max: 200 }), (sample, gridMs) => {
          const actions = pointerActionsFrom({ events: pointerEventsOf(parsePointerSample(sample)), gridMs });
          expect(actions.features.every((value) => Number.isFinite(value) || Number.isNaN(value))).toBe(true);
          expect(actions.start.every((time, i) => time <= actions.end[i]!)).toBe(true);
          // Of what strays only the rules above speak.
          const orderly = { ...sample, events: sample.events.filter(([kind]) => kind === 0 || kind === 5) };
          const first = orderly.events[0]?.[1] ?? 0;
          const events = orderly.events.map(([kind, at, x, y]): PointerEventNumbers => [kind, at - first, x, y]);
          expectReference(pointerEventsOf(parsePointerSample({ ...orderly, events })), gridMs);
        }),
        runs(60, 3_000),
      );
    },
    PROPERTY_TIMEOUT,
  );
});

describe('what does not show', () => {
  it('is where on the screen and when', () => {
    const here = actionsOf([...movement(0), [1, 300, 150, 50], [3, 390, 150, 50]]);
    const there = actionsOf([...movement(7_000, 6, 900), [1, 7_300, 950, 50], [3, 7_390, 950, 50]]);
    expect(there.features).toEqual(here.features);
  });

  it.each([2, 1, 0.5, 0.125])('is how often a device tells its place, beyond the grid: every %d ms', (rate) => {
    const at = (step: number): PointerActions =>
      actionsOf(Array.from({ length: 800 / step + 1 }, (_, i): Row => [0, step * i, 300 * (1 - Math.cos((Math.PI * step * i) / 800)), 40]));
    const [slow, fast] = [at(16), at(rate)];
    expect(fast.kinds).toEqual(slow.kinds);
    for (const [column, name] of POINTER_FEATURES.entries()) {
      const [a, b] = [slow.features[column]!, fast.features[column]!];
      if (!Number.isNaN(a)) {
        expect(Math.abs(a - b), name).toBeLessThan(0.08 * Math.max(Math.abs(a), Math.abs(b)) + 0.06);
      }
    }
  });
});

describe('doors', () => {
  it('say too few where nothing happened, and never on a single point', () => {
    const sample = plainPointerSample();
    for (const events of [[], [[0, 0, 5, 5]], Array.from({ length: 500 }, (_, i) => [0, 10 * i, 5, 5])]) {
      const result = pointerActions(parsePointerSample({ ...sample, events }));
      expect(isInsufficient(result) && result.reason).toBe('too-few-actions');
    }
  });

  it('give the same of a sample and of its events', () => {
    const sample = parsePointerSample(plainPointerSample());
    const result = pointerActions(sample, { gridMs: 20 });
    expect(result).toEqual(pointerActionsFrom({ events: pointerEventsOf(sample), gridMs: 20 }));
  });

  it('refuse what is not theirs', () => {
    const events = eventsOf(movement(0));
    expect(() => pointerActions(plainPointerSample() as never)).toThrow(expect.objectContaining({ code: 'ERR_POINTER_SAMPLE_UNPARSED' }));
    expect(() => pointerActionsFrom({ events, gridMs: 0 })).toThrow(RangeError);
    expect(() => pointerActionsFrom({ events, gridMs: Number.NaN })).toThrow(RangeError);
    expect(() => pointerActionsFrom({ events, gridMs: '16' as never })).toThrow(TypeError);
    expect(() => pointerActionsFrom({ events, device: 'paw' as never })).toThrow(TypeError);
    expect(() => pointerActionsFrom({ events: null as never })).toThrow(TypeError);
    expect(() => pointerActionsFrom({ events: { ...events, x: [...events.x] as never } })).toThrow(TypeError);
    expect(() => pointerActionsFrom({ events: { ...events, x: events.x.slice(1) } })).toThrow(RangeError);
    for (const wrong of [
      { kinds: events.kinds.map(() => 6) },
      { at: events.at.toReversed() },
      { at: events.at.map(() => Number.NaN) },
      { x: events.x.map(() => Number.POSITIVE_INFINITY) },
      { y: events.y.map(() => 100_001) },
    ]) {
      expect(() => pointerActionsFrom({ events: { ...events, ...wrong } })).toThrow(RangeError);
    }
  });

  it('let no actions in whose times or grid lead nowhere', () => {
    const actions = actionsOf([...movement(0), ...movement(2_000)]);
    assertPointerActions(actions);
    const at = (time: number) => ({ start: actions.start.map(() => time), end: actions.end.map(() => time) });
    for (const wrong of [
      at(1e300),
      at(-1e300),
      at(172_800_001),
      at(Number.NaN),
      { gridMs: 0 },
      { gridMs: Number.NaN },
      { gridMs: 1_001 },
    ]) {
      expect(() => assertPointerActions({ ...actions, ...wrong })).toThrow(RangeError);
    }
    expect(() => assertPointerActions({ ...actions, start: actions.end, end: actions.start })).toThrow(RangeError);
    expect(() => assertPointerActions({ ...actions, kinds: actions.kinds.map(() => 5) })).toThrow(RangeError);
  });

  it('take half a million events, and refuse one more', () => {
    const many = (count: number): PointerEvents => ({
      kinds: new Uint8Array(count),
      at: new Float64Array(count).map((_, i) => 2 * i),
      x: new Float64Array(count).map((_, i) => i % 900),
      y: new Float64Array(count),
    });
    expect(pointerActionsFrom({ events: many(500_000) }).kinds).toHaveLength(1);
    expect(() => pointerActionsFrom({ events: many(500_001) })).toThrow(RangeError);
  });
});
