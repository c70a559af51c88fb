import { isInsufficient, type ParsedTypingSample } from '@tacit-auth/features';
import { TacitServerError } from '../errors';
import { endAllSessions } from '../list-sessions';
import type { StoreTransaction } from '../store';
import { enrolTyping } from '../typing-enrolment';
import { eraseTyping } from '../typing-template';
import type { TypedText } from './enrolment-input';
import { failStepUp } from './failed-step-up';
import type { FlowContext } from './flow-context';
import { biometricsOf } from './session-view';

/**
 * Puts a new password in force: its hash, a template of its own (the old one is of another password), and the end of every session.
 * One transaction, the caller's.
 */
export async function replacePassword(
  flow: FlowContext,
  tx: StoreTransaction,
  { subject, hash, entries }: { subject: string; hash: string; entries: readonly ParsedTypingSample[] },
): Promise<void> {
  const { ctx, passwords } = flow;
  await passwords.save(tx, subject, hash);
  await enrolEntries(flow, tx, subject, entries);
  for (const session of await endAllSessions(ctx, tx, subject, 'password-changed')) {
    await failStepUp(flow, tx, session, 'abandoned');
  }
}

/** Takes entries as the template of the password in force; without consent whatever there was goes. */
export async function enrolEntries(
  { ctx }: FlowContext,
  tx: StoreTransaction,
  subject: string,
  entries: readonly ParsedTypingSample[],
  { texts = [], samePassword = false }: { texts?: readonly TypedText[]; samePassword?: boolean } = {},
): Promise<void> {
  const consented = (await biometricsOf(ctx, tx, subject)) === 'granted';
  if (consented !== entries.length > 0) {
    // The consent changed between the check of the entries and now.
    throw new TacitServerError('ERR_RECORD_CONFLICT', { field: 'entries' });
  }
  if (!consented) {
    await eraseTyping(tx, subject);
    return;
  }
  const enrolled = await enrolTyping(ctx, tx, {
    subject,
    samples: entries,
    texts: texts.map(({ id, typed, typing }) => ({ id, typed, sample: typing })),
    pending: false,
    samePassword,
  });
  if (isInsufficient(enrolled)) {
    throw new TacitServerError('ERR_ENROLMENT_QUALITY', { field: 'entries' });
  }
}
