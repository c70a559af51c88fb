import { type FixedTextVector, fixedTextVector, isInsufficient, type ParsedTypingSample } from '@tacit-auth/features';
import {
  consensusDistance,
  type DefaultProfile,
  judgeLearning,
  judgeRelease,
  learningPolicy,
  type Score,
  updateCounted,
  updateUncalibrated,
  verifiedTimes,
} from '@tacit-auth/models';
import { audit } from './audit-log';
import type { Context } from './context';
import { misfit } from './profile-misfit';
import type { StoreTransaction } from './store';
import { forgetLearning, readHistory, type TypingHistory, writeHistory } from './typing-history';
import { deleteSamples, keepSample, readSample, takeSamples, typingSampleKind } from './typing-samples';
import { type Release, readTemplate, stateOf, type TypingTemplate, writeTemplate } from './typing-template';
import { ifReadable } from './unreadable-record';

const WEEK_MS = 7 * 86_400_000;
/** Most entries of an anchor, each of which counts once. */
const ANCHOR_WINDOW = 100;

export interface Accepted {
  subject: string;
  sample: ParsedTypingSample;
  vector: FixedTextVector;
  /** A ready template. */
  template: TypingTemplate;
  /** The score on which typing accepted the entry. */
  score: Score;
  history: TypingHistory;
}

/**
 * Puts an entry that typing alone accepted into quarantine, if the anchor, the consensus of the profile and the weekly cap allow, and
 * returns the history that tells of it. The template itself never changes here.
 */
export async function quarantineIfEligible(ctx: Context, tx: StoreTransaction, accepted: Accepted): Promise<TypingHistory> {
  const { subject, sample, vector, template, score, history } = accepted;
  const now = ctx.clock();
  const quarantinedAt = history.quarantinedAt.filter((at) => at > now - WEEK_MS);
  const { weeklyLearningCap, mostReleased } = ctx.policy.typing;
  const verdict = judgeLearning({
    profile: template.profile,
    anchor: template.anchor,
    vector,
    score,
    accepted: true,
    factor: 'none',
    recentConsensus: history.consensus,
    learnedThisWeek: quarantinedAt.length,
    // It is ready: what it learned decides, of which the profile holds the last entries only.
    policy: { readyAt: 1, weeklyCap: weeklyLearningCap },
  });
  if (verdict.action !== 'quarantine') {
    return { ...history, quarantinedAt };
  }
  // Where nothing is ever released there is nothing to keep it for.
  if (mostReleased > 0) {
    await keepSample(ctx, tx, { subject, role: 'quarantine', value: { sample, text: null } });
  }
  return { ...history, quarantinedAt: [...quarantinedAt, now], consensus: withConsensus(history.consensus, verdict.consensus) };
}

function withConsensus(recent: readonly number[], distance: number): number[] {
  return [...recent, Math.round(distance * 1_000) / 1_000].slice(-learningPolicy.consensusWindow);
}

export interface SettleHeldSample {
  /** The record subject (`ctx.subjectOf`). */
  subject: string;
  /** As `effects` returned it; left out where the login had no sample that could be held. */
  heldSample?: string | undefined;
  /** `independent`: a factor that its owner alone holds has passed. `none`: it failed, or was never given. */
  factor: 'independent' | 'none';
}

/**
 * Ends the waiting of a login's sample. After an independent factor the sample is learned, and with it what of the quarantine the verified entries
 * vouch for; otherwise it is deleted. An id that is unknown, used or too old is passed over.
 */
export async function settleHeldSample(ctx: Context, tx: StoreTransaction, options: SettleHeldSample): Promise<void> {
  const { subject, heldSample, factor } = options;
  const held = heldSample === undefined ? undefined : await readSample(ctx, tx, { subject, role: 'held', id: heldSample });
  if (held !== undefined) {
    await typingSampleKind.delete(ctx, tx, subject, held.id);
  }
  if (factor === 'independent') {
    await learn(ctx, tx, subject, held === undefined ? [] : [held.value.sample]);
  }
}

/**
 * Learns of the quarantine what the verified entries vouch for: the customer said, under the matrix code, that the sign-ins were his own. Who looks
 * through a list may pass over one that was not, so each entry is judged even so.
 */
export async function confirmQuarantined(ctx: Context, tx: StoreTransaction, subject: string): Promise<Released> {
  return learn(ctx, tx, subject, []);
}

/**
 * Deletes what waits to be learned, and what the gates of learning remember of it: somebody else has the password, and typing alone may have let him
 * in since the last right code. The number deleted.
 */
export async function dropQuarantine(ctx: Context, tx: StoreTransaction, subject: string): Promise<number> {
  await forgetLearning(ctx, tx, subject);
  return deleteSamples(tx, subject, 'quarantine');
}

