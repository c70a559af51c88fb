import { type FixedTextVector, fixedTextVector, isInsufficient } from '@tacit-auth/features';
import { calibrateInSteps, type DefaultProfile, defaultDetector, FIXED_TEXT_CALIBRATION, updateUncalibrated } from '@tacit-auth/models';
import { audit } from './audit-log';
import { hasConsent } from './consent';
import type { Context } from './context';
import { isTacitServerError, TacitServerError } from './errors';
import { misfit } from './profile-misfit';
import type { StoreRecord, StoreTransaction } from './store';
import { readSample, sampleIds } from './typing-samples';
import {
  isCurrent,
  readTemplate,
  type TypingTemplate,
  timesOfEntries,
  totalOf,
  typingTemplateKind,
  writeTemplate,
} from './typing-template';
import { isOfOneCustomer } from './unreadable-record';
import { yieldToOthers } from './yield-to-others';

/**
 * - `renewed`: profile and anchor are now as this version would make them of their entries.
 * - `current`: they were already.
 * - `changed`: the template learned, or was replaced or erased, in the meantime; nothing was written.
 * - `none`: the customer has no template.
 */
export type Renewal = { status: 'renewed'; template: TypingTemplate } | { status: 'current' | 'changed' | 'none' };

export interface RenewOptions {
  /** Whether an audit entry is written with it: for a deed of the operator, not for the upkeep after each learning. */
  audited?: boolean;
  /** Ends the work between two slices, by throwing its reason; nothing was written then. */
  signal?: AbortSignal | undefined;
}

/**
 * Renews a customer's template off the way of a request: computes in slices of about 2 ms between which the process serves requests, then
 * writes in one transaction if the stored bytes are still those that were read. Safe beside logins and jobs of this and other processes.
 *
 * A template that can not be read is made anew of the enrolment's entries, as long as these are kept and the consent stands.
 *
 * @param subject the record subject (`ctx.subjectOf`).
 * @throws TacitServerError `ERR_RECORD_CORRUPT` for a template that can not be read, and too few entries to make it of; `ERR_TEMPLATE_VERSION` for one of a
 * later version, which stays as it is
 */
export async function renewTemplate(ctx: Context, subject: string, { audited = false, signal }: RenewOptions = {}): Promise<Renewal> {
  const found = await ctx.store.transaction((tx) => find(ctx, tx, subject));
  if (found === undefined) {
    return { status: 'none' };
  }
  const { record, template: stored, kept } = found;
  if (stored !== undefined && isCurrent(stored) && record.due === null) {
    return { status: 'current' };
  }
  const template = await calibrated(stored ?? fromEntries(ctx, record, kept), signal);
  return ctx.store.transaction(async (tx): Promise<Renewal> => {
    const now = await tx.get(typingTemplateKind.kind, subject, 'current');
    // Bytes, because versions begin anew after an erasure: no two sealed records are alike.
    if (now === undefined || Buffer.compare(now.body, record.body) !== 0) {
      return { status: 'changed' };
    }
    await writeTemplate(ctx, tx, { subject, slot: 'current', template, due: null });
    if (audited || stored === undefined) {
      const detail = { samples: template.profile.samples, learned: template.learned, calibration: FIXED_TEXT_CALIBRATION };
      await audit(ctx, tx, { chain: subject, type: 'typing-retrained', reason: stored === undefined ? 'unreadable' : 'outdated', detail });
    }
    return { status: 'renewed', template };
  });
}

/** Whether something is wrong with one customer's record or key, and not with the store or the key provider, which has unwrapped the root key. */
export function isOfOneTemplate(error: unknown): error is TacitServerError {
  return isOfOneCustomer(error) || isTacitServerError(error, 'ERR_RECORD_CONFLICT');
}

interface KeptEntry {
  at: number;
  vector: FixedTextVector;
}

/** The stored template; where it can not be read, what is kept of its enrolment. */
async function find(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
): Promise<{ record: StoreRecord; template: TypingTemplate | undefined; kept: KeptEntry[] } | undefined> {
  const record = await tx.get(typingTemplateKind.kind, subject, 'current');
  if (record === undefined) {
    return undefined;
  }
  try {
    return { record, template: (await readTemplate(ctx, tx, subject))?.template, kept: [] };
  } catch (error) {
    if (!isTacitServerError(error, 'ERR_RECORD_CORRUPT')) {
      throw error;
    }
    return { record, template: undefined, kept: await keptEntries(ctx, tx, subject) };
  }
}

/** Entries of the enrolment that have not been deleted yet, the oldest first; none where the consent does not stand. */
async function keptEntries(ctx: Context, tx: StoreTransaction, subject: string): Promise<KeptEntry[]> {
  const kept: KeptEntry[] = [];
  if (!(await hasConsent(ctx, tx, subject))) {
    return kept;
  }
  for (const id of await sampleIds(tx, subject, 'enrolment')) {
    const found = await readSample(ctx, tx, { subject, role: 'enrolment', id });
    const vector = found === undefined || found.value.text !== null ? undefined : fixedTextVector(found.value.sample);
    if (found !== undefined && vector !== undefined && !isInsufficient(vector)) {
      kept.push({ at: found.at, vector });
    }
  }
  return kept;
}

/** A young template of the enrolment alone: what was learned since is lost. */
function fromEntries(ctx: Context, record: StoreRecord, kept: readonly KeptEntry[]): TypingTemplate {
  const first = kept.slice(0, defaultDetector.minimumEnrolment);
  const profile = defaultDetector.fit(first.map(({ vector }) => vector));
  if (kept.length < ctx.policy.registration.passwordEntries || isInsufficient(profile)) {
    throw new TacitServerError('ERR_RECORD_CORRUPT', { field: 'typing-template' });
  }
  const rest = kept.slice(first.length).filter(({ vector }) => misfit(profile, vector) === undefined);
  const whole = rest.reduce((grown, { vector }) => updateUncalibrated(grown, vector), profile);
  const times = [...first, ...rest].map(({ at }) => at).slice(-totalOf(whole));
  const verifiedAt = timesOfEntries(whole, times);
  const learned = first.length + rest.length;
  return {
    detector: defaultDetector.id,
    profile: whole,
    anchor: whole,
    learned,
    verified: learned,
    verifiedAt,
    enrolment: ctx.newId(),
    enrolledAt: record.at,
    lastLearned: verifiedAt.at(-1) ?? record.at,
    released: null,
  };
}

async function calibrated(template: TypingTemplate, signal: AbortSignal | undefined): Promise<TypingTemplate> {
  const { profile: stale, anchor } = template;
  const profile = await inSlices(stale, signal);
  return { ...template, detector: defaultDetector.id, profile, anchor: anchor === stale ? profile : await inSlices(anchor, signal) };
}

async function inSlices(profile: DefaultProfile, signal: AbortSignal | undefined): Promise<DefaultProfile> {
  const steps = calibrateInSteps(profile);
  for (;;) {
    signal?.throwIfAborted();
    const step = steps.next();
    if (step.done) {
      return step.value;
    }
    await yieldToOthers();
  }
}
