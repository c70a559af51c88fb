import { audit, OPERATORS } from '../audit-log';
import type { StoreTransaction } from '../store';
import type { FlowContext } from './flow-context';

/** On the operators' chain for everybody: a customer's own chain would take his key, which somebody unknown does not have. */
export function auditRefusal({ ctx }: FlowContext, tx: StoreTransaction, subject: string, reason: string): Promise<void> {
  return audit(ctx, tx, { chain: OPERATORS, type: 'sign-in-refused', reason, detail: { subject } });
}
