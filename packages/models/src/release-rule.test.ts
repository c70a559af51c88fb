import { type FixedTextVector, fixedTextVectorFrom } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { defaultDetector, updateCounted } from './default-detector';
import type { DefaultProfile } from './default-profile';
import type { Score } from './detector';
import { judgeRelease, type ReleaseInput, releasePolicy } from './release-rule';
import { entries, flatVector, simulatedPerson } from './simulated-people';

function profileOf(samples: readonly FixedTextVector[]): DefaultProfile {
  const profile = defaultDetector.fit(samples);
  if ('status' in profile) {
    throw new Error('expected a profile');
  }
  return profile;
}

function scoreOf(of: DefaultProfile, vector: FixedTextVector): Score {
  const score = defaultDetector.score(of, vector);
  if (score.status !== 'scored') {
    throw new Error('expected a score');
  }
  return score;
}

const person = simulatedPerson(21, 11);
const profile = profileOf(entries(person, 30));
const vector = person();

describe('judgeRelease', () => {
  const verified = entries(person, 40);
  const anchor = profileOf(verified);
  const own = entries(person, 30);
  const strangers = Array.from({ length: 30 }, (_, seed) => simulatedPerson(seed + 60, 11)());
  const release: ReleaseInput = { profile, anchor, quarantined: [...own, ...strangers] };
  const some = { mostReleased: 100 };
  const learnedOf = (input: ReleaseInput) =>
    judgeRelease(input).flatMap(({ action }, i) => (action === 'learn' ? [input.quarantined[i] as FixedTextVector] : []));

  it('by default releases nothing: a factor vouches for its own login alone', () => {
    expect(releasePolicy.mostReleased).toBe(0);
    const verdicts = judgeRelease(release);
    expect(verdicts).toHaveLength(60);
    expect(new Set(verdicts.map(({ action, reason }) => `${action} ${reason}`))).toEqual(new Set(['drop not-verified']));
    expect(judgeRelease({ ...release, quarantined: [] })).toEqual([]);
  });

  it('where it may, releases what is as much like the verified entries as they are like each other: about half of the own, no stranger', () => {
    const learned = learnedOf({ ...release, policy: some });
    expect(learned.filter((vector) => strangers.includes(vector))).toEqual([]);
    expect(learned.length).toBeGreaterThan(5);
    expect(learned.length).toBeLessThan(25);
    expect(judgeRelease({ ...release, quarantined: strangers, policy: some })[0]).toEqual({ action: 'drop', reason: 'unlike-verified' });
  });

  it('judges by the anchor: what the profile has learned meanwhile does not help', () => {
    const poisoned = profileOf([...verified, ...strangers]);
    expect(judgeRelease({ ...release, profile: poisoned, policy: some })).toEqual(judgeRelease({ ...release, policy: some }));
  });

  it('asks more with a higher quantile, and everything lies above none', () => {
    const counts = [0, 0.25, 0.5, 0.75, 1].map((ownQuantile) => learnedOf({ ...release, policy: { ...some, ownQuantile } }).length);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(counts[0]).toBeGreaterThan(counts[4] as number);
  });

  it('asks as much as the latest verified entries score, not the first', () => {
    // The first ones are of many hands, and score far below the latest, which are the owner's.
    const many = strangers.slice(0, 10);
    const latest = verified.slice(0, 15);
    const mixed = profileOf([...many, ...latest]);
    const limit = Math.min(
      ...latest.slice(5).map((vector) => scoreOf(profileOf([...many, ...latest.filter((other) => other !== vector)]), vector).llr),
    );
    const first = Math.max(
      ...many.map((vector) => scoreOf(profileOf([...many.filter((other) => other !== vector), ...latest]), vector).llr),
    );
    const known = (vector: FixedTextVector) => scoreOf(mixed, vector).llr;
    const between = [...own, ...strangers.slice(10)].filter((vector) => known(vector) > first && known(vector) < limit - 0.5);
    const above = own.filter((vector) => known(vector) > limit + 0.5);
    expect([between.length, above.length].map((count) => count > 0)).toEqual([true, true]);
    const policy = { ...some, readyAt: 1, ownWindow: 10, ownQuantile: 0 };
    expect(learnedOf({ ...release, anchor: mixed, quarantined: [...between, ...above], policy })).toEqual(above);
  });

  it('releases the likest where there are more than may be, whatever their order', () => {
    const few = learnedOf({ ...release, policy: { mostReleased: 3 } });
    expect(few).toHaveLength(3);
    const least = Math.min(...few.map((vector) => scoreOf(anchor, vector).llr));
    const passedOver = judgeRelease({ ...release, policy: { mostReleased: 3 } }).flatMap(({ reason }, i) =>
      reason === 'release-cap' ? [scoreOf(anchor, release.quarantined[i] as FixedTextVector).llr] : [],
    );
    expect(passedOver.length).toBeGreaterThan(0);
    expect(Math.max(...passedOver)).toBeLessThanOrEqual(least);
    const turned = learnedOf({ ...release, quarantined: [...release.quarantined].reverse(), policy: { mostReleased: 3 } });
    expect(new Set(turned)).toEqual(new Set(few));
  });

  it('releases nothing by a young anchor', () => {
    const early = profileOf(verified.slice(0, 19));
    const reasons = (policy: ReleaseInput['policy'], by = early) =>
      new Set(judgeRelease({ ...release, anchor: by, policy: { ...some, ...policy } }).map(({ reason }) => reason));
    expect(reasons({})).toEqual(new Set(['young-anchor']));
    expect(reasons({ readyAt: 19 })).not.toContain('young-anchor');
    expect(reasons({ readyAt: 1 }, profileOf(verified.slice(0, 3)))).toEqual(new Set(['young-anchor']));
    expect(reasons({ readyAt: 1 }, profileOf(verified.slice(0, 4)))).not.toContain('young-anchor');
  });

  it('takes each verified entry once, however often it counts', () => {
    const counted = verified.slice(0, 18).reduce((known, entry) => updateCounted(known, entry, 5), profileOf(verified.slice(18, 21)));
    expect(counted).toMatchObject({ samples: 21 });
    const early = updateCounted(profileOf(verified.slice(0, 19)), verified[18], 5);
    const reasons = (of: DefaultProfile) => new Set(judgeRelease({ ...release, anchor: of, policy: some }).map(({ reason }) => reason));
    expect(reasons(early)).toEqual(new Set(['young-anchor']));
    expect(reasons(counted)).not.toContain('young-anchor');
    // Left out of the anchor with every count: else each would lie next to itself, and no other entry reach it.
    const passed = judgeRelease({ ...release, anchor: counted, policy: some }).filter(({ action }) => action === 'learn');
    expect(passed.length).toBeGreaterThan(5);
  });

  it('judges profiles of press times alone', () => {
    const bare = (vectors: readonly FixedTextVector[]) => vectors.map(({ pressPress }) => fixedTextVectorFrom({ hold: [], pressPress }));
    const of = profileOf(bare(verified));
    const verdicts = judgeRelease({ profile: of, anchor: of, quarantined: bare([...own, ...strangers]), policy: some });
    expect(verdicts.slice(0, 30).filter(({ action }) => action === 'learn').length).toBeGreaterThan(5);
    expect(verdicts.slice(30).filter(({ action }) => action === 'learn').length).toBeLessThanOrEqual(1);
  });

  it.each<[string, Partial<Record<keyof ReleaseInput, unknown>>, typeof TypeError | typeof RangeError]>([
    ['profile', { profile: null }, TypeError],
    ['anchor', { anchor: {} }, TypeError],
    ['anchor', { anchor: profileOf(entries(simulatedPerson(1, 8), 20)) }, RangeError],
    ['quarantined', { quarantined: undefined }, TypeError],
    ['quarantined[1]', { quarantined: [vector, 1] }, TypeError],
    ['quarantined[0]', { quarantined: [flatVector(8, 100, 100)] }, RangeError],
    ['quarantined[0]', { quarantined: new Array(2) }, TypeError],
    ['policy.mostReleased', { policy: { mostReleased: -1 } }, RangeError],
    ['policy.ownQuantile', { policy: { ownQuantile: 1.1 } }, RangeError],
    ['policy.ownWindow', { policy: { ownWindow: 0 } }, RangeError],
    ['policy.readyAt', { policy: { readyAt: '20' } }, TypeError],
  ])('asserts %s', (name, change, kind) => {
    const call = () => judgeRelease({ ...release, ...change } as ReleaseInput);
    expect(call).toThrow(kind);
    expect(call).toThrow(name);
  });

  it('asserts that there is an input', () => {
    expect(() => judgeRelease(null as unknown as ReleaseInput)).toThrow(TypeError);
  });
});
