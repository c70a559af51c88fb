import { z } from 'zod';
import { audit } from './audit-log';
import type { Context } from './context';
import { forgetSessionTemplate } from './continuous/session-template';
import { requestScrub, scrubErasedData } from './erased-data';
import { TacitServerError } from './errors';
import { eraseFace } from './face-template';
import { defineRecordKind } from './record-kind';
import { eraseSessionEvidence } from './session-evidence';
import type { StoreTransaction } from './store';
import { eraseTyping, forgetTemplate } from './typing-template';

export type Biometrics = 'granted' | 'declined';

/** What is agreed to beside the use of typing at sign-ins, each by itself; declined with it. */
const PURPOSES = ['face', 'session'] as const;
type Purpose = (typeof PURPOSES)[number];

/**
 * One decision of the customer on the use of his typing, of his face, which counts beside typing only, and of what he does in a session. Every one is
 * kept until erasure.
 */
export interface ConsentRecord {
  biometrics: Biometrics;
  /** A purpose of its own. Declined where nothing was said of it. */
  face: Biometrics;
  /** Checks of typing and pointer through the session: a purpose of its own, too. */
  session: Biometrics;
  /** Which text the customer agreed to or declined: the host's own name for it. */
  version: string;
  at: number;
}

const shape = z.object({
  biometrics: z.enum(['granted', 'declined']),
  face: z.enum(['granted', 'declined']).default('declined'),
  session: z.enum(['granted', 'declined']).default('declined'),
  version: z.string(),
  at: z.number(),
});

export const consentKind = defineRecordKind<ConsentRecord>({
  kind: 'consent',
  sealedWith: 'customer',
  parse: (value) => shape.parse(value),
});

export interface ConsentStatus {
  biometrics: Biometrics;
  face: Biometrics;
  session: Biometrics;
  /** Ms since the epoch: when this was decided. */
  since: number;
  version: string;
}

/** The decision in force; undefined where none was ever recorded. */
export async function consentOf(ctx: Context, tx: StoreTransaction, subject: string): Promise<ConsentStatus | undefined> {
  const last = await lastConsent(ctx, tx, subject);
  if (last === undefined) {
    return undefined;
  }
  const { biometrics, face, session, at, version } = last.value;
  return { biometrics, face, session, since: at, version };
}

async function lastConsent(ctx: Context, tx: StoreTransaction, subject: string) {
  const [last] = await consentKind.list(ctx, tx, subject, { limit: 1 });
  return last;
}

/** Names the decision in force; null where none was ever recorded. */
export async function consentNumber(ctx: Context, tx: StoreTransaction, subject: string): Promise<string | null> {
  return (await lastConsent(ctx, tx, subject))?.id ?? null;
}

/** Decisions that are looked through at most. Nobody makes so many while a challenge lives. */
const MOST_SINCE = 100;

/** Whether the use of the face was withdrawn after the decision that `consentNumber` named, also where it is granted again. */
export async function wasFaceWithdrawnSince(ctx: Context, tx: StoreTransaction, subject: string, number: string | null): Promise<boolean> {
  const newest = await consentKind.list(ctx, tx, subject, { limit: MOST_SINCE });
  const since = newest.filter(({ id }) => number === null || id > number);
  const isWithdrawal = (at: number) => newest[at]?.value.face === 'declined' && newest[at + 1]?.value.face === 'granted';
  return since.length === MOST_SINCE || since.some((_, at) => isWithdrawal(at));
}

export async function hasConsent(ctx: Context, tx: StoreTransaction, subject: string): Promise<boolean> {
  return (await lastConsent(ctx, tx, subject))?.value.biometrics === 'granted';
}

/** @throws TacitServerError `ERR_CONSENT_MISSING` */
export async function requireConsent(ctx: Context, tx: StoreTransaction, subject: string): Promise<void> {
  if (!(await hasConsent(ctx, tx, subject))) {
    throw new TacitServerError('ERR_CONSENT_MISSING', { field: 'subject' });
  }
}

