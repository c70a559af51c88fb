import { takeConfirmation } from '../confirmations';
import { consentOf, writeConsent } from '../consent';
import { scrubErasedData } from '../erased-data';
import type { FlowContext } from './flow-context';
import { type SecurityView, securityView } from './security-view';
import { withSession } from './sessions';
import { type BiometricsState, type FlowResult, refuse, type SessionGrant } from './types';

export interface SessionConsent {
  /**
   * Grants or withdraws the checks of typing and pointer through the session; the bindings are `consent:session-granted`, `consent:session-declined`.
   * Withdrawing ends the checks at once, in every session, and erases what they have learned. A doubt that is there stays.
   *
   * @param options.confirmation from a step-up with purpose `settings` and that binding. Without a good one: TacitServerError `ERR_CONFIRMATION`
   */
  consent(options: { session: SessionGrant; checks: BiometricsState; confirmation: unknown }): Promise<FlowResult<SecurityView>>;
}

export function createSessionConsent(flow: FlowContext): SessionConsent {
  const { ctx } = flow;
  return {
    async consent({ session, checks, confirmation }) {
      const result = await withSession<SecurityView>(flow, session, { need: 'full', sensitive: true }, async (tx, stored) => {
        const { subject } = stored;
        await takeConfirmation(ctx, tx, confirmation, stored, { purpose: 'settings', binding: `consent:session-${checks}` });
        const known = await consentOf(ctx, tx, subject);
        if (known === undefined || (checks === 'granted' && known.biometrics !== 'granted')) {
          return refuse('ERR_CONSENT_MISSING', { field: 'session' });
        }
        if (known.session !== checks) {
          await writeConsent(ctx, tx, { subject, biometrics: known.biometrics, session: checks, version: known.version });
        }
        return { ok: true, body: await securityView(flow, tx, stored) };
      });
      await scrubErasedData(ctx);
      return result;
    },
  };
}
