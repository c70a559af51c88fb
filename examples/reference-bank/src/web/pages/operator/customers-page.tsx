import { type SubmitEvent, useState } from 'react';
import { useLocation } from 'react-router';
import type { OperatorCustomer, Populations } from '../../api/operator-types';
import { Button } from '../../components/button';
import { TextField } from '../../components/field';
import { Loading, PageHeading } from '../../components/page';
import { LoadProblem } from '../../components/problem';
import { formatDay } from '../../lib/dates';
import { useLoad } from '../../lib/use-load';
import { usePages } from '../../lib/use-pages';
import { useConsole } from './console-context';
import { addressOf } from './customer-link';
import { CustomerTemplatesPanel } from './customer-templates';
import { ReissueCard } from './reissue-card';

export function CustomersPage() {
  const { operators } = useConsole();
  const { state } = useLocation();
  const [text, setText] = useState(() => addressOf(state));
  const [email, setEmail] = useState(() => addressOf(state));
  const { items, error, hasMore, isLoading, more, reload } = usePages(
    (after, signal) => operators.customers(email, after, signal),
    [operators, email],
  );

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    setEmail(text.trim());
  }

  return (
    <>
      <PageHeading title="Customers">
        <p className="muted">Consents, cards, and how old what recognises them is. Nothing biometric is shown.</p>
      </PageHeading>
      <section className="panel stack" aria-labelledby="customers-title">
        <h2 id="customers-title">Find a customer</h2>
        {/* biome-ignore lint/a11y/useSemanticElements: not every browser knows the element for it. */}
        <form className="toolbar" role="search" noValidate onSubmit={onSubmit}>
          <TextField
            id="find-email"
            label="E-mail address"
            type="email"
            autoComplete="off"
            autoCapitalize="none"
            maxLength={254}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Button type="submit" busy={isLoading}>
            Find
          </Button>
          {email === '' ? null : (
            <Button
              look="quiet"
              onClick={() => {
                setText('');
                setEmail('');
              }}
            >
              Show all
            </Button>
          )}
        </form>
        {error === undefined ? null : <LoadProblem text={error} onRetry={reload} />}
        {items === undefined && error === undefined ? <Loading what="customers" /> : null}
        <div role="status">
          {items?.length === 0 ? (
            <p className="empty">{email === '' ? 'There are no customers yet.' : 'Nobody signs in with this address.'}</p>
          ) : null}
          {items && items.length > 0 && email !== '' ? <p className="visually-hidden">Found: {items[0]?.name ?? email}</p> : null}
        </div>
        {items && items.length > 0 ? (
          <ul className="rows" aria-label="Customers">
            {items.map((customer) => (
              <CustomerRow key={customer.subject} customer={customer} />
            ))}
          </ul>
        ) : null}
        {hasMore ? (
          <div className="actions">
            <Button look="secondary" busy={isLoading} onClick={more}>
              Show more
            </Button>
          </div>
        ) : null}
      </section>
      <div className="columns">
        <ReissueCard />
        <PopulationPanel />
      </div>
    </>
  );
}

/** What a customer has agreed to, in words. */
export function consentWords(consent: OperatorCustomer['consent']): string {
  if (consent === null) {
    return 'no consent recorded';
  }
  const { biometrics, face, session } = consent;
  const agreed = [biometrics === 'granted' ? 'typing' : null, face === 'granted' ? 'face' : null, session === 'granted' ? 'checks' : null];
  const words = agreed.filter((each) => each !== null).join(', ');
  return words === '' ? 'agreed to nothing' : `agreed to ${words}`;
}

function CustomerRow({ customer }: { customer: OperatorCustomer }) {
  const [isOpen, setOpen] = useState(false);
  const { subject, name, email, role, status, createdAt, consent, card } = customer;
  return (
    <li className="row">
      <div className="row-text">
        <p>
          <strong>{name ?? 'Without a name'}</strong> {role === 'operator' ? <span className="tag">Operator</span> : null}{' '}
          {status === 'active' ? null : <span className="tag tag-warning">{status}</span>}{' '}
          {card === 'suspended' ? <span className="tag tag-warning">Card blocked</span> : null}
        </p>
        <p className="muted detail">{email ?? 'no e-mail address'}</p>
        <p className="muted">
          Since {formatDay(createdAt)}, {consentWords(consent)}
        </p>
      </div>
      {role === 'operator' ? null : (
        <Button look="secondary" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          Templates<span className="visually-hidden"> of {name ?? email}</span>
        </Button>
      )}
      {isOpen ? <CustomerTemplatesPanel subject={subject} about={name ?? email ?? subject} /> : null}
    </li>
  );
}

function PopulationPanel() {
  const { operators } = useConsole();
  const { data, error, reload } = useLoad((signal) => operators.populations(signal), [operators]);
  return (
    <section className="panel" aria-labelledby="population-title">
      <h2 id="population-title">Populations</h2>
      <p className="muted">What is known of how other people type and point: customers are told apart from it.</p>
      {error === undefined ? null : <LoadProblem text={error} onRetry={reload} />}
      {data === undefined ? null : (
        <dl className="facts">
          <div>
            <dt>Typing</dt>
            <dd>The one that comes with Tacit</dd>
          </div>
          <div>
            <dt>Pointer</dt>
            <dd>{pointerWords(data)}</dd>
          </div>
        </dl>
      )}
    </section>
  );
}

const pointerWords = ({ pointer }: Populations): string =>
  pointer === null ? 'None: movements are counted and not compared' : `The bank’s own, ${pointer}`;
