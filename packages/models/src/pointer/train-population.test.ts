import { isInsufficient, type PointerActions } from '@tacit-auth/features';
import { beforeAll, describe, expect, it } from 'vitest';
import { ModelError } from '../model-error';
import { centrePointerPopulation, LEAST_POINTER_CENTRING_PROFILES } from './centre-population';
import { pointerDetector } from './detector';
import type { PointerPopulation } from './population';
import { parsePointerPopulation, serializePointerPopulation } from './population-bytes';
import type { PointerProfile } from './profile';
import { simulatedPeople, simulatedSession } from './simulated-pointers.test-support';
import { type PointerTrainingOptions, trainPointerPopulation } from './train-population';
import { WINDOWS_BY_ACTIONS } from './windows';

const few = simulatedPeople(1, 8, 70);
let population: PointerPopulation;
const told: number[] = [];

function train(options: Partial<PointerTrainingOptions> = {}): PointerPopulation {
  return trainPointerPopulation({ people: few, source: 'simulated', minimumUsers: 8, ...options });
}

beforeAll(() => {
  population = train({ onProgress: (share) => told.push(share) });
}, 60_000);

describe('training of a pointer population', () => {
  it('gives the same bytes for the same input, and others for other people', () => {
    expect(serializePointerPopulation(train())).toEqual(serializePointerPopulation(population));
    expect(train({ people: simulatedPeople(2, 8, 70) }).id).not.toBe(population.id);
  });

  it('tells its progress, rising to 1', () => {
    expect(told.length).toBeGreaterThan(5);
    expect(told.every((share, i) => i === 0 || share > told[i - 1])).toBe(true);
    expect(told.at(-1)).toBe(1);
  });

  it('makes directions in which a person varies by about 1 and people by more', () => {
    expect(population.between.length).toBe(7);
    expect(population.between[0]).toBeGreaterThan(1);
    expect(population.between.every((variance, d) => d === 0 || variance <= population.between[d - 1] * 1.0001)).toBe(true);
    expect(population.users).toBe(8);
    expect(population.calibration).toHaveLength(20);
  });

  it('keeps no name and no number of anybody', () => {
    const text = Buffer.from(serializePointerPopulation(population)).toString('latin1');
    expect(text).toContain('simulated');
    expect(text).not.toContain('planted');
    // One person with numbers of his own alone: none of them is in the population.
    const sessions = few[0].sessions.map(
      (session): PointerActions => ({
        ...session,
        features: session.features.map((value) => (Number.isNaN(value) ? value : 7.77e6)),
      }),
    );
    const outlier = train({ people: [{ user: 'odd', sessions }, ...few.slice(1)] });
    expect(Math.max(...outlier.tables)).toBeLessThan(7.77e6);
  });

  it('serves windows by actions too', () => {
    const byActions = train({ windowing: WINDOWS_BY_ACTIONS, dimensions: 5 });
    expect(byActions.windowing).toEqual(WINDOWS_BY_ACTIONS);
    expect(byActions.between).toHaveLength(5);
    const detector = pointerDetector({ population: byActions });
    const profile = detector.fit([simulatedSession(3, 4, 80)]);
    expect(!isInsufficient(profile) && isInsufficient(detector.score(profile, [simulatedSession(3, 5, 15)]))).toBe(false);
  });

  it('takes people of one session by its halves', () => {
    const halves = train({
      people: few
        .map(({ user, sessions }) => ({ user, sessions: [sessions[0]] }))
        .map((person, i) => ({ ...person, sessions: [simulatedSession(i, 1, 160)] })),
    });
    expect(halves.calibration[0].slope).toBeGreaterThan(0);
  });

  it('refuses too few people, mixed ones, and wrong options', () => {
    expect(() => train({ minimumUsers: 9 })).toThrow(/at least 9/);
    expect(() => trainPointerPopulation({ people: few, source: 'x' })).toThrow(/at least 30/);
    expect(() => train({ minimumUsers: 4 })).toThrow(RangeError);
    expect(() => train({ people: [...few, few[0]] })).toThrow(/people\[8\]\.user/);
    expect(() =>
      train({ people: [...few.slice(1), { user: 'x', sessions: few[0].sessions.map((session) => ({ ...session, gridMs: 33 })) }] }),
    ).toThrow(/grid/);
    expect(() => train({ people: few.map(({ user }) => ({ user, sessions: few[0].sessions })) })).toThrow(/differ/);
    expect(() => train({ people: 'x' as never })).toThrow(TypeError);
    expect(() => train({ people: [null as never] })).toThrow(TypeError);
    expect(() => train({ people: [] })).toThrow(RangeError);
    expect(() => train({ source: 'ü' })).toThrow(RangeError);
    expect(() => train({ source: 7 as never })).toThrow(TypeError);
    expect(() => train({ seed: 0.5 })).toThrow(RangeError);
    expect(() => train({ dimensions: 49 })).toThrow(RangeError);
    expect(() => train({ windowing: { unit: 'time', length: 20_000, hop: 10 } })).toThrow(RangeError);
    expect(() => train({ windowing: { unit: 'days' as never, length: 20_000, hop: 5_000 } })).toThrow(TypeError);
  });
});

