import type { FixedTextVector } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { consensusDistance } from './consensus-distance';
import { defaultDetector, updateCounted } from './default-detector';
import type { DefaultProfile } from './default-profile';
import type { Score } from './detector';
import { judgeLearning, type LearningInput, learningPolicy, verifiedTimes } from './learning-rule';
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
    const counted = entries(person, 3).reduce((known, entry) => updateCounted(known, entry, 10), young);
    expect(judgeLearning({ ...early, profile: counted })).toMatchObject({ reason: 'young-template' });
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
    // An entry that counts ten times is one entry, and makes nobody ready.
    expect(verifiedTimes(updateCounted(young, person(), 10))).toBe(1);
  });

  it('makes a profile follow a person who has changed', () => {
    const faster = simulatedPerson(23, 11);
    const before = profileOf(entries(person, 60));
    const learned = (times: number) => entries(faster, 8).reduce((known, entry) => updateCounted(known, entry, times), before);
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
