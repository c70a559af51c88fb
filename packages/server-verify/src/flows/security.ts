import { audit } from '../audit-log';
import { type SettingsDeed, takeConfirmation } from '../confirmations';
import { consentOf, writeConsent } from '../consent';
import { scrubErasedData } from '../erased-data';
import { exportSubject, type SubjectExport } from '../export';
import { noticeTime, notify } from '../notices';
import type { Stored } from '../record-kind';
import type { StoredSession } from '../sessions';
import { listSignIns, type SignInView, signInKind } from '../sign-ins';
import type { StoreTransaction } from '../store';
import { confirmQuarantined } from '../typing-learning';
import { forgetTemplate } from '../typing-template';
import { disputeSignIn, type SignInDisputed } from './dispute-sign-in';
import { createErase, type Erase } from './erase-customer';
import type { FlowContext } from './flow-context';
import { type SecurityView, securityView } from './security-view';
import { withSession } from './sessions';
import { type BiometricsState, type FlowResult, refuse, type SessionGrant } from './types';

export interface HistoryPage {
  signIns: SignInView[];
  /** Give it as `before` for the page after this one. */
  next: string | null;
}

export interface CustomerExport {
  tacit: SubjectExport;
  /** What the host's `exportData` gave; null without one. */
  application: unknown;
}

export interface SignInsConfirmed {
  status: 'confirmed';
  /** Sign-ins that were not confirmed before. */
  signIns: number;
  /** Entries that waited and were learned; `dropped`: those that were deleted. */
  learned: number;
  dropped: number;
}

interface Confirmed {
  session: SessionGrant;
  /** From a step-up with purpose `settings` and the binding of this very deed. Without a good one: TacitServerError `ERR_CONFIRMATION`. */
  confirmation: unknown;
}

export interface SecurityFlows {
  overview(options: { session: SessionGrant }): Promise<FlowResult<SecurityView>>;
  history(options: { session: SessionGrant; before?: string }): Promise<FlowResult<HistoryPage>>;
  /** All sign-ins that are kept, at most 10,000, as CSV. */
  historyCsv(options: { session: SessionGrant }): Promise<FlowResult<string>>;
  /**
   * The customer says that the sign-ins listed were his own: what typing alone accepted may be learned. He may have passed over one that was not, so
   * the template takes only what is like the entries that a code has vouched for.
   */
  confirmSignIns(options: Confirmed): Promise<FlowResult<SignInsConfirmed>>;
  /**
   * The customer says that a sign-in was not his. Every other session ends, the template goes back to its verified entries, what waited to be
   * learned is deleted, operators are alerted, and he gets a mail with advice. `ERR_NOT_FOUND` for a sign-in that is not on his list.
   */
  disputeSignIn(options: Confirmed & { signIn: string }): Promise<FlowResult<SignInDisputed>>;
  /** Grants or withdraws the use of biometrics. Withdrawing erases template, history and samples at once, and the face with them. */
  consent(options: Confirmed & { biometrics: BiometricsState }): Promise<FlowResult<SecurityView>>;
  exportData(options: Confirmed): Promise<FlowResult<CustomerExport>>;
  erase: Erase['erase'];
}

const CSV_PAGE = 500;
const CSV_PAGES = 20;
/** Sign-ins that one confirmation looks through. */
const CONFIRMED_AT_ONCE = 500;