/** What an independent factor made of the entries that waited for one. */
export type Released = Pick<Release, 'learned' | 'dropped'>;

const NOTHING: Released = Object.freeze({ learned: 0, dropped: 0 });

/**
 * The anchor takes the verified entries, judges by them what lies in quarantine, and the profile learns what passed and then the verified ones.
 * What did not pass is deleted. Profile and anchor are calibrated later, by a job.
 */
async function learn(ctx: Context, tx: StoreTransaction, subject: string, verified: readonly ParsedTypingSample[]): Promise<Released> {
  const found = await ifReadable(readTemplate(ctx, tx, subject));
  if (found === undefined) {
    return NOTHING;
  }
  const { template } = found;
  const own = verified.flatMap((sample) => learnable(template, sample));
  const waiting = await takeSamples(ctx, tx, subject, 'quarantine');
  if (own.length === 0 && waiting.length === 0) {
    return NOTHING;
  }
  const now = ctx.clock();
  const { anchor, verifiedAt } = own.reduce<Verified>((known, vector) => withVerified(known, vector, now), template);
  const quarantined = waiting.flatMap(({ value }) => learnable(template, value.sample));
  const passed = likeVerified(ctx, template.profile, anchor, quarantined);
  // Nothing but verified entries so far, and so it stays: one profile does for both.
  const times = timesToCount(ctx, template);
  const isAnchor = template.profile === template.anchor && passed.length === 0 && (times === 1 || own.length === 0);
  const withPassed = passed.reduce(updateUncalibrated, template.profile);
  const profile = isAnchor ? anchor : own.reduce((known, vector) => updateCounted(known, vector, times), withPassed);
  await rememberConsensus(ctx, tx, subject, template, own);
  const released: Released = { learned: passed.length, dropped: waiting.length - passed.length };
  const learned = own.length + passed.length;
  await writeTemplate(ctx, tx, {
    subject,
    slot: 'current',
    template: {
      ...template,
      profile,
      anchor,
      learned: template.learned + learned,
      verified: template.verified + own.length,
      verifiedAt,
      lastLearned: learned > 0 ? now : template.lastLearned,
      released: waiting.length > 0 ? { at: now, ...released } : template.released,
    },
    due: now,
  });
  if (waiting.length > 0) {
    await audit(ctx, tx, { chain: subject, type: 'typing-released', detail: { ...released } });
  }
  return released;
}

type Verified = Pick<TypingTemplate, 'anchor' | 'verifiedAt'>;

/** The anchor with one more entry, and the time of each that it holds. One equal to the newest is no entry more: its time is that of the last. */
function withVerified(known: Verified, vector: FixedTextVector, now: number): Verified {
  const anchor = updateUncalibrated(known.anchor, vector);
  const isAgain = (anchor.counts.at(-1) ?? 1) > 1;
  const before = isAgain ? known.verifiedAt.slice(0, -1) : known.verifiedAt;
  return { anchor, verifiedAt: [...before, now].slice(-anchor.samples) };
}

/** How often a verified entry counts in the profile. */
function timesToCount(ctx: Context, template: TypingTemplate): number {
  return stateOf(ctx, template) === 'young' ? 1 : verifiedTimes(template.profile, { readyAt: 1 });
}

/** The vector of a sample, if the template can learn it: none or one. */
function learnable({ profile }: TypingTemplate, sample: ParsedTypingSample): FixedTextVector[] {
  const vector = fixedTextVector(sample);
  return isInsufficient(vector) || misfit(profile, vector) !== undefined ? [] : [vector];
}

function likeVerified(ctx: Context, profile: DefaultProfile, anchor: DefaultProfile, quarantined: FixedTextVector[]): FixedTextVector[] {
  if (quarantined.length === 0) {
    return [];
  }
  const { readyAt, mostReleased } = ctx.policy.typing;
  const policy = { readyAt: Math.min(readyAt, ANCHOR_WINDOW), mostReleased };
  const verdicts = judgeRelease({ profile, anchor, quarantined, policy });
  return quarantined.filter((_, i) => verdicts[i]?.action === 'learn');
}

/** Distances of verified entries count for the consensus gate; those of the quarantine were counted when it took them. */
async function rememberConsensus(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
  template: TypingTemplate,
  verified: readonly FixedTextVector[],
): Promise<void> {
  if (verified.length === 0) {
    return;
  }
  const read = await ifReadable(readHistory(ctx, tx, subject));
  if (read === undefined) {
    return;
  }
  const { history, entries } = read;
  const consensus = verified.reduce(
    (recent, vector) => withConsensus(recent, consensusDistance(template.profile, vector)),
    history.consensus,
  );
  await writeHistory(ctx, tx, subject, { history: { ...history, consensus }, entries });
}
