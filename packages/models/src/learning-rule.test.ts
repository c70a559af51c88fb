import { type FixedTextVector, fixedTextVectorFrom } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { consensusDistance } from './consensus-distance';
import { defaultDetector } from './default-detector';
import type { DefaultProfile } from './default-profile';
import type { Score } from './detector';
import {
  judgeLearning,
  judgeRelease,
  type LearningInput,
  learningPolicy,
  type ReleaseInput,
  releasePolicy,
  verifiedTimes,
} from './learning-rule';
import { entries, flatVector, simulatedPerson } from './simulated-people';

function profileOf(samples: readonly FixedTextVector[]): DefaultProfile {
  const profile = defaultDetector.fit(samples);
  if ('status' in profile) {
    throw new Error('expected a profile');
  }
  return profile;
}

const person = simulatedPerson(21, 11);
const first = entries(person, 20);
const anchor = profileOf(first);
const profile = profileOf([...first, ...entries(person, 10)]);
const young = profileOf(first.slice(0, 6));

function scoreOf(of: DefaultProfile, vector: FixedTextVector): Score {
  const score = defaultDetector.score(of, vector);
  if (score.status !== 'scored') {
    throw new Error('expected a score');
  }
  return score;
}

/** A genuine entry that the anchor knows. */
const vector = entries(person, 20).find((entry) => scoreOf(anchor, entry).llr > defaultDetector.threshold(anchor, 0.01)) ?? person();
const stranger = simulatedPerson(22, 11)();
const input: LearningInput = {
  profile,
  anchor,
  vector,
  score: scoreOf(profile, vector),
  accepted: true,
  factor: 'none',
  recentConsensus: [],
  learnedThisWeek: 0,
};

