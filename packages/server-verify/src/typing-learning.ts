import { type FixedTextVector, fixedTextVector, isInsufficient, type ParsedTypingSample } from '@tacit-auth/features';
import { consensusDistance, judgeLearning, learningPolicy, type Score, updateUncalibrated } from '@tacit-auth/models';
import type { Context } from './context';
import { requestScrub } from './erased-data';
import type { StoreTransaction } from './store';
import { readHistory, type TypingHistory, writeHistory } from './typing-history';
import { deleteSamples, keepSample, readSample, takeSamples, typingSampleKind } from './typing-samples';
import { forgetTemplate, readTemplate, type TypingTemplate, writeTemplate } from './typing-template';

const WEEK_MS = 7 * 86_400_000;
/** Most samples of a profile: what the learning rule counts as its age. */
const PROFILE_WINDOW = 100;

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
 * Puts an entry that typing alone accepted into quarantine, if the frozen anchor, the consensus of the profile and the weekly cap allow, and
 * returns the history that tells of it. The template itself never changes here.
 */
export async function quarantineIfEligible(ctx: Context, tx: StoreTransaction, accepted: Accepted): Promise<TypingHistory> {
  const { subject, sample, vector, template, score, history } = accepted;
  const now = ctx.clock();
  const quarantinedAt = history.quarantinedAt.filter((at) => at > now - WEEK_MS);
  const { readyAt, weeklyLearningCap } = ctx.policy.typing;
  if (template.anchor === null) {
    return { ...history, quarantinedAt };
  }
  const verdict = judgeLearning({
    profile: template.profile,
    anchor: template.anchor,
    vector,
    score,
    accepted: true,
    factor: 'none',
    recentConsensus: history.consensus,
    learnedThisWeek: quarantinedAt.length,
    policy: { readyAt: Math.min(readyAt, PROFILE_WINDOW), weeklyCap: weeklyLearningCap },
  });
  if (verdict.action !== 'quarantine') {
    return { ...history, quarantinedAt };
  }
  await keepSample(ctx, tx, { subject, role: 'quarantine', value: { sample, text: null } });
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
 * Ends the waiting of a login's sample. After an independent factor the quarantine is released and learned, then the sample itself; otherwise
 * the sample is deleted. An id that is unknown, used or too old is passed over.
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

/** Learns the quarantine: the customer said, under the matrix code, that the sign-ins were his own. The number learned. */
export async function confirmQuarantined(ctx: Context, tx: StoreTransaction, subject: string): Promise<number> {
  return learn(ctx, tx, subject, []);
}

/**
 * Undoes learning after an alert or a disputed sign-in: the quarantine is deleted, and a ready template goes back to its anchor.
 * The number of samples that were dropped from quarantine.
 */
export async function rollBackTyping(ctx: Context, tx: StoreTransaction, subject: string): Promise<number> {
  const dropped = (await deleteSamples(tx, subject, 'quarantine')) + (await deleteSamples(tx, subject, 'held'));
  const found = await readTemplate(ctx, tx, subject);
  if (found?.template.anchor) {
    const { anchor } = found.template;
    const template = { ...found.template, profile: anchor, learned: anchor.samples };
    await writeTemplate(ctx, tx, { subject, slot: 'current', template, due: ctx.clock() });
    forgetTemplate(ctx, subject);
  }
  if (dropped > 0) {
    await requestScrub(ctx, tx);
  }
  return dropped;
}

/** Learns what lies in quarantine, oldest first, and then `verified`. The profile is calibrated later, by a job. */
async function learn(ctx: Context, tx: StoreTransaction, subject: string, verified: readonly ParsedTypingSample[]): Promise<number> {
  const found = await readTemplate(ctx, tx, subject);
  if (found === undefined) {
    return 0;
  }
  const quarantined = await takeSamples(ctx, tx, subject, 'quarantine');
  const vectors = [...quarantined.map(({ value }) => value.sample), ...verified]
    .map((sample) => fixedTextVector(sample))
    .filter((vector): vector is FixedTextVector => !isInsufficient(vector) && vector.hold.length === found.template.profile.keys);
  if (vectors.length === 0) {
    return 0;
  }
  await rememberConsensus(ctx, tx, subject, found.template, vectors.slice(quarantined.length));
  let { profile, anchor, learned } = found.template;
  for (const vector of vectors) {
    profile = updateUncalibrated(profile, vector);
    learned++;
    if (anchor === null && learned >= ctx.policy.typing.readyAt) {
      anchor = profile;
    }
  }
  const now = ctx.clock();
  const template = { ...found.template, profile, anchor, learned, lastLearned: now };
  await writeTemplate(ctx, tx, { subject, slot: 'current', template, due: now });
  return vectors.length;
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
  const { history, entries } = await readHistory(ctx, tx, subject);
  const consensus = verified.reduce(
    (recent, vector) => withConsensus(recent, consensusDistance(template.profile, vector)),
    history.consensus,
  );
  await writeHistory(ctx, tx, subject, { history: { ...history, consensus }, entries });
}
