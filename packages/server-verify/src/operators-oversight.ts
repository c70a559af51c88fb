import { type AuditVerdict, audit, OPERATORS, readAudit, verifyAudit } from './audit-log';
import { namePeople, type OperatorAuditEntry } from './audit-people';
import { limitOf } from './bounded-page';
import type { Context } from './context';
import { inspectSession, type SessionInspection, type UnreadableSession } from './continuous/session-inspection';
import { customerOf } from './customers';
import { TacitServerError } from './errors';
import type { FlowContext } from './flows/flow-context';
import type { SessionGrant } from './flows/types';
import type { OperatorLooks } from './operator-looks';
import { retrainTyping, type TypingRetraining } from './retrain-typing';
import type { StoreTransaction } from './store';
import { inspectTyping, type TypingInspection, type UnreadableTyping } from './typing-inspection';

type AsOperator = { session: SessionGrant };

/** What is known of a customer's templates: ages, sizes and states, nothing biometric. null where there is none. */
export interface CustomerTemplates {
  typing: TypingInspection | UnreadableTyping | null;
  /** What his sessions taught. */
  session: SessionInspection | UnreadableSession | null;
}

export interface OversightOperators {
  /**
   * Entries of the operators' audit chain, or of a customer's, the newest first. What is in a chain of an erased customer can not be read any more. The first look of
   * a session of the operator's at a chain is itself noted in the operators' chain.
   *
   * Each entry has beside it who is meant by the ids in it (`people`), by the customers' records as they are now: nothing of it is stored or chained.
   *
   * @param options.subject the customer's id with the host
   * @param options.after `next` of the page before
   * @param options.limit 1-100. Default 25
   * @throws TacitServerError `ERR_SUBJECT_UNKNOWN`
   */
  auditLog(
    options: AsOperator & { subject?: string; after?: number; limit?: number },
  ): Promise<{ entries: OperatorAuditEntry[]; next: number | null }>;
  /** Checks that chain as a whole, which is itself noted in the operators' chain. */
  verifyAudit(options: AsOperator & { subject?: string }): Promise<AuditVerdict>;
  /**
   * Looks at a customer's templates, which is noted in the operators' chain.
   *
   * @throws TacitServerError `ERR_SUBJECT_UNKNOWN`
   */
  customerTemplates(options: AsOperator & { subject: string }): Promise<CustomerTemplates>;
  /** As `verifier.retrainTyping`, noted in the operators' chain. */
  retrainCustomer(options: AsOperator & { subject: string }): Promise<TypingRetraining>;
}

type AsOperatorDo = <T>(options: AsOperator, work: (tx: StoreTransaction, operator: string) => Promise<T>) => Promise<T>;

export function createOversight({ ctx }: FlowContext, asOperator: AsOperatorDo, looks: OperatorLooks): OversightOperators {
  return {
    auditLog: async (options) => {
      const limit = limitOf(options.limit, 25, 100);
      const { after } = options;
      if (after !== undefined && (!Number.isInteger(after) || after < 1)) {
        throw new RangeError('after must be the number of an entry');
      }
      const { session } = options;
      const chain = await asOperator(options, async (tx, operator) => {
        const found = await chainOf(ctx, tx, options.subject);
        const look =
          found === OPERATORS
            ? ({ type: 'audit-viewed' } as const)
            : ({ type: 'customer-viewed', reason: 'audit-log', detail: { subject: found } } as const);
        await looks.note(tx, { session, operator, ...look });
        return found;
      });
      const entries = await readAudit(ctx, chain, { limit, ...(after === undefined ? {} : { after }) });
      const last = entries.at(-1);
      const named = await ctx.store.transaction((tx) => namePeople(ctx, tx, entries));
      return { entries: named, next: last === undefined || entries.length < limit || last.sequence === 1 ? null : last.sequence };
    },

    verifyAudit: async (options) => {
      const chain = await asOperator(options, (tx) => chainOf(ctx, tx, options.subject));
      const verdict = await verifyAudit(ctx, chain);
      await asOperator(options, (tx, operator) =>
        audit(ctx, tx, {
          chain: OPERATORS,
          type: 'audit-verified',
          reason: verdict.status,
          detail: { operator, ...(chain === OPERATORS ? {} : { subject: chain }) },
        }),
      );
      return verdict;
    },

    customerTemplates: async (options) => {
      const subject = await asOperator(options, async (tx, operator) => {
        const found = await requireSubject(ctx, tx, options.subject);
        await audit(ctx, tx, { chain: OPERATORS, type: 'customer-viewed', reason: 'templates', detail: { operator, subject: found } });
        return found;
      });
      return { typing: await inspectTyping(ctx, subject), session: await inspectSession(ctx, subject) };
    },

    retrainCustomer: async (options) => {
      const detail = await asOperator(options, async (tx, operator) => ({
        operator,
        subject: await requireSubject(ctx, tx, options.subject),
      }));
      const outcome = await retrainTyping(ctx, detail.subject);
      // Also where the operator has left meanwhile: what he has done is done.
      await ctx.store.transaction((tx) => audit(ctx, tx, { chain: OPERATORS, type: 'typing-retrained', reason: outcome.status, detail }));
      return outcome;
    },
  };
}

async function chainOf(ctx: Context, tx: StoreTransaction, subject: string | undefined): Promise<string> {
  return subject === undefined ? OPERATORS : requireSubject(ctx, tx, subject);
}

async function requireSubject(ctx: Context, tx: StoreTransaction, hostSubject: string): Promise<string> {
  const subject = ctx.subjectOf(hostSubject);
  if ((await customerOf(ctx, tx, subject)) === undefined) {
    throw new TacitServerError('ERR_SUBJECT_UNKNOWN', { field: 'subject' });
  }
  return subject;
}
