import { audit, OPERATORS } from './audit-log';
import { limitOf } from './bounded-page';
import { type ConsentStatus, consentOf } from './consent';
import type { Context } from './context';
import type { EvidenceCounts, LiveEvidence, RiskPoint, RiskReason } from './continuous/judge-types';
import { type CustomerRole, type CustomerStatus, customerKind, customerOf } from './customers';
import { TacitServerError } from './errors';
import type { FlowContext } from './flows/flow-context';
import { endByOperator } from './flows/session-risk';
import type { SessionGrant } from './flows/types';
import { findLoginName, normaliseIdentifier } from './login-names';
import { cardStatus } from './matrix-card';
import type { OperatorLooks } from './operator-looks';
import type { Stored } from './record-kind';
import { parseRecordReference, recordReference } from './record-reference';
import { liveSession, type SessionRisk, type StoredSession, sessionKind } from './sessions';
import type { StoreTransaction } from './store';
import { ifReadable } from './unreadable-record';

type AsOperator = { session: SessionGrant };

/** A session that is checked, as an operator sees it. Times are ms since the epoch. */
export interface LiveSession {
  /** Names the session for `liveSession` and `terminateSession`. */
  id: string;
  /** The customer's id with the host; null once he was erased. */
  subject: string | null;
  name: string | null;
  state: 'open' | 'locked' | 'ended';
  startedAt: number;
  expiresAt: number;
  lastActivityAt: number;
  /** The highest that was said since a code of the card was last right in it. */
  risk: SessionRisk;
  /** Whether nothing sensitive can be done in it before a code is right. */
  stepUpNeeded: boolean;
  /** What the evidence says now; null where there is none, or none any more. */
  evidence: LiveSessionEvidence | null;
}

export interface LiveSessionEvidence {
  since: number;
  /** When evidence last came. */
  lastAt: number | null;
  level: LiveEvidence['level'];
  levelSince: number;
  /** 0 to 1. */
  confidence: number;
  /** 1 - confidence. */
  risk: number;
  reasons: readonly RiskReason[];
  counts: EvidenceCounts;
  /** What there is to compare with. */
  template: LiveEvidence['template'];
}

export interface LiveSessionHistory extends LiveSession {
  /** Risk and confidence over time, the oldest first. */
  points: readonly RiskPoint[];
}

/** A person in the operators' list. */
export interface OperatorCustomer {
  /** The id with the host. */
  subject: string;
  name: string | null;
  email: string | null;
  role: CustomerRole;
  status: CustomerStatus;
  createdAt: number;
  consent: ConsentStatus | null;
  card: 'none' | 'active' | 'suspended';
}

export interface LiveOperators {
  /**
   * Sessions that are checked, of all customers, a page at a time, with risk and confidence as they are now. Nothing biometric.
   *
   * @param options.after `next` of the page before
   * @param options.limit 1-200. Default 50
   * @throws TacitServerError `ERR_FIELD_INVALID` for an `after` that is none
   */
  liveSessions(options: AsOperator & { after?: string; limit?: number }): Promise<{ sessions: LiveSession[]; next: string | null }>;
  /**
   * One session with its risk over time. The first look of a session of the operator's at it is in the audit log.
   *
   * @throws TacitServerError `ERR_NOT_FOUND`
   */
  liveSession(options: AsOperator & { id: string }): Promise<LiveSessionHistory>;
  /**
   * Ends a session at once; its owner is told by mail, and his next session is opened by password and matrix code. One that is over already stays as it is.
   *
   * @throws TacitServerError `ERR_NOT_FOUND` for one that there is not
   */
  terminateSession(options: AsOperator & { id: string }): Promise<{ status: 'terminated' | 'over' }>;
  /**
   * Customers and operators, a page at a time, in no telling order; or the one with a sign-in name. The first look of a session of the operator's at the list, and
   * at each customer whom he searches for, is in the audit log.
   *
   * @param options.after `next` of the page before
   * @param options.limit 1-100. Default 25
   */
  customers(
    options: AsOperator & { after?: string; limit?: number; identifier?: string },
  ): Promise<{ customers: OperatorCustomer[]; next: string | null }>;
}

type AsOperatorDo = <T>(options: AsOperator, work: (tx: StoreTransaction, operator: string) => Promise<T>) => Promise<T>;

