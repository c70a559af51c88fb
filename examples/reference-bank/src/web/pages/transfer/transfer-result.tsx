import { Link } from 'react-router';
import type { Account, TransferDone, TransferOrder } from '../../api/types';
import { Button } from '../../components/button';
import { Money } from '../../components/money';
import { Notice } from '../../components/notice';
import { formatDayAndTime } from '../../lib/dates';
import { TransferFacts } from './transfer-facts';

export function TransferResult({
  from,
  order,
  payee,
  done,
  onAnother,
}: {
  from: Account | undefined;
  order: TransferOrder;
  payee: string;
  done: TransferDone;
  onAnother: () => void;
}) {
  return (
    <>
      <Notice tone="good" live="status">
        <p>
          The money is on its way. Your new balance is <Money amount={done.balanceAfter} currency={from?.currency ?? 'EUR'} />.
        </p>
      </Notice>
      <div className="panel stack">
        <TransferFacts from={from} order={order} payee={payee} />
        <p className="muted">
          Made on {formatDayAndTime(done.at)}, number <span className="mono">{done.id}</span>
        </p>
        <div className="actions">
          <Link className="button button-primary" to="/accounts">
            Back to accounts
          </Link>
          <Button look="secondary" onClick={onAnother}>
            Make another transfer
          </Button>
        </div>
      </div>
    </>
  );
}
