import { type SubmitEvent, useState } from 'react';
import { messageFor } from '../../api/messages';
import { Button } from '../../components/button';
import { TextField } from '../../components/field';
import { Notice } from '../../components/notice';
import { usePending, useRetriable } from '../../lib/use-submit';
import { useConsole } from './console-context';

export function ReissueCard() {
  const { operators } = useConsole();
  const [email, setEmail] = useState('');
  const [problem, setProblem] = useState<string | undefined>();
  const [done, setDone] = useState<string | undefined>();
  const { pending, run } = usePending();
  const sender = useRetriable((address: string, idempotencyKey: string) => operators.reissueCard(address, { idempotencyKey }));

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
