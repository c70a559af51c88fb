import { Loading, PageHeading } from '../../components/page';
import { LoadProblem } from '../../components/problem';
import { RowAction } from '../../components/row-action';
import { formatDayAndTime } from '../../lib/dates';
import { useLoad } from '../../lib/use-load';
import { useConsole } from './console-context';

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
        <p className="muted">Mail and webhooks that could not be delivered after the last try.</p>
      </PageHeading>
      <div className="columns">
        <FailedList
          id="failed-mail"
          title="Failed mail"
          empty="Every message was delivered."
          load={async (signal) => (await operators.failedMail(signal)).map(({ kind, ...mail }) => ({ ...mail, name: kind }))}
          retry={(id, idempotencyKey) => operators.retryMail(id, { idempotencyKey })}
        />
        <FailedList
          id="failed-deliveries"
          title="Failed webhooks"
          empty="Every alert was delivered."
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
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {error === undefined ? null : <LoadProblem text={error} onRetry={reload} />}
      {data === undefined && error === undefined ? <Loading what={title.toLowerCase()} /> : null}
      {data?.length === 0 ? <p className="empty">{empty}</p> : null}
      {data && data.length > 0 ? (
        <ul className="rows" aria-labelledby={id}>
          {data.map((failed) => (
            <li key={failed.id} className="row">
              <div className="row-text">
                <p>
                  <strong>{failed.name}</strong> <span className="muted">{formatDayAndTime(failed.at)}</span>
                </p>
                <p>
                  {failed.attempts === 1 ? '1 attempt' : `${failed.attempts} attempts`}. {failed.lastError}
                </p>
              </div>
              <RowAction
                label="Retry"
                about={`${title}: ${failed.name}`}
                act={async (idempotencyKey) => {
                  await retry(failed.id, idempotencyKey);
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
