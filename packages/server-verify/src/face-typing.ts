import { type FixedTextVector, fixedTextVector, isInsufficient, type ParsedTypingSample } from '@tacit-auth/features';
import { defaultDetector, type Score } from '@tacit-auth/models';
import { isClockTooCoarse } from './coarse-clock';
import type { Context } from './context';
import { misfit } from './profile-misfit';
import type { StoreTransaction } from './store';
import { readHistory, writeHistory } from './typing-history';
import { quarantineIfEligible, settleHeldSample } from './typing-learning';
import { readSample } from './typing-samples';
import { readTemplate, type TypingTemplate } from './typing-template';
import { ifReadable } from './unreadable-record';

/** What typing says of the entry of a sign-in that waits for a face, also while the template is too young for a verdict. */
export interface TypingEvidence {
  sample: ParsedTypingSample;
  vector: FixedTextVector;
  template: TypingTemplate;
  score: Score;
}

interface Held {
  /** The record subject (`ctx.subjectOf`). */
  subject: string;
  heldSample: string | undefined;
}

/** Undefined where there is no entry that can be scored, or one of a clock on which a recording would not be recognised. Writes nothing. */
export async function typingEvidence(
  ctx: Context,
  tx: StoreTransaction,
  { subject, heldSample }: Held,
): Promise<TypingEvidence | undefined> {
  const held = heldSample === undefined ? undefined : await readSample(ctx, tx, { subject, role: 'held', id: heldSample });
  const found = await ifReadable(readTemplate(ctx, tx, subject));
  if (held === undefined || found === undefined) {
    return undefined;
  }
  const { template } = found;
  const { sample } = held.value;
  const vector = fixedTextVector(sample, { minimumKeys: ctx.policy.typing.minimumKeys });
  if (isClockTooCoarse(sample) || isInsufficient(vector) || misfit(template.profile, vector) !== undefined) {
    return undefined;
  }
  const score = defaultDetector.score(template.profile, vector);
  return isInsufficient(score) ? undefined : { sample, vector, template, score };
}

/**
 * Ends the waiting of an entry whose sign-in a face completed. A face is no factor that its owner alone holds, so nothing is learned: the entry goes to
 * quarantine where the gates of learning allow it, and waits there for a code of the card.
 */
export async function quarantineHeld(ctx: Context, tx: StoreTransaction, held: Held): Promise<void> {
  const { subject } = held;
  const evidence = await typingEvidence(ctx, tx, held);
  await settleHeldSample(ctx, tx, { ...held, factor: 'none' });
  if (evidence === undefined) {
    return;
  }
  const read = await ifReadable(readHistory(ctx, tx, subject));
  if (read === undefined) {
    return;
  }
  const { history, entries } = read;
  await writeHistory(ctx, tx, subject, {
    history: await quarantineIfEligible(ctx, tx, { subject, ...evidence, history }),
    entries,
  });
}
