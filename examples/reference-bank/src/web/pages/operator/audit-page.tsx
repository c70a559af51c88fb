import { useState } from 'react';
import { messageFor } from '../../api/messages';
import type { AuditEntryView, AuditPerson, AuditVerdict } from '../../api/operator-types';
import { Button } from '../../components/button';
import { DeedError } from '../../components/deed-error';
import { Notice } from '../../components/notice';
import { Loading, PageHeading } from '../../components/page';
import { LoadProblem } from '../../components/problem';
import { formatDayAndTime } from '../../lib/dates';
import { usePages } from '../../lib/use-pages';
import { usePending, useRetriable } from '../../lib/use-submit';
import { useConsole } from './console-context';
import { CustomerLink } from './customer-link';
import { entryAsWritten, entryFacts, entryWords } from './operator-words';

export function AuditPage() {
  const { operators } = useConsole();
  const { items, error, hasMore, isLoading, more, reload } = usePages((after, signal) => operators.audit(after, signal), [operators]);
  const verifying = useVerification(null);
  return (
    <>
      <PageHeading title="Audit log">
        <p className="muted">
          What operators did. Each entry is chained to the one before it, so that none can be changed or taken out unseen.
        </p>
      </PageHeading>
      <div className="actions">
        <Button
          busy={verifying.pending}
          onClick={() =>
            void verifying.verify().then(() => {
              // That it was verified is an entry, too.
              reload();
            })
          }
        >
          Verify the log
        </Button>
      </div>
      <VerdictNotice verdict={verifying.verdict} />
      <DeedError text={verifying.error} />
      <section className="panel" aria-labelledby="entries-title">
        <h2 id="entries-title">Entries</h2>
        {error === undefined ? null : <LoadProblem text={error} onRetry={reload} />}
        {items === undefined && error === undefined ? <Loading what="entries" /> : null}
        {items?.length === 0 ? <p className="empty">Nothing was done yet.</p> : null}
        {items && items.length > 0 ? (
          <ol className="rows" aria-labelledby="entries-title" reversed start={items[0]?.sequence ?? 1}>
            {items.map((entry) => (
              <EntryRow key={entry.sequence} entry={entry} />
            ))}
          </ol>
        ) : null}
        {hasMore ? (
          <div className="actions">
            <Button look="secondary" busy={isLoading} onClick={more}>
              Show earlier entries
            </Button>
          </div>
        ) : null}
      </section>
    </>
  );
}

function EntryRow({ entry }: { entry: AuditEntryView }) {
  const { sequence, at, type, people } = entry;
  const facts = entryFacts(entry);
  return (
    <li className="row row-entry">
      <div className="row-text">
        <p>
          <strong>{entryWords(type)}</strong> <span className="muted">{formatDayAndTime(at)}</span>
        </p>
        {facts === '' ? null : <p>{facts}</p>}
        {people.operator === undefined ? null : <PersonLine does="By" person={people.operator} />}
        {people.subject === undefined ? null : <PersonLine does="About" person={people.subject} />}
        {type === 'erased-entry' ? null : (
          <details>
            <summary>
              As it is written<span className="visually-hidden"> in entry {sequence}</span>
            </summary>
            <p className="muted detail">{entryAsWritten(entry)}</p>
          </details>
        )}
      </div>
      <span className="tag">{`No. ${sequence}`}</span>
    </li>
  );
}

/** Who did something, or whom it was done to. */
function PersonLine({ does, person }: { does: string; person: AuditPerson | null }) {
  return (
    <p className="detail">
      <span className="muted">{does}</span>{' '}
      {person === null ? (
        <span className="muted">somebody erased, or not known here</span>
      ) : (
        <CustomerLink name={person.name ?? 'Without a name'} email={person.email} />
      )}
    </p>
  );
}

/** Has a chain checked: the operators', or that of a customer. */
export function useVerification(subject: string | null): {
  verdict: AuditVerdict | undefined;
  error: string | undefined;
  pending: boolean;
  verify: () => Promise<void>;
} {
  const { operators } = useConsole();
  const [verdict, setVerdict] = useState<AuditVerdict | undefined>();
  const [error, setError] = useState<string | undefined>();
  const { pending, run } = usePending();
  const sender = useRetriable((_body: null, idempotencyKey: string) => operators.verifyAudit(subject, { idempotencyKey }));
  const verify = (): Promise<void> =>
    run(async () => {
      setError(undefined);
      try {
        setVerdict(await sender.submit('verify', () => null));
      } catch (failure) {
        setVerdict(undefined);
        setError(messageFor(failure));
      }
    });
  return { verdict, error, pending, verify };
}

export function VerdictNotice({ verdict }: { verdict: AuditVerdict | undefined }) {
  return (
    <div role="status">
      {verdict === undefined ? null : verdict.status === 'intact' ? (
        <Notice tone="good">{`The log is whole: ${verdict.entries === 1 ? '1 entry' : `${verdict.entries} entries`}, each chained to the one before.`}</Notice>
      ) : (
        <Notice tone="danger" title="The log is broken">
          {`Entry ${verdict.entry} is not what was written. Keep the database as it is, and have it looked into.`}
        </Notice>
      )}
    </div>
  );
}