export function createSecurity(flow: FlowContext): SecurityFlows {
  const { ctx, host } = flow;

  function confirmed<Body>(
    { session, confirmation }: Confirmed,
    binding: SettingsDeed,
    work: (tx: StoreTransaction, stored: Stored<StoredSession>) => Promise<FlowResult<Body>>,
  ): Promise<FlowResult<Body>> {
    return withSession(flow, session, { need: 'full', sensitive: true }, async (tx, stored) => {
      await takeConfirmation(ctx, tx, confirmation, stored, { purpose: 'settings', binding });
      return work(tx, stored);
    });
  }

  return {
    overview: ({ session }) =>
      withSession(flow, session, { need: 'full' }, async (tx, stored) => ({ ok: true, body: await securityView(flow, tx, stored) })),

    history: ({ session, before }) =>
      withSession(flow, session, { need: 'full' }, async (tx, { subject }) => ({
        ok: true,
        body: await listSignIns(ctx, tx, subject, before === undefined ? {} : { before }),
      })),

    historyCsv: ({ session }) =>
      withSession(flow, session, { need: 'full' }, async (tx, { subject }) => {
        const lines = ['time,outcome,factors,reason,words_per_minute,confirmed,disputed'];
        let before: string | null = null;
        for (let page = 0; page < CSV_PAGES; page++) {
          const { signIns, next }: HistoryPage = await listSignIns(ctx, tx, subject, {
            limit: CSV_PAGE,
            ...(before === null ? {} : { before }),
          });
          lines.push(...signIns.map(csvLine));
          before = next;
          if (before === null) {
            break;
          }
        }
        return { ok: true, body: `${lines.join('\r\n')}\r\n` };
      }),

    confirmSignIns: (options) =>
      confirmed(options, 'sign-ins/confirm', async (tx, { subject }) => {
        const { learned, dropped } = await confirmQuarantined(ctx, tx, subject);
        let signIns = 0;
        for (const { id, at, due, value } of await signInKind.list(ctx, tx, subject, { limit: CONFIRMED_AT_ONCE })) {
          if (value.outcome === 'signed-in' && !value.confirmed && !value.disputed) {
            await signInKind.put(ctx, tx, { subject, id, value: { ...value, confirmed: true }, at, due });
            signIns++;
          }
        }
        await audit(ctx, tx, { chain: subject, type: 'sign-ins-confirmed', detail: { signIns, learned, dropped } });
        return { ok: true, body: { status: 'confirmed', signIns, learned, dropped } };
      }),

    async disputeSignIn(options) {
      const result = await confirmed(options, `sign-ins/dispute:${options.signIn}`, (tx, stored) =>
        disputeSignIn(flow, tx, stored, options.signIn),
      );
      if (result.ok) {
        forgetTemplate(ctx, ctx.subjectOf(options.session.subject));
        await scrubErasedData(ctx);
      }
      return result;
    },

    async consent(options) {
      const result = await confirmed<{ view: SecurityView; subject: string; erased: boolean }>(
        options,
        `consent:${options.biometrics}`,
        async (tx, stored) => {
          const { subject } = stored;
          const known = await consentOf(ctx, tx, subject);
          if (known === undefined) {
            return refuse('ERR_CONSENT_MISSING');
          }
          const change =
            known.biometrics === options.biometrics
              ? undefined
              : await writeConsent(ctx, tx, { subject, biometrics: options.biometrics, version: known.version });
          if (change?.faceErased) {
            await notify(ctx, tx, subject, 'face-deleted', noticeTime(ctx));
          }
          return { ok: true, body: { view: await securityView(flow, tx, stored), subject, erased: change?.erased ?? false } };
        },
      );
      if (!result.ok) {
        return result;
      }
      if (result.body.erased) {
        forgetTemplate(ctx, result.body.subject);
        await scrubErasedData(ctx);
      }
      return { ok: true, body: result.body.view };
    },

    async exportData(options) {
      const taken = await confirmed<string>(options, 'export', async (tx, { subject }) => {
        await audit(ctx, tx, { chain: subject, type: 'exported' });
        return { ok: true, body: subject };
      });
      if (!taken.ok) {
        return taken;
      }
      const tacit = await exportSubject(ctx, taken.body);
      const application = (await host.exportData?.({ subject: options.session.subject })) ?? null;
      return { ok: true, body: { tacit, application } };
    },

    erase: createErase(flow).erase,
  };
}

/** Nothing in a line is free text, but a spreadsheet must never take one for a formula. */
function csvLine({ at, outcome, factors, reason, wordsPerMinute, confirmed, disputed }: SignInView): string {
  return [new Date(at).toISOString(), outcome, factors.join(' '), reason, wordsPerMinute ?? '', confirmed, disputed].join(',');
}
