import { useState } from 'react';
import type { Account } from '../api/types';
import { Button } from '../components/button';
import { DownloadButton } from '../components/download-button';
import { FieldFrame } from '../components/field';
import { Money } from '../components/money';
import { Loading, PageHeading } from '../components/page';
import { LoadProblem } from '../components/problem';
import { TransactionTable } from '../components/transaction-table';
import { groupedAccountNumber } from '../lib/account-number';
import { useLoad } from '../lib/use-load';
import { usePages } from '../lib/use-pages';
import { useSession } from '../session/session-context';

export function TransactionsPage() {
  const { bank } = useSession();
  const { data, error, reload } = useLoad((signal) => bank.accounts(signal), [bank]);
  const [chosen, setChosen] = useState<string | undefined>();
  const account = data?.find(({ id }) => id === chosen) ?? data?.[0];

  return (
    <>
      <PageHeading title="Transactions" />
      {error === undefined ? null : <LoadProblem text={error} onRetry={reload} />}
      {data === undefined && error === undefined ? <Loading what="your accounts" /> : null}
      {data && account ? (
        <>
          <div className="toolbar">
            <FieldFrame id="transactions-account" label="Account">
              {(described) => (
                <select
                  id="transactions-account"
                  className="input"
                  {...described}
                  value={account.id}
                  onChange={(event) => setChosen(event.target.value)}
                >
                  {data.map((each) => (
                    <option key={each.id} value={each.id}>
                      {each.name} · {groupedAccountNumber(each.number)}
                    </option>
                  ))}
                </select>
              )}
            </FieldFrame>
            <p className="toolbar-figure">
              <span className="muted">Balance</span> <Money amount={account.balance} currency={account.currency} />
            </p>
            <DownloadButton path={bank.statementPath(account.id)} name={`statement-${account.number}.csv`}>
              Download statement (CSV)
            </DownloadButton>
          </div>
          <History key={account.id} account={account} />
        </>
      ) : null}
    </>
  );
}

function History({ account }: { account: Account }) {
  const { bank } = useSession();
  const pages = usePages(
    async (before, signal) => {
      const { transactions, next } = await bank.transactions(account.id, { before, signal });
      return { items: transactions, next };
    },
    [bank, account.id],
  );
  return (
    <section className="panel" aria-label={`Transactions of ${account.name}`}>
      {pages.error === undefined ? null : <LoadProblem text={pages.error} onRetry={pages.items ? pages.more : pages.reload} />}
      {pages.items ? (
        <TransactionTable
          transactions={pages.items}
          currency={account.currency}
          caption={`Transactions of ${account.name}`}
          isFull
          onNote={async ({ id }, words, idempotencyKey) => {
            const note = await bank.writeNote(account.id, id, words, { idempotencyKey });
            pages.replace(
              (each) => each.id === id,
              (each) => ({ ...each, note }),
            );
          }}
        />
      ) : pages.isLoading ? (
        <Loading what="transactions" />
      ) : null}
      <p className="visually-hidden" role="status">
        {pages.items && !pages.isLoading ? `${pages.items.length} transactions shown` : ''}
      </p>
      {pages.items && pages.hasMore ? (
        <div className="actions">
          <Button look="secondary" busy={pages.isLoading} onClick={pages.more}>
            Show older transactions
          </Button>
        </div>
      ) : pages.items && pages.items.length > 0 ? (
        <p className="empty">That is all.</p>
      ) : null}
    </section>
  );
}
