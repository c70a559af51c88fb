import { isInsufficient } from '@tacit-auth/features';
import { freeTextDetector } from '@tacit-auth/models';
import { defaultFreeTextPopulation } from '@tacit-auth/models/default-population';
import { writeConsent } from '../consent';
import type { Context } from '../context';
import { typingLesson } from '../continuous/lesson';
import { dayOf, writeSessionTemplate } from '../continuous/session-template';
import type { StoreTransaction } from '../store';
import { CHALLENGE_SENTENCES } from './challenge-text';
import type { TextTypist } from './testing-texts';

/** A customer who agreed to the checks, and whose sessions of two days have taught how he types: so many sentences. */
export async function teachSessions(
  ctx: Context,
  tx: StoreTransaction,
  { subject, typist, sentences = 40 }: { subject: string; typist: TextTypist; sentences?: number },
): Promise<void> {
  await writeConsent(ctx, tx, { subject, biometrics: 'granted', session: 'granted', version: '2026-01' });
  const windows = CHALLENGE_SENTENCES.slice(0, sentences).map((sentence) => typist.timings(sentence));
  const evidence = freeTextDetector({ population: defaultFreeTextPopulation() }).evidence(windows);
  if (isInsufficient(evidence)) {
    throw new Error(evidence.reason);
  }
  const now = ctx.clock();
  const days = [dayOf(now) - 1, dayOf(now)];
  const template = {
    freeText: typingLesson(evidence),
    pointer: null,
    days,
    sessions: 4,
    learnedAt: now,
    vouched: true,
    startedAt: now,
    unvouchedAt: [],
    earlier: [],
  };
  await writeSessionTemplate(ctx, tx, { subject, template, ifVersion: 0 });
}