describe('judgeLearning', () => {
  const consensus = consensusDistance(profile, vector);

  it('learns whatever an independent factor vouches for', () => {
    for (const change of [
      {},
      { accepted: false },
      { learnedThisWeek: 1000 },
      { vector: stranger, score: scoreOf(profile, stranger) },
      { profile: young, anchor: young },
    ]) {
      expect(judgeLearning({ ...input, factor: 'independent', ...change })).toMatchObject({
        action: 'learn',
        reason: 'independent-factor',
      });
    }
  });

  it('quarantines an accepted entry inside every gate, with its consensus distance', () => {
    expect(judgeLearning(input)).toEqual({ action: 'quarantine', reason: 'inside-gates', consensus });
    expect(judgeLearning({ ...input, factor: 'possession-free' })).toEqual({ action: 'quarantine', reason: 'inside-gates', consensus });
  });

  it('discards an entry that was not accepted', () => {
    expect(judgeLearning({ ...input, accepted: false })).toMatchObject({ action: 'discard', reason: 'not-accepted' });
    expect(judgeLearning({ ...input, accepted: false, factor: 'possession-free' })).toMatchObject({ reason: 'not-accepted' });
  });

  it('needs another factor while the template is young', () => {
    const early = { ...input, profile: young, anchor: young, score: scoreOf(young, vector) };
    expect(judgeLearning(early)).toMatchObject({ action: 'discard', reason: 'young-template' });
    expect(judgeLearning({ ...early, policy: { readyAt: 6 } }).reason).not.toBe('young-template');
    expect(judgeLearning({ ...early, factor: 'possession-free' }).reason).not.toBe('young-template');
  });

  it('takes no more than the weekly cap', () => {
    expect(judgeLearning({ ...input, learnedThisWeek: learningPolicy.weeklyCap - 1 }).action).toBe('quarantine');
    expect(judgeLearning({ ...input, learnedThisWeek: learningPolicy.weeklyCap })).toMatchObject({
      action: 'discard',
      reason: 'weekly-cap',
    });
  });

  it('asks the frozen anchor, not the profile that drifts', () => {
    const drifted = profileOf([...first, ...entries(simulatedPerson(22, 11), 60)]);
    const input22 = { ...input, profile: drifted, vector: stranger, score: scoreOf(drifted, stranger) };
    expect(judgeLearning(input22)).toMatchObject({ action: 'discard', reason: 'outside-anchor' });
    expect(judgeLearning({ ...input22, anchor: drifted }).reason).not.toBe('outside-anchor');
  });

  it('holds the consensus of the profile: a fixed limit at first, then the median of recent entries and a margin', () => {
    expect(judgeLearning({ ...input, policy: { consensusAtFirst: consensus } }).reason).toBe('outside-consensus');
    expect(judgeLearning({ ...input, policy: { consensusAtFirst: consensus + 1e-9 } }).reason).toBe('inside-gates');
    const nine = new Array(9).fill(consensus - 0.26);
    expect(judgeLearning({ ...input, recentConsensus: nine }).reason).toBe('inside-gates');
    expect(judgeLearning({ ...input, recentConsensus: [...nine, consensus - 0.26] })).toMatchObject({
      action: 'discard',
      reason: 'outside-consensus',
    });
    expect(judgeLearning({ ...input, recentConsensus: [...nine, ...new Array(11).fill(consensus - 0.24)] }).reason).toBe('inside-gates');
    // Only the last thirty count.
    expect(judgeLearning({ ...input, recentConsensus: [...new Array(31).fill(4), ...new Array(30).fill(consensus - 0.26)] }).action).toBe(
      'discard',
    );
  });

  it('keeps a stranger who shares the password out of a template, entry after entry', () => {
    let quarantined = 0;
    for (let seed = 40; seed < 60; seed++) {
      const entry = simulatedPerson(seed, 11)();
      quarantined += judgeLearning({ ...input, vector: entry, score: scoreOf(profile, entry) }).action === 'quarantine' ? 1 : 0;
    }
    expect(quarantined).toBeLessThanOrEqual(2);
  });

  it.each<[string, Partial<Record<keyof LearningInput, unknown>>, typeof TypeError | typeof RangeError]>([
    ['accepted', { accepted: 1 }, TypeError],
    ['factor', { factor: 'face' }, TypeError],
    ['score', { score: { status: 'insufficient' } }, TypeError],
    ['recentConsensus', { recentConsensus: 1 }, TypeError],
    ['recentConsensus', { recentConsensus: [5] }, RangeError],
    ['recentConsensus[1]', { recentConsensus: [1, Number.NaN] }, RangeError],
    ['recentConsensus[1]', { recentConsensus: [1, null] }, TypeError],
    ['recentConsensus[0]', { recentConsensus: ['1'] }, TypeError],
    ['recentConsensus[0]', { recentConsensus: new Array(30) }, TypeError],
    ['policy.consensusWarmUp', { policy: { consensusWindow: 9 } }, RangeError],
    ['profile', { profile: null }, TypeError],
    ['anchor', { anchor: undefined }, TypeError],
    ['learnedThisWeek', { learnedThisWeek: '1' }, TypeError],
    ['learnedThisWeek', { learnedThisWeek: -1 }, RangeError],
    ['policy.weeklyCap', { policy: { weeklyCap: 1.5 } }, RangeError],
    ['policy.anchorFmr', { policy: { anchorFmr: 0.5 } }, RangeError],
    ['policy.readyAt', { policy: { readyAt: '20' } }, TypeError],
    ['policy.verifiedWeight', { policy: { verifiedWeight: 0 } }, RangeError],
    ['anchor', { anchor: profileOf(entries(simulatedPerson(1, 8), 5)) }, RangeError],
    ['vector', { vector: flatVector(8, 100, 100) }, RangeError],
  ])('asserts %s', (name, change, kind) => {
    const call = () => judgeLearning({ ...input, ...change } as LearningInput);
    expect(call).toThrow(kind);
    expect(call).toThrow(name);
  });
});

describe('verifiedTimes', () => {
  it('is once while the profile is young, and the weight from the first ready entry on', () => {
    expect(verifiedTimes(profileOf(entries(person, 19)))).toBe(1);
    expect(verifiedTimes(profileOf(entries(person, 20)))).toBe(learningPolicy.verifiedWeight);
    expect(verifiedTimes(profile, { verifiedWeight: 5 })).toBe(5);
    expect(verifiedTimes(young, { readyAt: 6, verifiedWeight: 2 })).toBe(2);
  });

  it('makes a profile follow a person who has changed', () => {
    const faster = simulatedPerson(23, 11);
    const before = profileOf(entries(person, 60));
    const learned = (times: number) =>
      entries(faster, 8).reduce((known, entry) => new Array(times).fill(entry).reduce(defaultDetector.update, known), before);
    const probes = entries(faster, 40);
    const mean = (of: DefaultProfile) => probes.reduce((sum, probe) => sum + scoreOf(of, probe).raw / probes.length, 0);
    expect(mean(learned(verifiedTimes(before)))).toBeLessThan(mean(learned(1)));
  });

  it('asserts its arguments', () => {
    expect(() => verifiedTimes(null as unknown as DefaultProfile)).toThrow(TypeError);
    expect(() => verifiedTimes(profile, { verifiedWeight: 11 })).toThrow(/policy\.verifiedWeight/);
    expect(() => verifiedTimes(profile, { readyAt: 0 })).toThrow(RangeError);
  });
});

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