export function createLiveOperators(flow: FlowContext, asOperator: AsOperatorDo, looks: OperatorLooks): LiveOperators {
  const { ctx, judge } = flow;

  return {
    liveSessions: (options) =>
      asOperator(options, async (tx) => {
        const limit = limitOf(options.limit, 50, 200);
        const after = afterOf(options.after);
        const found = await judge.live(tx, { limit, ...(after === undefined ? {} : { after }) });
        const sessions: LiveSession[] = [];
        for (const evidence of found) {
          const stored = await ifReadable(sessionKind.get(ctx, tx, evidence.subject, evidence.id));
          // Its session's record may have been deleted as expired before the evidence was.
          if (stored !== undefined) {
            sessions.push(await viewOf(ctx, tx, stored, evidence));
          }
        }
        const last = found.at(-1);
        return { sessions, next: last === undefined || found.length < limit ? null : recordReference(last.subject, last.id) };
      }),

    liveSession: (options) =>
      asOperator(options, async (tx, operator) => {
        const { stored, reference } = await requireSession(ctx, tx, options.id);
        const history = await judge.history(tx, reference);
        const detail = { subject: reference.subject, session: reference.id };
        await looks.note(tx, { session: options.session, operator, type: 'session-viewed', detail });
        return { ...(await viewOf(ctx, tx, stored, history)), points: history?.points ?? [] };
      }),

    terminateSession: (options) =>
      asOperator(options, async (tx, operator) => {
        const { reference } = await requireSession(ctx, tx, options.id);
        const live = await liveSession(ctx, tx, reference);
        if (live === undefined) {
          return { status: 'over' };
        }
        const detail = { operator, subject: reference.subject, session: reference.id };
        await audit(ctx, tx, { chain: OPERATORS, type: 'session-ended', reason: 'by-operator', detail });
        await endByOperator(flow, tx, live);
        return { status: 'terminated' };
      }),

    customers: (options) =>
      asOperator(options, async (tx, operator) => {
        const { session } = options;
        if (options.identifier !== undefined) {
          const { subject } = await findLoginName(ctx, tx, normaliseIdentifier(options.identifier));
          const found = await customerView(ctx, tx, subject);
          if (found !== undefined) {
            await looks.note(tx, { session, operator, type: 'customer-viewed', reason: 'searched', detail: { subject } });
          }
          return { customers: found === undefined ? [] : [found], next: null };
        }
        const limit = limitOf(options.limit, 25, 100);
        const after = afterOf(options.after);
        await looks.note(tx, { session, operator, type: 'customers-viewed' });
        // Opened one by one below: one that can not be read does not hide the others.
        const page = await tx.listKind(customerKind.kind, { limit, ...(after === undefined ? {} : { after }) });
        const customers: OperatorCustomer[] = [];
        for (const { subject } of page) {
          const found = await customerView(ctx, tx, subject);
          if (found !== undefined) {
            customers.push(found);
          }
        }
        const last = page.at(-1);
        return { customers, next: last === undefined || page.length < limit ? null : recordReference(last.subject, last.id) };
      }),
  };
}

async function viewOf(
  ctx: Context,
  tx: StoreTransaction,
  { subject, id, value }: Stored<StoredSession>,
  evidence: LiveEvidence | undefined,
): Promise<LiveSession> {
  // One whose record can not be read is the last that should hide others.
  const customer = await ifReadable(customerOf(ctx, tx, subject));
  const isOver = value.state === 'ended' || value.expiresAt <= ctx.clock();
  return {
    id: recordReference(subject, id),
    subject: customer?.value.hostSubject ?? null,
    name: customer?.value.name ?? null,
    state: isOver ? 'ended' : value.state,
    startedAt: value.startedAt,
    expiresAt: value.expiresAt,
    lastActivityAt: value.lastActivityAt,
    risk: value.risk,
    stepUpNeeded: value.codeNeeded,
    evidence: evidence === undefined ? null : evidenceOf(evidence),
  };
}

function evidenceOf(live: LiveEvidence): LiveSessionEvidence {
  const { since, lastAt, level, levelSince, confidence, risk, reasons, counts, template } = live;
  return { since, lastAt, level, levelSince, confidence, risk, reasons, counts, template };
}

async function customerView(ctx: Context, tx: StoreTransaction, subject: string): Promise<OperatorCustomer | undefined> {
  const customer = await ifReadable(customerOf(ctx, tx, subject));
  if (customer === undefined) {
    return undefined;
  }
  const { hostSubject, name, email, role, status, createdAt } = customer.value;
  const card = (await ifReadable(cardStatus(ctx, tx, subject)))?.state ?? 'none';
  const consent = (await ifReadable(consentOf(ctx, tx, subject))) ?? null;
  return { subject: hostSubject, name, email, role, status, createdAt, consent, card };
}

async function requireSession(ctx: Context, tx: StoreTransaction, id: unknown) {
  const reference = parseRecordReference(id);
  const stored = reference && (await sessionKind.get(ctx, tx, reference.subject, reference.id));
  if (reference === undefined || stored === undefined) {
    throw new TacitServerError('ERR_NOT_FOUND', { field: 'id' });
  }
  return { reference, stored };
}

function afterOf(after: unknown): { subject: string; id: string } | undefined {
  const reference = after === undefined ? undefined : parseRecordReference(after);
  if (after !== undefined && reference === undefined) {
    throw new TacitServerError('ERR_FIELD_INVALID', { field: 'after' });
  }
  return reference;
}
