import { type SequenceWindow, sequenceWindowsFrom } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { seededUniforms } from '../../seeded-normals';
import { entries, simulatedPerson } from '../../simulated-people';
import { batchOf } from './training-batch';
import { checkedOptions } from './training-options';
import { balancedWeights, splitPeople, type TrainingPerson } from './training-set';

/** People whose sessions hold so many entries each. */
function people(...sessions: number[][]): TrainingPerson[] {
  return sessions.map((counts, index) => {
    const person = simulatedPerson(index, 4 + index);
    return { entries: counts.flatMap((count, session) => entries(person, count).map((vector) => ({ vector, session }))) };
  });
}

const split = (list: TrainingPerson[], seed: number, change: object = {}) =>
  splitPeople(checkedOptions({ people: list, seed, window: { length: 20, stride: 20 }, ...change }), seededUniforms(seed, 1));

describe('splitPeople', () => {
  // the number of keys of a window tells who typed it
  const list = people([5, 5, 5, 5, 5], [5, 5, 5, 5, 5], [5, 5, 5, 5, 5], [5, 5, 5, 5, 5], [20, 5]);

  it('never has one session of a person on both sides', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { training, validation, calibration } = split(list, seed);
      expect(calibration.length).toBe(2);
      for (const person of list) {
        const keys = person.entries[0].vector.hold.length;
        const holds = (side: typeof validation) =>
          new Set(side.filter(({ window }) => window.keys === keys).map(({ window }) => window.times[0]));
        const [trains, validates] = [holds(training), holds(validation)];
        if (calibration.includes(person)) {
          expect([trains.size, validates.size]).toEqual([0, 0]);
          continue;
        }
        const sessions = [...new Set(person.entries.map(({ session }) => session))].map((session) =>
          person.entries.filter((entry) => entry.session === session),
        );
        for (const session of sessions) {
          const sides = session.map(({ vector }) => {
            const first = (sequenceWindowsFrom(vector) as SequenceWindow[])[0].times[0];
            return trains.has(first) ? 'training' : validates.has(first) ? 'validation' : 'nowhere';
          });
          expect(new Set(sides).size).toBe(1);
          expect(sides).not.toContain('nowhere');
        }
        expect(validates.size).toBeGreaterThan(0);
        expect(trains.size).toBeGreaterThan(0);
      }
    }
  });

  it('is decided by the seed', () => {
    const labels = (seed: number) => JSON.stringify(split(list, seed).validation.map(({ window }) => Array.from(window.times)));
    expect(labels(1)).toBe(labels(1));
    expect(new Set([1, 2, 3, 4].map(labels)).size).toBeGreaterThan(1);
  });

  it('trains with people of one session, but not with nobody else', () => {
    const { training, validation, classes } = split(people([6], [6], [6, 6], [6, 6], [6, 6]), 1, { calibrationShare: 0 });
    expect(classes).toBe(3);
    expect(training.length + validation.length).toBeGreaterThan(18);
    expect(() => split(people([6], [6], [6], [6]), 1)).toThrow(RangeError);
  });

  it('numbers the windows of one person alike, and those of nobody last', () => {
    const { training, classes } = split(list, 3, { drawImpostor: () => simulatedPerson(99, 15)() });
    expect(classes).toBe(4);
    for (const label of [0, 1, 2, 3]) {
      const keys = new Set(training.filter((each) => each.label === label).map(({ window }) => window.keys));
      expect(keys.size).toBe(1);
      expect(keys.has(15)).toBe(label === 3);
    }
    expect(training.filter(({ label }) => label === 3).length).toBe(training.length / 2);
  });
});

describe('balancedWeights', () => {
  it('make every class count alike, and a class without windows for nothing', () => {
    const { training } = split(people([10, 2], [20, 2], [5, 5], [5, 5]), 1);
    const labels = [0, 0, 0, 1];
    const weights = balancedWeights(
      labels.map((label) => ({ ...training[0], label })),
      3,
    );
    expect(Array.from(weights)).toEqual([Math.fround(4 / 9), Math.fround(4 / 3), 0]);
  });
});

describe('batchOf', () => {
  it('marks padding by -1 and id 0', () => {
    const { training } = split(people([4, 4], [4, 4], [4, 4], [4, 4]), 1);
    const [one] = training;
    const { size, times, keyIds, labels } = batchOf([one], 20);
    expect([size, labels.length]).toEqual([1, 1]);
    const real = one.window.keys;
    expect(Array.from(times.subarray(0, real * 5))).toEqual(Array.from(one.window.times.subarray(0, real * 5)));
    expect(times.subarray(real * 5).every((time) => time === -1)).toBe(true);
    expect(times.length).toBe(100);
    expect(Array.from(keyIds)).toEqual([...new Array(real).fill(1), ...new Array(20 - real).fill(0)]);
  });
});
