import { afterCommit } from './after-commit';
import { audit, OPERATORS } from './audit-log';
import type { AuditType } from './audit-types';
import type { Context } from './context';
import type { SessionGrant } from './flows/types';
import { recentMap } from './recent-map';
import type { StoreTransaction } from './store';

export interface OperatorLook {
  session: SessionGrant;
  /** Who looks. */
  operator: string;
  type: Extract<AuditType, `${string}-viewed`>;
  /** What of a customer was looked at; a code. */
  reason?: string;
  /** Whose it is, or what: nothing for what is nobody's. */
  detail?: Record<string, string>;
}

/** Notes in the operators' chain what an operator looks at. */
export interface OperatorLooks {
  /** The first look of an operator's session at one thing; a console that looks each second is noted once. */
  note(tx: StoreTransaction, look: OperatorLook): Promise<void>;
}

/** Looks that are remembered. One that was forgotten, or noted by another server, is noted again. */
const MOST_LOOKS = 1_000;

export function createOperatorLooks(ctx: Context): OperatorLooks {
  const looks = recentMap<true>(MOST_LOOKS);

  return {
    async note(tx, { session, operator, type, reason, detail = {} }) {
      const look = JSON.stringify([session.id, type, reason, detail]);
      if (looks.get(look)) {
        return;
      }
      afterCommit(tx, () => looks.set(look, true));
      await audit(ctx, tx, { chain: OPERATORS, type, ...(reason === undefined ? {} : { reason }), detail: { operator, ...detail } });
    },
  };
}
