import { Link } from 'react-router';
import type { Account } from '../api/types';
import { Icon } from '../components/icons';
import { Money } from '../components/money';
import { Loading, PageHeading } from '../components/page';
import { LoadProblem } from '../components/problem';
import { TransactionTable } from '../components/transaction-table';
import { groupedAccountNumber } from '../lib/account-number';
import { useLoad } from '../lib/use-load';
import { useFullSession, useSession } from '../session/session-context';

const RECENT = 6;

export function AccountsPage() {
  const { bank } = useSession();
  const { name } = useFullSession();
  const { data, error, reload } = useLoad((signal) => bank.accounts(signal), [bank]);
  const [first] = data ?? [];

  return (
    <>
      <PageHeading title="Your accounts">
        <p className="muted">Good to see you{name === '' ? '' : `, ${name}`}.</p>
      </PageHeading>
      {error === undefined ? null : <LoadProblem text={error} onRetry={reload} />}
      {data === undefined && error === undefined ? <Loading what="your accounts" /> : null}
      {data ? (
        <ul className="account-list" aria-label="Accounts">
          {data.map((account, index) => (
            <li key={account.id}>
              <AccountCard account={account} isMain={index === 0} />
            </li>
          ))}
        </ul>
      ) : null}
      {first ? (
        <>
          <nav className="quick-actions" aria-label="Quick actions">
            <Link to="/transfer" className="quick-action">
              <Icon name="transfer" />
              Make a transfer
            </Link>
            <Link to="/transactions" className="quick-action">
              <Icon name="transactions" />
              See all transactions
            </Link>
            <Link to="/security" className="quick-action">
              <Icon name="security" />
              Check my security
            </Link>
          </nav>
          <RecentTransactions account={first} />
        </>
      ) : null}
    </>
  );
}

function AccountCard({ account, isMain }: { account: Account; isMain: boolean }) {
  return (
    <article className={isMain ? 'account-card account-card-main' : 'account-card'}>
      <h2>{account.name}</h2>
      <p className="account-number">
        <span className="visually-hidden">Account number </span>
        {groupedAccountNumber(account.number)}
      </p>
      <p className="account-balance">
        <span className="account-balance-label">Balance</span>
        <Money amount={account.balance} currency={account.currency} className="account-balance-money" />
      </p>
    </article>
  );
}

function RecentTransactions({ account }: { account: Account }) {
  const { bank } = useSession();
  const { data, error, reload } = useLoad((signal) => bank.transactions(account.id, { limit: RECENT, signal }), [bank, account.id]);
  return (
    <section className="panel" aria-labelledby="recent-title">
      <h2 id="recent-title">Recent transactions</h2>
      {error === undefined ? null : <LoadProblem text={error} onRetry={reload} />}
      {data === undefined && error === undefined ? <Loading what="transactions" /> : null}
      {data ? (
        <TransactionTable transactions={data.transactions} currency={account.currency} caption={`Recent transactions of ${account.name}`} />
      ) : null}
    </section>
  );
}
