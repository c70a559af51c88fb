import { fixedTextVectorFrom } from '@tacit-auth/features';
import { seededUniforms } from '@tacit-auth/models/evaluation';
import { describe, expect, it } from 'vitest';
import { DETECTORS, type DetectorContext, detectorNamed, isInsufficientProfile } from './detectors';

const uniform = seededUniforms(8, 8);
const person = (user: string, level: number, count: number) => ({
  user,
  entries: Array.from({ length: count }, () =>
    fixedTextVectorFrom({
      hold: [1, 2, 3, 4].map(() => level + 15 * uniform()),
      pressPress: [1, 2, 3].map(() => 2 * level + 40 * uniform()),
    }),
  ),
});
const people = ['a', 'b', 'c', 'd'].map((user, i) => person(user, 60 + 25 * i, 12));
const context: DetectorContext = {
  enrolled: { name: 'all', people: people.map(({ user, entries }) => ({ user, entries: entries.slice(0, 8) })) },
  owner: 'b',
  keys: [null, null, null, null],
  seed: 1,
};
const own = people[1]?.entries ?? [];
const other = people[3]?.entries ?? [];

describe('detectors of the bench', () => {
  it.each(DETECTORS.filter(({ others }) => others !== 'trained').map(({ name }) => name))(
    '%s tells a customer from another',
    async (name) => {
      const detector = (await detectorNamed(name).load({ data: '', train: false }))(context);
      const profile = detector.fit(own.slice(0, 8));
      expect(isInsufficientProfile(profile)).toBe(false);
      const scores = [own, other].map((entries) =>
        entries.slice(8).map((entry) => {
          const score = detector.score(profile, entry);
          return score.status === 'scored' ? score.llr : Number.NaN;
        }),
      );
      const mean = (llrs: readonly number[] = []) => llrs.reduce((sum, llr) => sum + llr, 0) / llrs.length;
      expect(mean(scores[0])).toBeGreaterThan(mean(scores[1]));
    },
  );

  it('the classical forest scores by its share of trees, and has no threshold for a rate', async () => {
    const factory = await detectorNamed('random-forest-summary').load({ data: '', train: false });
    const [detector, again] = [factory(context), factory({ ...context, owner: 'd' })];
    const [entry] = own.slice(9);
    if (entry === undefined) throw new Error('expected an entry');
    const score = detector.score(detector.fit([]), entry);
    const elsewhere = again.score(again.fit([]), entry);
    if (score.status !== 'scored' || elsewhere.status !== 'scored') throw new Error('expected scores');
    expect(score.llr).toBeGreaterThan(0.7);
    expect(score.llr + elsewhere.llr).toBeLessThanOrEqual(1);
    expect(() => detector.threshold({}, 0.01)).toThrow(RangeError);
    // One forest serves all customers of a trial.
    expect(again.fit([])).toBe(detector.fit([]));
  });

  it('are known by name', () => {
    expect(() => detectorNamed('none')).toThrow('no such detector: none');
  });
});