export async function hasFaceConsent(ctx: Context, tx: StoreTransaction, subject: string): Promise<boolean> {
  return (await lastConsent(ctx, tx, subject))?.value.face === 'granted';
}

/** @throws TacitServerError `ERR_CONSENT_MISSING` */
export async function requireFaceConsent(ctx: Context, tx: StoreTransaction, subject: string): Promise<void> {
  if (!(await hasFaceConsent(ctx, tx, subject))) {
    throw new TacitServerError('ERR_CONSENT_MISSING', { field: 'subject', message: 'The customer has not granted the use of the face.' });
  }
}

/** Whether the customer has agreed to be checked through his sessions. */
export async function hasSessionConsent(ctx: Context, tx: StoreTransaction, subject: string): Promise<boolean> {
  return (await lastConsent(ctx, tx, subject))?.value.session === 'granted';
}

export interface ConsentChange {
  status: ConsentStatus;
  /** Whether anything biometric was erased with it. */
  erased: boolean;
  /** Whether a face was. */
  faceErased: boolean;
}

export interface ConsentDecision {
  /** The record subject (`ctx.subjectOf`), with a data key. */
  subject: string;
  biometrics: Biometrics;
  /** Left out, it stays as it was. Without biometrics it is declined in any case. */
  face?: Biometrics;
  /** The same. */
  session?: Biometrics;
  version: string;
}

/**
 * Writes a decision inside the caller's transaction. Declining erases template, history and samples, the face, or what sessions taught, in the same
 * transaction, and ends checks that are under way; call `scrubErasedData` after it, or leave that to the retention job.
 */
export async function writeConsent(ctx: Context, tx: StoreTransaction, decision: ConsentDecision): Promise<ConsentChange> {
  const { subject, biometrics, version } = decision;
  const last = await lastConsent(ctx, tx, subject);
  const decided = (purpose: Purpose): Biometrics =>
    biometrics === 'granted' ? (decision[purpose] ?? last?.value[purpose] ?? 'declined') : 'declined';
  const purposes = { face: decided('face'), session: decided('session') };
  const number = last === undefined ? 1 : Number(last.id) + 1;
  // Lists are ordered by time, then by id: a clock that was put back must not bring an old decision into force.
  const at = Math.max(ctx.clock(), last?.at ?? 0);
  const value: ConsentRecord = { biometrics, ...purposes, version, at };
  await consentKind.insert(ctx, tx, { subject, id: String(number).padStart(8, '0'), value, at, due: null });
  const withdrawn = biometrics === 'declined' && last?.value.biometrics === 'granted';
  await audit(ctx, tx, { chain: subject, type: withdrawn ? 'consent-withdrawn' : `consent-${biometrics}`, detail: { version } });
  for (const purpose of PURPOSES) {
    if (purposes[purpose] !== (last?.value[purpose] ?? 'declined')) {
      const what = purposes[purpose] === 'granted' ? 'granted' : 'withdrawn';
      await audit(ctx, tx, { chain: subject, type: `${purpose}-consent-${what}`, detail: { version } });
    }
  }
  const typingErased = biometrics === 'declined' && (await eraseTyping(tx, subject)) > 0;
  const faceErased = purposes.face === 'declined' && (await eraseFace(tx, subject)) > 0;
  const sessionErased = purposes.session === 'declined' && (await eraseSessionEvidence(ctx, tx, subject)) > 0;
  const erased = typingErased || faceErased || sessionErased;
  if (erased) {
    await requestScrub(ctx, tx);
  }
  return { status: { biometrics, ...purposes, since: at, version }, erased, faceErased };
}

/** The same in a transaction of its own; what was erased is wiped from the store's files before it returns. */
export async function recordConsent(ctx: Context, decision: ConsentDecision): Promise<ConsentChange> {
  const change = await ctx.store.transaction((tx) => writeConsent(ctx, tx, decision));
  if (change.erased) {
    forgetTemplate(ctx, decision.subject);
    forgetSessionTemplate(ctx, decision.subject);
    await scrubErasedData(ctx);
  }
  return change;
}
