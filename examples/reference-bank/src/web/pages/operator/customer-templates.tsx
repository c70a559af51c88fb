import { useState } from 'react';
import { messageFor } from '../../api/messages';
import type { CustomerTemplates, Retraining } from '../../api/operator-types';
import { Button } from '../../components/button';
import { DeedError } from '../../components/deed-error';
import { Notice } from '../../components/notice';
import { Loading } from '../../components/page';
import { LoadProblem } from '../../components/problem';
import { formatAge } from '../../lib/dates';
import { useLoad } from '../../lib/use-load';
import { usePending, useRetriable } from '../../lib/use-submit';
import { useVerification, VerdictNotice } from './audit-page';
import { useConsole } from './console-context';

const RETRAINED: Readonly<Record<Retraining['status'], string>> = {
  retrained: 'The template was made anew from the entries that it holds.',
  unchanged: 'The template is as this version would make it. Nothing was changed.',
  'no-template': 'There is no template.',
};

/** What is known of a template of typing, in a line. */
export function typingWords(typing: CustomerTemplates['typing']): string {
  if (typing === null) {
    return 'None';
  }
  if (typing.state === 'unreadable') {
    return 'Can not be read: the card is asked for at each sign-in';
  }
  const { learned, readyAt, enrolledAt, lastLearned } = typing;
  const age = `enrolled ${formatAge(enrolledAt)}, learned ${formatAge(lastLearned)}`;
  return typing.state === 'ready' ? `Ready: ${learned} entries, ${age}` : `Young: ${learned} of ${readyAt} entries, ${age}`;
}

/** The same of what sessions taught. */
export function sessionWords(session: CustomerTemplates['session']): string {
  if (session === null) {
    return 'None';
  }
  if (session.state === 'unreadable') {
    return 'Can not be read: sessions are not compared';
  }
  const { state, sessions, days, typing, pointer, learnedAt } = session;
  const of = `${sessions === 1 ? '1 session' : `${sessions} sessions`} on ${days === 1 ? '1 day' : `${days} days`}, ${typing?.keys ?? 0} keys and ${pointer?.actions ?? 0} movements`;
  return `${state === 'ready' ? 'Ready' : 'Young'}: ${of}, learned ${formatAge(learnedAt)}`;
}

export function CustomerTemplatesPanel({ subject, about }: { subject: string; about: string }) {
  const { operators } = useConsole();
  const { data, error, reload } = useLoad(() => operators.templates(subject), [operators, subject]);
  const verifying = useVerification(subject);
  const [retrained, setRetrained] = useState<Retraining['status'] | undefined>();
  const [problem, setProblem] = useState<string | undefined>();
  const { pending, run } = usePending();
  const sender = useRetriable((_body: null, idempotencyKey: string) => operators.retrain(subject, { idempotencyKey }));

  async function retrain(): Promise<void> {
    setProblem(undefined);
    try {
      const { status } = await sender.submit('retrain', () => null);
      setRetrained(status);
      // Another look is another entry in the log.
      if (status === 'retrained') {
        reload();
      }
    } catch (failure) {
      setProblem(messageFor(failure));
    }
  }

  return (
    <section className="row-more stack" aria-label={`Templates of ${about}`}>
      {error === undefined ? null : <LoadProblem text={error} onRetry={reload} />}
      {data === undefined && error === undefined ? <Loading what="templates" /> : null}
      {data === undefined ? null : (
        <>
          <dl className="facts">
            <div>
              <dt>Typing the password</dt>
              <dd>{typingWords(data.typing)}</dd>
            </div>
            <div>
              <dt>In sessions</dt>
              <dd>{sessionWords(data.session)}</dd>
            </div>
          </dl>
          <div className="actions">
            <Button look="secondary" busy={pending} onClick={() => void run(retrain)}>
              Retrain<span className="visually-hidden"> {about}</span>
            </Button>
            <Button look="secondary" busy={verifying.pending} onClick={() => void verifying.verify()}>
              Verify the audit log<span className="visually-hidden"> of {about}</span>
            </Button>
          </div>
          <div role="status">{retrained === undefined ? null : <Notice tone="good">{RETRAINED[retrained]}</Notice>}</div>
          <DeedError text={problem ?? verifying.error} />
          <VerdictNotice verdict={verifying.verdict} />
        </>
      )}
    </section>
  );
}
