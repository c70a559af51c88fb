import { type Insufficient, insufficient, isInsufficient, type ParsedTypingSample, parseTypingSample } from '@tacit-auth/features';
import { assertBoolean, assertObject, assertText } from './arguments';
import { audit } from './audit-log';
import { readChallenge } from './challenges';
import type { Context } from './context';
import { rollBackSessionTemplate } from './continuous/session-lesson';
import { ensureCustomer, requireCustomer } from './customers';
import { scrubErasedData } from './erased-data';
import { judgeOnce } from './judge-once';
import { judgeTyping } from './judge-typing';
import { parseNamed } from './named-field';
import { ENROLMENT_LIMITS, type EnrolmentText, enrolTyping } from './typing-enrolment';
import type { TemplateSummary, TypingResult } from './typing-result';
import { rollBackTyping, type TypingRollBack } from './typing-roll-back';
import { forgetTemplate } from './typing-template';
import { assertPurpose, type ChallengeUse, DEFAULT_PURPOSE, ENROL_TYPING, factorPurpose, once, subjectOf } from './verifier-challenges';

export interface VerifyTypingOptions extends ChallengeUse {
  /** What the browser sent: a `TypingSample` as JSON text or as the value parsed from it. */
  sample: unknown;
  /** What the challenge was issued for. Default `login`. */
  purpose?: string;
  /** Judge at `policy.typing.strictFmr`, for a re-authentication. Default false. */
  strict?: boolean;
  /**
   * Another factor will be asked whatever typing says: an accepted sample waits for it instead of going to quarantine. A sample that leads to a
   * step-up always waits. Default false.
   */
  hold?: boolean;
}

export interface EnrolTypingOptions extends ChallengeUse {
  /** The entries of one password, oldest first: `policy.registration.passwordEntries` (5) or more, at most 50. */
  samples: readonly unknown[];
  /** Short texts typed beside it; kept for `policy.retention.samplesMs`, not learned. At most 10. */
  texts?: readonly { id: string; typed: string; sample: unknown }[];
  /** Whether it waits for `activate`. Default true. */
  pending?: boolean;
}

export interface RollBackTypingOptions {
  /** The host's id of the customer, 1-512 characters. */
  subject: string;
  /**
   * Ms since the epoch: forget what was verified from then on as well, because the other factor was in wrong hands. Left out, every verified entry
   * stays.
   */
  before?: number;
}

export type EnrolTypingResult = { status: 'enrolled'; template: TemplateSummary; pending: boolean } | Insufficient;

export async function verifyTypingVerb(ctx: Context, options: VerifyTypingOptions): Promise<TypingResult> {
  assertObject(options, 'options');
  const { purpose = DEFAULT_PURPOSE, strict = false, hold = false } = options;
  assertPurpose(purpose);
  assertBoolean(strict, 'strict');
  assertBoolean(hold, 'hold');
  const subject = subjectOf(ctx, options.subject);
  const sample = parseNamed(parseTypingSample, options.sample, 'sample');
  const challenge = await readChallenge(ctx, options.challenge, { ...once(options), purpose: factorPurpose(purpose), subject });
  const { outcome } = await judgeOnce<TypingResult>(ctx, {
    challenge,
    ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
    body: { sample, strict, hold },
    judge: async () => {
      const judged = await judgeTyping(ctx, { subject, sample, strict });
      return {
        outcome: judged.result,
        effects: async (tx) => {
          const held = hold || judged.result.decision === 'step-up';
          const { result, heldSample } = await judged.effects(tx, { held });
          if (result.template.state !== 'none') {
            const reason = result.reasons[0] ?? 'matched';
            await audit(ctx, tx, { chain: subject, type: 'typing-judged', reason, detail: { decision: result.decision, strict } });
          }
          return heldSample === undefined ? result : { ...result, heldSample };
        },
      };
    },
  });
  return outcome;
}

export async function enrolTypingVerb(ctx: Context, options: EnrolTypingOptions): Promise<EnrolTypingResult> {
  assertObject(options, 'options');
  const { pending = true } = options;
  assertBoolean(pending, 'pending');
  const subject = subjectOf(ctx, options.subject);
  const samples = parseSamples(options.samples);
  const texts = parseTexts(options.texts);
  const challenge = await readChallenge(ctx, options.challenge, { ...once(options), purpose: factorPurpose(ENROL_TYPING), subject });
  const { outcome } = await judgeOnce<EnrolTypingResult>(ctx, {
    challenge,
    ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
    body: { samples, texts, pending },
    judge: async () => ({
      // Takes the place of an outcome until the effects give one.
      outcome: insufficient('too-few-samples'),
      effects: async (tx) => {
        await ensureCustomer(ctx, tx, { hostSubject: options.subject });
        const result = await enrolTyping(ctx, tx, { subject, samples, texts, pending });
        const failed = isInsufficient(result);
        await audit(ctx, tx, { chain: subject, type: 'typing-enrolled', reason: failed ? result.reason : 'enrolled', detail: { pending } });
        return failed ? result : { status: 'enrolled', template: result.template, pending };
      },
    }),
  });
  return outcome;
}

export async function rollBackTypingVerb(ctx: Context, options: RollBackTypingOptions): Promise<TypingRollBack> {
  assertObject(options, 'options');
  const subject = subjectOf(ctx, options.subject);
  const { before } = options;
  if (before !== undefined && typeof before !== 'number') {
    throw new TypeError('before must be a number');
  }
  if (before !== undefined && !(before >= 0)) {
    throw new RangeError('before must be a time in ms since the epoch');
  }
  const rolledBack = await ctx.store.transaction(async (tx) => {
    await requireCustomer(ctx, tx, subject);
    const result = await rollBackTyping(ctx, tx, subject, before === undefined ? {} : { before });
    const sessions = await rollBackSessionTemplate(ctx, tx, subject, before === undefined ? {} : { before });
    const detail = { dropped: result.dropped, sessions };
    await audit(ctx, tx, { chain: subject, type: 'typing-rolled-back', reason: result.template, detail });
    return result;
  });
  forgetTemplate(ctx, subject);
  await scrubErasedData(ctx);
  return rolledBack;
}

function parseSamples(samples: unknown): ParsedTypingSample[] {
  if (!Array.isArray(samples)) {
    throw new TypeError('samples must be an array');
  }
  if (samples.length > ENROLMENT_LIMITS.maxSamples) {
    throw new RangeError(`samples must have at most ${ENROLMENT_LIMITS.maxSamples} entries`);
  }
  return samples.map((sample: unknown, index) => parseNamed(parseTypingSample, sample, `samples[${index}]`));
}

function parseTexts(texts: unknown = []): EnrolmentText[] {
  if (!Array.isArray(texts)) {
    throw new TypeError('texts must be an array');
  }
  if (texts.length > ENROLMENT_LIMITS.maxTexts) {
    throw new RangeError(`texts must have at most ${ENROLMENT_LIMITS.maxTexts} entries`);
  }
  return texts.map((text: unknown, index) => {
    assertObject(text, `texts[${index}]`);
    const { id, typed } = text;
    assertText(id, `texts[${index}].id`, 1, 64);
    assertText(typed, `texts[${index}].typed`, 0, ENROLMENT_LIMITS.maxTextLength);
    return { id, typed, sample: parseNamed(parseTypingSample, text.sample, `texts[${index}].sample`) };
  });
}
