import type { Account, TransferOrder } from '../../api/types';
import { Money } from '../../components/money';
import { groupedAccountNumber } from '../../lib/account-number';

export function TransferFacts({ from, order, payee }: { from: Account | undefined; order: TransferOrder; payee: string }) {
  return (
    <dl className="facts">
      <div>
        <dt>Amount</dt>
        <dd className="facts-main">
          <Money amount={order.amount} currency={from?.currency ?? 'EUR'} />
        </dd>
      </div>
      <div>
        <dt>Payee</dt>
        <dd>{payee}</dd>
      </div>
      <div>
        <dt>Payee account number</dt>
        <dd className="mono">{groupedAccountNumber(order.to)}</dd>
      </div>
      <div>
        <dt>From</dt>
        <dd>{from?.name ?? 'Your account'}</dd>
      </div>
      <div>
        <dt>Reference</dt>
        <dd>{order.reference === '' ? 'None' : order.reference}</dd>
      </div>
    </dl>
  );
}