describe('bytes of a pointer population', () => {
  it('are refused where they are not whole, not its own or out of range, each time with a code', () => {
    const bytes = serializePointerPopulation(population);
    expect(parsePointerPopulation(bytes)).toEqual(population);
    const refused: [data: unknown, code: string][] = [
      ['x', 'ERR_PROFILE_FORMAT'],
      [new Uint8Array(100_001), 'ERR_PROFILE_SIZE'],
      [new Uint8Array(3), 'ERR_PROFILE_SIZE'],
      [bytes.with(0, 1), 'ERR_PROFILE_FORMAT'],
      [bytes.with(4, 9), 'ERR_PROFILE_VERSION'],
      [bytes.with(13, 3), 'ERR_PROFILE_VALUE'],
      [bytes.with(15, 0), 'ERR_PROFILE_VALUE'],
      [bytes.with(15, 8), 'ERR_PROFILE_SIZE'],
      [bytes.with(17, 7), 'ERR_PROFILE_VALUE'],
      [bytes.slice(0, -4), 'ERR_PROFILE_SIZE'],
      [bytes.with(200, 0x7f).with(201, 0xff), 'ERR_PROFILE_VALUE'],
    ];
    for (const [data, code] of refused) {
      expect(() => parsePointerPopulation(data as Uint8Array)).toThrow(expect.objectContaining({ code }));
      expect(() => parsePointerPopulation(data as Uint8Array)).toThrow(ModelError);
    }
  });

  it('are refused where their windows would take for ever, or would not be whole', () => {
    const bytes = serializePointerPopulation(population);
    const windowed = (unit: number, length: number, hop: number): Uint8Array => {
      const changed = bytes.slice();
      const view = new DataView(changed.buffer);
      view.setUint8(14, unit);
      const start = 17 + population.source.length;
      view.setFloat32(start + 4, length);
      view.setFloat32(start + 8, hop);
      return changed;
    };
    expect(parsePointerPopulation(windowed(0, 20_000, 5_000))).toEqual(population);
    expect(parsePointerPopulation(windowed(1, 60, 3)).windowing).toEqual({ unit: 'actions', length: 60, hop: 3 });
    for (const [unit, length, hop] of [
      [0, 20_000, 1],
      [0, 20_000, 20_001],
      [0, 20_000.5, 5_000],
      [0, 1e9, 1e9],
      [1, 60, 1.5],
      [1, 1.5, 1],
      [1, 62, 31],
    ] as const) {
      expect(() => parsePointerPopulation(windowed(unit, length, hop))).toThrow(
        expect.objectContaining({ code: 'ERR_PROFILE_VALUE', field: 'windowing' }),
      );
    }
  });
});

describe('centring', () => {
  it('moves the average person to that of the templates, which stay usable', () => {
    const detector = pointerDetector({ population });
    const profiles = Array.from(
      { length: LEAST_POINTER_CENTRING_PROFILES },
      (_, i) => detector.fit([simulatedSession(300 + i, 1, 70)]) as PointerProfile,
    );
    const centred = centrePointerPopulation(population, profiles);
    expect(centred.id).not.toBe(population.id);
    expect(centred.projectionId).toBe(population.projectionId);
    const wanted = profiles.reduce((sum, { mean }) => sum + mean[0] / profiles.length, 0);
    expect(centred.centre[0]).toBeCloseTo(wanted, 4);
    const score = pointerDetector({ population: centred }).score(profiles[0], [simulatedSession(300, 2, 40)]);
    expect(isInsufficient(score)).toBe(false);
    expect(() => centrePointerPopulation(population, profiles.slice(1))).toThrow(/at least 20/);
    expect(() =>
      centrePointerPopulation(
        population,
        profiles.map((profile) => ({ ...profile, projectionId: 'ab'.repeat(32) })),
      ),
    ).toThrow(/projections/);
  });
});
