import type { ParsedTypingSample } from '@tacit-auth/features';
import { raiseAlert } from '../alerts';
import { audit } from '../audit-log';
import { doubtPaid, oweCode } from '../code-owed';
import type { Context } from '../context';
import type { FlowResult } from '../flows/types';
import type { Stored } from '../record-kind';
import { liveSession, putSession, type StoredSession } from '../sessions';
import type { StoreTransaction } from '../store';
import type { SessionReference } from '../tokens';
import { type DrawnText, ofHour, writeDrawn } from './drawn-texts';
import type { TextRetryReason, TextVerdict } from './judge-text';
import { appendTextHistory } from './text-history';
import type { TextJudge } from './text-judge';

export type TextOutcome =
  /** Typed as the customer types. */
  | { status: 'confirmed' }
  /** Not judged, or not clearly: ask for another text. `left`: how many there may still be within the hour. */
  | { status: 'again'; reason: TextRetryReason; message: string; left: number }
  /** Ask for the code of the matrix card. */
  | { status: 'code' };

/** What is known when a text was judged. */
export interface SettleText {
  judge: TextJudge;
  stored: Stored<StoredSession>;
  drawn: readonly DrawnText[];
  open: DrawnText;
  verdict: TextVerdict;
  sample: ParsedTypingSample;
}

/** Writes what follows from the verdict on a text. */
export async function settleText(
  ctx: Context,
  tx: StoreTransaction,
  { judge, stored, drawn, open, verdict, sample }: SettleText,
): Promise<FlowResult<TextOutcome>> {
  const { subject, value } = stored;
  const { family, risk, codeNeeded } = value;
  const outcome = OUTCOMES[verdict.status];
  const settled: DrawnText[] = drawn.map((text) => (text.id === open.id ? { ...text, text: null, outcome } : text));
  await writeDrawn(ctx, tx, subject, settled);
  const forged = verdict.status === 'forged' ? verdict.by : undefined;
  if (forged !== 'replayed') {
    // A replay is there already; a copy of it would push others out.
    await appendTextHistory(ctx, tx, subject, sample);
  }
  if (verdict.status === 'passed') {
    const { llr, keys } = verdict;
    const level = await judge.textPassed(tx, stored, { llr, keys });
    await audit(ctx, tx, { chain: subject, type: 'text-passed', detail: { level } });
    if (level === 'low') {
      await endDoubt(ctx, tx, stored);
      return { ok: true, body: { status: 'confirmed' } };
    }
    return { ok: true, body: askAgain(ctx, settled, family, 'unclear') };
  }
  await audit(ctx, tx, { chain: subject, type: 'text-failed', reason: reasonOf(verdict) });
  if (forged !== undefined) {
    await doubtForged(ctx, tx, stored, forged);
    return { ok: true, body: { status: 'code' } };
  }
  if (verdict.status === 'retry') {
    return { ok: true, body: askAgain(ctx, settled, family, verdict.reason) };
  }
  // Where nobody doubts, a text that was typed otherwise is answered like one that could not be judged.
  const isDoubted = risk !== 'low' || codeNeeded;
  return { ok: true, body: verdict.status === 'mismatch' && !isDoubted ? askAgain(ctx, settled, family, 'unclear') : { status: 'code' } };
}

/** For another text, or for the code where the login has had its texts. */
function askAgain(ctx: Context, drawn: readonly DrawnText[], family: string, reason: TextRetryReason): TextOutcome {
  const left = ctx.policy.text.perHour - ofHour(drawn, family, ctx.clock()).length;
  return left > 0 ? { status: 'again', reason, message: ADVICE[reason], left } : { status: 'code' };
}

const OUTCOMES: Readonly<Record<TextVerdict['status'], DrawnText['outcome']>> = {
  passed: 'passed',
  mismatch: 'failed',
  forged: 'failed',
  retry: 'again',
  unable: 'again',
};

const ADVICE: Readonly<Record<TextRetryReason, string>> = {
  pasted: 'The text was pasted: type the next one by hand.',
  dropped: 'The text was dropped into the field: type the next one by hand.',
  autofilled: 'The text was filled in by the browser: type the next one by hand.',
  composed: 'The text was composed by an input method: type the next one with a keyboard layout.',
  'not-the-text': 'What was typed is not the text that was shown: type the next one as it reads.',
  'keys-missing': 'Not all keys were seen: stay in the field, and correct with the backspace key alone.',
  unclear: 'That was not clear: type the next text as you usually do.',
};

function reasonOf(verdict: Exclude<TextVerdict, { status: 'passed' }>): string {
  switch (verdict.status) {
    case 'mismatch':
      return 'mismatch';
    case 'forged':
      return verdict.by;
    default:
      return verdict.reason;
  }
}

/**
 * What a script typed, or what was recorded, was not typed by the customer, whoever sits there: the code is not only asked for, nothing sensitive goes without it. A page
 * that is in other hands does not do what it is told.
 */
async function doubtForged(
  ctx: Context,
  tx: StoreTransaction,
  session: Stored<StoredSession>,
  forged: 'automated' | 'replayed',
): Promise<void> {
  const { subject, value } = session;
  const risk = value.risk === 'low' ? 'medium' : value.risk;
  const { id } = await raiseAlert(ctx, tx, { subject, code: `typing-${forged}`, detail: { at: 'text-challenge' } });
  await oweCode(ctx, tx, subject, value.family);
  await audit(ctx, tx, { chain: subject, type: 'session-doubted', reason: `text-${forged}`, detail: { risk } });
  await putSession(ctx, tx, session, { risk, codeNeeded: true, doubts: value.doubts + 1, doubtAlerts: [...value.doubtAlerts, id] });
}

/** The alerts of the doubt stay open: a text is no independent factor. */
async function endDoubt(ctx: Context, tx: StoreTransaction, { subject, id }: SessionReference): Promise<void> {
  // The judge may have changed the session.
  const stored = await liveSession(ctx, tx, { subject, id });
  if (stored?.value.state === 'open' && stored.value.risk !== 'high' && stored.value.codeNeeded) {
    await audit(ctx, tx, { chain: subject, type: 'session-trusted', reason: 'text-challenge', detail: { risk: stored.value.risk } });
    await doubtPaid(tx, subject, stored.value.family);
    await putSession(ctx, tx, stored, { risk: 'low', codeNeeded: false, vouchedAt: ctx.clock() });
  }
}
