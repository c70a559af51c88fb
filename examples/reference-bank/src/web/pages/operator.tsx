import { type SubmitEvent, useState } from 'react';
import { messageFor } from '../api/messages';
import { Button } from '../components/button';
import { TextField } from '../components/field';
import { Notice } from '../components/notice';
import { Loading, PageHeading } from '../components/page';
import { LoadProblem } from '../components/problem';
import { RowAction } from '../components/row-action';
import { alertText } from '../lib/alert-words';
import { formatDayAndTime } from '../lib/dates';
import { useLoad } from '../lib/use-load';
import { usePending, useRetriable } from '../lib/use-submit';
import { useSession } from '../session/session-context';

export function OperatorPage() {
  return (
    <>
      <PageHeading title="Operator">
        <p className="muted">Alerts, cards and messages. Everything you do here is written to the audit log.</p>
      </PageHeading>
      <Alerts />
      <div className="columns">
        <Reissue />
        <FailedMail />
      </div>
    </>
  );
}

function Alerts() {
  const { bank } = useSession();
  const { data, error, reload, set } = useLoad((signal) => bank.alerts(signal), [bank]);
  return (
    <section className="panel" aria-labelledby="alerts-title">
      <div className="panel-head">
        <h2 id="alerts-title">Alerts</h2>
        <Button look="secondary" onClick={reload}>
          Refresh alerts
        </Button>
      </div>
      {error === undefined ? null : <LoadProblem text={error} onRetry={reload} />}
      {data === undefined && error === undefined ? <Loading what="alerts" /> : null}
      {data?.length === 0 ? <p className="empty">No alerts.</p> : null}
      {data && data.length > 0 ? (
        <ul className="rows" aria-labelledby="alerts-title">
          {data.map((alert) => (
            <li key={alert.id} className={alert.acknowledged ? 'row' : 'row row-open'}>
              <div className="row-text">
                <p>
                  <strong>{alertText(alert.code)}</strong> <span className="tag">{alert.code}</span>
                </p>
                <p>{alert.customer}</p>
                {alert.detail === '' ? null : <p className="muted">{alert.detail}</p>}
                <p className="muted">{formatDayAndTime(alert.at)}</p>
              </div>
              {alert.acknowledged ? (
                <span className="tag tag-good">Acknowledged</span>
              ) : (
                <RowAction
                  label="Acknowledge"
                  about={`${alertText(alert.code)}, ${alert.customer}`}
                  act={async (idempotencyKey) => {
                    await bank.acknowledgeAlert(alert.id, { idempotencyKey });
                    set(data.map((each) => (each.id === alert.id ? { ...each, acknowledged: true } : each)));
                  }}
                />
              )}
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

function Reissue() {
  const { bank } = useSession();
  const [email, setEmail] = useState('');
  const [problem, setProblem] = useState<string | undefined>();
  const [done, setDone] = useState<string | undefined>();
  const { pending, run } = usePending();
  const sender = useRetriable((address: string, idempotencyKey: string) => bank.reissueCard(address, { idempotencyKey }));

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const address = email.trim();
    setDone(undefined);
    if (address === '') {
      setProblem('Enter the e-mail address of the customer.');
      document.getElementById('reissue-email')?.focus();
      return;
    }
    setProblem(undefined);
    void run(async () => {
      try {
        await sender.submit(address, () => address);
        setDone(address);
        setEmail('');
      } catch (failure) {
        setProblem(messageFor(failure));
        document.getElementById('reissue-email')?.focus();
      }
    });
  }

  return (
    <section className="panel" aria-labelledby="reissue-title">
      <h2 id="reissue-title">Re-issue a card</h2>
      <p className="muted">The old card stops working. The customer gets a code by e-mail and collects the new card with it.</p>
      <form className="form" noValidate onSubmit={onSubmit}>
        <TextField
          id="reissue-email"
          label="Customer e-mail"
          type="email"
          autoComplete="off"
          autoCapitalize="none"
          maxLength={254}
          value={email}
          error={problem}
          onChange={(event) => setEmail(event.target.value)}
        />
        <div className="actions">
          <Button type="submit" busy={pending}>
            Re-issue card
          </Button>
        </div>
      </form>
      <div role="status">
        {done === undefined ? null : <Notice tone="good">{`A code to collect the new card is on its way to ${done}.`}</Notice>}
      </div>
    </section>
  );
}

function FailedMail() {
  const { bank } = useSession();
  const { data, error, reload } = useLoad((signal) => bank.failedMail(signal), [bank]);
  return (
    <section className="panel" aria-labelledby="failed-mail-title">
      <h2 id="failed-mail-title">Failed mail</h2>
      {error === undefined ? null : <LoadProblem text={error} onRetry={reload} />}
      {data === undefined && error === undefined ? <Loading what="failed mail" /> : null}
      {data?.length === 0 ? <p className="empty">Every message was delivered.</p> : null}
      {data && data.length > 0 ? (
        <ul className="rows" aria-labelledby="failed-mail-title">
          {data.map((mail) => (
            <li key={mail.id} className="row">
              <div className="row-text">
                <p>
                  <strong>{mail.kind}</strong> <span className="muted">{formatDayAndTime(mail.at)}</span>
                </p>
                <p>
                  {mail.attempts === 1 ? '1 attempt' : `${mail.attempts} attempts`}. {mail.lastError}
                </p>
              </div>
              <RowAction
                label="Retry"
                about={`${mail.kind} mail`}
                act={async (idempotencyKey) => {
                  await bank.retryMail(mail.id, { idempotencyKey });
                  reload();
                }}
              />
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}
