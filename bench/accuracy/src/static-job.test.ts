import { type FixedTextVector, fixedTextVectorFrom } from '@tacit-auth/features';
import { scaledManhattan } from '@tacit-auth/models';
import { seededUniforms } from '@tacit-auth/models/evaluation';
import type { Person, TextSet } from '@tacit-internal/bench-shared/text-set';
import { describe, expect, it } from 'vitest';
import type { AnyDetector, DetectorChoice, DetectorContext } from './detectors';
import type { StaticTrial } from './jobs';
import { runStatic } from './static-job';

const uniform = seededUniforms(3, 3);
const entry = (level: number): FixedTextVector =>
  fixedTextVectorFrom({ hold: [0, 0, 0].map(() => level + 20 * uniform()), pressPress: [0, 0].map(() => 2 * level + 60 * uniform()) });
const set: TextSet = {
  id: 'made-up',
  text: 'abc',
  keys: ['KeyA', 'KeyB', 'KeyC'],
  people: Array.from({ length: 6 }, (_, i) => ({ user: `u${i}`, entries: Array.from({ length: 12 }, () => entry(60 + 15 * i)) })),
};
const trial: StaticTrial = {
  suite: 'suite',
  set: 'made-up',
  words: 'words',
  enrol: [0, 4],
  genuine: [4, 12],
  impostors: [
    { words: 'early', entries: [0, 2] },
    { words: 'late', entries: [9, 12] },
  ],
};

function run(
  others: DetectorChoice['others'],
  changes: Partial<StaticTrial> = {},
  owners = [0, 1],
  person = (each: Person, _place: number): Person => each,
) {
  const contexts: DetectorContext[] = [];
  const results = runStatic({
    trial: { ...trial, ...changes },
    set: { ...set, people: set.people.map(person) },
    choice: { name: 'd', others, load: async () => () => detector },
    factory: (context) => {
      contexts.push(context);
      return detector;
    },
    owners,
    people: 6,
    seed: 1,
  });
  return { results, contexts };
}
const detector = scaledManhattan as unknown as AnyDetector;

describe('runStatic', () => {
  it('has a row for each attack, of the customer against everybody else', () => {
    const { results } = run('none');
    expect(results.map(({ head, user }) => [head.condition, user.user, user.genuine.length, user.impostor.length])).toEqual([
      ['words early', 'u0', 8, 10],
      ['words late', 'u0', 8, 15],
      ['words early', 'u1', 8, 10],
      ['words late', 'u1', 8, 15],
    ]);
    expect(results[0]?.head).toEqual({ suite: 'suite', detector: 'd', condition: 'words early', enrol: 4 });
    const own = results[0]?.user.genuine ?? [];
    expect(Math.min(...own)).toBeGreaterThan(Math.max(...(results[1]?.user.impostor.slice(6) ?? [])));
  });

  it('lets known people attack, and then only those of the other half, who trained nothing', () => {
    const { results, contexts } = run('background', { impostors: [{ words: '', entries: [0, 1] }] }, [2]);
    expect(results.map(({ head, user }) => [head.condition, user.impostor.length])).toEqual([
      ['words known', 5],
      ['words unknown', 3],
    ]);
    expect(contexts.map(({ enrolled }) => enrolled.people.map(({ user }) => user))).toEqual([
      ['u0', 'u1', 'u2', 'u3', 'u4', 'u5'],
      ['u0', 'u2', 'u4'],
    ]);
    expect(contexts[0]?.enrolled.people.every(({ entries }) => entries.length === 4)).toBe(true);
    expect(new Set(contexts.map(({ enrolled }) => enrolled.name)).size).toBe(2);
  });

  it('tests a trained model on people who trained nothing of it', () => {
    const { results, contexts } = run('trained', { impostors: [{ words: '', entries: [0, 1] }] }, [3]);
    expect(results.map(({ head, user }) => [head.condition, user.impostor.length])).toEqual([['words unknown', 2]]);
    expect(contexts[0]?.enrolled.people.map(({ user }) => user)).toEqual(['u0', 'u2', 'u3', 'u4']);
  });

  it('takes half of the people where a trial is of half', () => {
    const { results } = run('none', { people: 'odd', impostors: [{ words: '', entries: [0, 1] }] }, [0, 1, 2]);
    expect(results.map(({ user }) => [user.user, user.impostor.length])).toEqual([
      ['u1', 2],
      ['u3', 2],
      ['u5', 2],
    ]);
  });

  it('has those of odd number apart, against each other, where the detector needs nobody else', () => {
    const { results } = run('none', {}, [0, 1]);
    expect(results.map(({ user, odd }) => [user.user, odd?.user, odd?.genuine.length, odd?.impostor.length])).toEqual([
      ['u0', undefined, undefined, undefined],
      ['u0', undefined, undefined, undefined],
      ['u1', 'u1', 8, 4],
      ['u1', 'u1', 8, 6],
    ]);
    const [early] = results.slice(2);
    expect([...(early?.odd?.impostor ?? [])]).toEqual([...(early?.user.impostor ?? [])].filter((_, i) => [4, 5, 8, 9].includes(i)));
    expect(run('background').results.some(({ odd }) => odd !== undefined)).toBe(false);
    expect(run('none', { people: 'odd' }).results.some(({ odd }) => odd !== undefined)).toBe(false);
  });

  it('counts what was dropped among the probes as refused', () => {
    // Two among those that enrol, of which one after the last, one later, one after all entries.
    const dropping = (person: Person, i: number): Person => (i === 1 ? { ...person, dropped: [2, 4, 7, 12] } : person);
    const { results } = run('none', { genuine: [4, 1_000], impostors: [{ words: '', entries: [4, 6] }] }, [0, 1], dropping);
    expect(results.map(({ user: { genuine, impostor, refused } }) => [genuine.length, impostor.length, refused])).toEqual([
      [8, 10, { genuine: 0, impostor: 1 }],
      [8, 10, { genuine: 3, impostor: 0 }],
    ]);
  });

  it('refuses every probe where the detector cannot enrol', () => {
    const { results } = run('none', { enrol: [0, 2], impostors: [{ words: '', entries: [0, 1] }] }, [0]);
    expect(results[0]?.user).toMatchObject({ refused: { genuine: 8, impostor: 5 } });
    expect(results[0]?.user.genuine).toHaveLength(0);
  });
});
