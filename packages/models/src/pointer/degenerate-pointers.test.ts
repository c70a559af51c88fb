import { isInsufficient, type PointerActions } from '@tacit-auth/features';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { seededNormals, seededUniforms } from '../seeded-normals';
import { slice } from './calibration-training';
import { type PointerDetector, pointerDetector } from './detector';
import type { PointerProfile } from './profile';
import { actionsOfRows, type EventRow, simulatedPeople, simulatedSession } from './simulated-pointers.test-support';
import { trainPointerPopulation } from './train-population';

const SOAK = process.env.TACIT_SOAK === '1';

/** What a script does over and over. */
interface Script {
  readonly count: number;
  readonly step: number;
  readonly points: number;
  readonly length: number;
  readonly hold: number;
  readonly pause: number;
  readonly noise: number;
  readonly shape: 'move' | 'click' | 'drag' | 'jump';
  readonly rest: number;
  readonly eased: boolean;
}

function scripted({ count, step, points, length, hold, pause, noise, shape, rest, eased }: Script): PointerActions {
  const uniform = seededUniforms(count, points);
  const normal = seededNormals(count, points);
  const rows: EventRow[] = [];
  const within = (place: number): number => Math.min(Math.max(place, -50_000), 50_000);
  let [t, x, y] = [0, 500, 400];
  for (let action = 0; action < count; action++) {
    const angle = noise === 0 ? 0.8 * action : 6.28 * uniform();
    const [toX, toY] = [within(x + length * Math.cos(angle)), within(y + length * Math.sin(angle))];
    const press = (): void => {
      t += pause;
      rows.push([1, t, x, y]);
    };
    if (shape === 'drag') {
      press();
    }
    for (let i = 0; shape !== 'jump' && i <= points; i++) {
      const share = eased ? (1 - Math.cos((Math.PI * i) / points)) / 2 : i / points;
      t += step;
      rows.push([0, t, x + share * (toX - x) + noise * normal(), y + share * (toY - y) + noise * normal()]);
    }
    [x, y] = [toX, toY];
    if (shape === 'click' || shape === 'jump') {
      press();
    }
    if (shape !== 'move') {
      t += hold;
      rows.push([3, t, x, y]);
    }
    t += rest;
  }
  return actionsOfRows(rows);
}

const PEOPLE = [401, 402, 403, 404, 405, 406, 407, 408];
let detector: PointerDetector;
let templates: { profile: PointerProfile; median: number }[];

beforeAll(() => {
  detector = pointerDetector({
    population: trainPointerPopulation({ people: simulatedPeople(1, 20, 100), source: 'simulated', minimumUsers: 20 }),
  });
  templates = PEOPLE.map((person) => {
    const profile = detector.fit([simulatedSession(person, 1, 150)]) as PointerProfile;
    const later = simulatedSession(person, 2, 150);
    const raws = Array.from({ length: 8 }, (_, i) => detector.score(profile, [slice(later, 20 * i, 20 * i + 20)])).flatMap((score) =>
      isInsufficient(score) ? [] : [score.raw],
    );
    return { profile, median: raws.sort((a, b) => a - b)[raws.length >> 1] };
  });
}, 60_000);

/** Of a probe of about 20 actions: refused, or for no template above what its own person reaches every other time. */
function expectNoMatch(actions: PointerActions): void {
  const probe = slice(actions, 0, Math.min(20, actions.kinds.length));
  for (const { profile, median } of templates) {
    const score = detector.score(profile, [probe]);
    if (!isInsufficient(score)) {
      expect(score.raw).toBeLessThan(median);
      expect(Math.abs(score.llr)).toBeLessThanOrEqual(8);
    }
  }
}

describe('no degenerate probe passes for a person', () => {
  it('has medians to compare with', () => {
    expect(templates.every(({ median }) => Number.isFinite(median))).toBe(true);
  });

  it('where everything is at one point', () => {
    const taps = Array.from({ length: 30 }, (_, i): EventRow[] => [
      [1, 500 * i, 5, 5],
      [3, 500 * i + 80, 5, 5],
    ]).flat();
    const result = detector.score(templates[0].profile, [actionsOfRows(taps)]);
    expect(isInsufficient(result) && result.reason).toBe('degenerate-input');
  });

  it.each([1, 3, 5, 10])("where %d of a person's own movements are played again and again", (played) => {
    const own = simulatedSession(PEOPLE[0], 1, 150);
    const some = slice(own, 3, 3 + played);
    const many: PointerActions = {
      ...own,
      kinds: Uint8Array.from({ length: 20 }, (_, i) => some.kinds[i % played]),
      start: Float64Array.from({ length: 20 }, (_, i) => 1_000 * i),
      end: Float64Array.from({ length: 20 }, (_, i) => 1_000 * i + 700),
      features: Float64Array.from({ length: 20 * 61 }, (_, i) => some.features[i % (played * 61)]),
    };
    const result = detector.score(templates[0].profile, [many]);
    expect(isInsufficient(result) && result.reason).toBe('degenerate-input');
  });

  it('where every movement is ruled and of one speed', () => {
    const rows = Array.from({ length: 20 }, (_, a): EventRow[] =>
      Array.from({ length: 10 + a }, (__, i) => [0, 2_000 * a + 20 * i, 100 + 8 * i, 50]),
    ).flat();
    const result = detector.score(templates[0].profile, [actionsOfRows(rows)]);
    expect(isInsufficient(result) && result.reason).toBe('degenerate-input');
  });

  it('where a mouse clicks here and there without moving, or teleports', () => {
    const uniform = seededUniforms(9, 9);
    const jumps = Array.from({ length: 30 }, (_, i): EventRow[] => [
      [1, 900 * i, 900 * uniform(), 50],
      [3, 900 * i + 60 + 90 * uniform(), 60, 50],
    ]).flat();
    const result = detector.score(templates[0].profile, [actionsOfRows(jumps)]);
    expect(isInsufficient(result) && result.reason).toBe('degenerate-input');
    expectNoMatch(
      actionsOfRows(
        Array.from(
          { length: 900 },
          (_, i): EventRow => [0, 16 * i + (i % 30 === 0 ? 1 : 0) + 1_200 * Math.floor(i / 30), 9e4 * uniform(), 9e4 * uniform()],
        ),
      ),
    );
  });

  it(
    'where a script with any constants, with noise or without, moves the pointer',
    () => {
      const script: fc.Arbitrary<Script> = fc.record({
        count: fc.constant(24),
        step: fc.constantFrom(0, 1.5, 5, 16.7, 40, 100, 300),
        points: fc.constantFrom(4, 6, 12, 30, 100),
        length: fc.constantFrom(0, 1, 5, 30, 200, 800, 20_000),
        hold: fc.constantFrom(0, 1, 50, 90, 500),
        pause: fc.constantFrom(0, 5, 100, 900),
        noise: fc.constantFrom(0, 0, 0, 30),
        shape: fc.constantFrom('move' as const, 'click' as const, 'drag' as const, 'jump' as const),
        rest: fc.constantFrom(0, 10, 1_100, 1_500),
        eased: fc.boolean(),
      });
      fc.assert(
        fc.property(script, (constants) => {
          expectNoMatch(scripted(constants));
        }),
        { numRuns: SOAK ? 3_000 : 60 },
      );
    },
    SOAK ? 600_000 : 30_000,
  );
});
