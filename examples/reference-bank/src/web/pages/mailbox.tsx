import { type SubmitEvent, useState } from 'react';
import { messageFor } from '../api/messages';
import type { Mail } from '../api/types';
import { Button } from '../components/button';
import { TextField } from '../components/field';
import { Notice } from '../components/notice';
import { PageHeading } from '../components/page';
import { formatDayAndTime } from '../lib/dates';
import { usePending } from '../lib/use-submit';
import { useSession } from '../session/session-context';

/** The mailbox of the demonstration: every message that the bank would send by e-mail. */
export function MailboxPage() {
  const { bank } = useSession();
  const [email, setEmail] = useState('');
  const [missing, setMissing] = useState(false);
  const [shown, setShown] = useState<{ email: string; mails: Mail[] } | null>(null);
  const [error, setError] = useState<string | undefined>();
  const { pending, run } = usePending();

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const address = email.trim();
    setMissing(address === '');
    if (address === '') {
      document.getElementById('mailbox-email')?.focus();
      return;
    }
    void run(async () => {
      try {
        setShown({ email: address, mails: await bank.mailbox(address) });
        setError(undefined);
      } catch (failure) {
        setError(messageFor(failure));
      }
    });
  }

  return (
    <div className="narrow">
      <PageHeading title="Demo mailbox" />
      <p className="lead">No real mail leaves this demonstration. What the bank would send lands here instead.</p>
      <form className="form panel" noValidate onSubmit={onSubmit}>
        <TextField
          id="mailbox-email"
          label="E-mail address"
          type="email"
          autoComplete="email"
          autoCapitalize="none"
          maxLength={254}
          value={email}
          error={missing ? 'Enter the e-mail address whose messages you want to see.' : undefined}
          onChange={(event) => setEmail(event.target.value)}
        />
        <div className="actions">
          <Button type="submit" busy={pending}>
            Show messages
          </Button>
        </div>
      </form>
      {error === undefined ? null : (
        <Notice tone="danger" live="alert">
          {error}
        </Notice>
      )}
      <p className="visually-hidden" role="status">
        {shown ? `${shown.mails.length} messages for ${shown.email}` : ''}
      </p>
      {shown ? (
        <section aria-label={`Messages for ${shown.email}`} className="stack">
          {shown.mails.length === 0 ? <p className="empty">No messages for {shown.email}. Messages may take a few seconds.</p> : null}
          {shown.mails.map((mail) => (
            <article className="panel mail" key={mail.id}>
              <h2>{mail.subject}</h2>
              <p className="muted">
                To {mail.to}, <time dateTime={new Date(mail.at).toISOString()}>{formatDayAndTime(mail.at)}</time>
              </p>
              <p className="mail-text">{mail.text}</p>
            </article>
          ))}
        </section>
      ) : null}
    </div>
  );
}
