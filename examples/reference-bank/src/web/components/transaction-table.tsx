import type { Transaction } from '../api/types';
import { formatDay, formatDayAndTime } from '../lib/dates';
import { Money } from './money';
import { TransactionNote } from './transaction-note';

/** Transactions, newest first. On a narrow screen each row becomes a block of two lines. */
export function TransactionTable({
  transactions,
  currency,
  caption,
  isFull = false,
  onNote,
}: {
  transactions: readonly Transaction[];
  currency: string;
  caption: string;
  isFull?: boolean;
  /** Where notes can be written. */
  onNote?: (transaction: Transaction, note: string, idempotencyKey: string) => Promise<void>;
}) {
  if (transactions.length === 0) {
    return <p className="empty">No transactions yet.</p>;
  }
  return (
    <table className={isFull ? 'table table-transactions table-transactions-full' : 'table table-transactions'}>
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Date</th>
          <th scope="col">Details</th>
          <th scope="col" className="number">
            Amount
          </th>
          {isFull ? (
            <th scope="col" className="number">
              Balance
            </th>
          ) : null}
        </tr>
      </thead>
      <tbody>
        {transactions.map((transaction) => (
          <tr key={transaction.id}>
            <td className="cell-date">
              <time dateTime={new Date(transaction.at).toISOString()}>
                {isFull ? formatDayAndTime(transaction.at) : formatDay(transaction.at)}
              </time>
            </td>
            <td className="cell-details">
              <span className="counterparty">{transaction.counterparty}</span>
              {transaction.reference ? <span className="reference">{transaction.reference}</span> : null}
              {onNote === undefined ? null : (
                <TransactionNote
                  id={`note-${transaction.id}`}
                  note={transaction.note}
                  about={`${transaction.counterparty}, ${formatDay(transaction.at)}`}
                  onSave={(note, idempotencyKey) => onNote(transaction, note, idempotencyKey)}
                />
              )}
            </td>
            <td className="number cell-amount">
              <Money amount={transaction.amount} currency={currency} isSigned />
            </td>
            {isFull ? (
              <td className="number cell-balance">
                <span className="cell-label" aria-hidden="true">
                  Balance{' '}
                </span>
                <Money amount={transaction.balanceAfter} currency={currency} />
              </td>
            ) : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
