import { useState } from 'react';
import { Notice } from '../../components/notice';
import { Loading, PageHeading } from '../../components/page';
import { LoadProblem } from '../../components/problem';
import { RowAction } from '../../components/row-action';
import { formatDayAndTime } from '../../lib/dates';
import { useLoad } from '../../lib/use-load';
import { useConsole } from './console-context';
import { failureWords, kindWords } from './operator-words';

interface Failed {
  id: string;
  at: number;
  /** What it was, such as the kind of a mail. */
  name: string;
  attempts: number;
  lastError: string;
}

export function MessagesPage() {
  const { operators } = useConsole();
  return (
    <>
      <PageHeading title="Messages">
        <p className="muted">
          Mail and webhooks that nobody took in five tries over half an hour. They wait here until you send them again, or are too old to be
          kept.
        </p>
      </PageHeading>
      <div className="columns">
        <FailedList
          id="failed-mail"
          title="Failed mail"
          empty="No mail waits for you."
          load={async (signal) => (await operators.failedMail(signal)).map(({ kind, ...mail }) => ({ ...mail, name: kind }))}
          retry={(id, idempotencyKey) => operators.retryMail(id, { idempotencyKey })}
        />
        <FailedList
          id="failed-deliveries"
          title="Failed webhooks"
          empty="No alert waits for you."
          load={async (signal) => (await operators.failedDeliveries(signal)).map(({ sink, ...delivery }) => ({ ...delivery, name: sink }))}
          retry={(id, idempotencyKey) => operators.retryDelivery(id, { idempotencyKey })}
        />
      </div>
    </>
  );
}

function FailedList({
  id,
  title,
  empty,
  load,
  retry,
}: {
  id: string;
  title: string;
  empty: string;
  load: (signal: AbortSignal) => Promise<Failed[]>;
  retry: (id: string, idempotencyKey: string) => Promise<unknown>;
}) {
  const { data, error, reload } = useLoad(load, [id]);
  const [isResent, setResent] = useState(false);
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <div role="status">
        {isResent ? <Notice tone="good">It is on its way again. If nobody takes it, it comes back here after the last try.</Notice> : null}
      </div>
      {error === undefined ? null : <LoadProblem text={error} onRetry={reload} />}
      {data === undefined && error === undefined ? <Loading what={title.toLowerCase()} /> : null}
      {data?.length === 0 ? <p className="empty">{empty}</p> : null}
      {data && data.length > 0 ? (
        <ul className="rows" aria-labelledby={id}>
          {data.map((failed) => (
            <li key={failed.id} className="row">
              <div className="row-text">
                <p>
                  <strong>{kindWords(failed.name)}</strong> <span className="muted">{formatDayAndTime(failed.at)}</span>
                </p>
                <p>
                  {failed.attempts === 1 ? '1 attempt' : `${failed.attempts} attempts`}. {failureWords(failed.lastError)}{' '}
                  <span className="tag">{failed.lastError}</span>
                </p>
              </div>
              <RowAction
                label="Retry"
                about={`${title}: ${kindWords(failed.name)}, ${formatDayAndTime(failed.at)}`}
                act={async (idempotencyKey) => {
                  setResent(false);
                  await retry(failed.id, idempotencyKey);
                  setResent(true);
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
