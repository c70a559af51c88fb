import { useState } from 'react';
import type { Account, TransferCheck, TransferDone, TransferOrder } from '../../api/types';
import { Loading, PageHeading } from '../../components/page';
import { LoadProblem } from '../../components/problem';
import { useLoad } from '../../lib/use-load';
import { useSession } from '../../session/session-context';
import { TransferEntry } from './transfer-entry';
import type { TransferDraft } from './transfer-form';
import { TransferResult } from './transfer-result';
import { TransferReview } from './transfer-review';

type Stage =
  | { is: 'entry'; problems?: { field: keyof TransferDraft | undefined; text: string } }
  | { is: 'review'; order: TransferOrder; check: TransferCheck }
  | { is: 'result'; order: TransferOrder; payee: string; done: TransferDone };

const TITLES = { entry: 'Make a transfer', review: 'Check your transfer', result: 'Transfer made' } as const;
const emptyDraft = (from: string): TransferDraft => ({ from, to: '', amount: '', reference: '' });

export function TransferPage() {
  const { bank } = useSession();
  const { data, error, reload } = useLoad((signal) => bank.accounts(signal), [bank]);
  const [stage, setStage] = useState<Stage>({ is: 'entry' });
  return (
    <div className="narrow">
      <PageHeading title={TITLES[stage.is]} step={stage.is} />
      {error === undefined ? null : <LoadProblem text={error} onRetry={reload} />}
      {data === undefined && error === undefined ? <Loading what="your accounts" /> : null}
      {data ? <Stages accounts={data} stage={stage} onStage={setStage} onDone={reload} /> : null}
    </div>
  );
}

function Stages({
  accounts,
  stage,
  onStage,
  onDone,
}: {
  accounts: readonly Account[];
  stage: Stage;
  onStage: (stage: Stage) => void;
  onDone: () => void;
}) {
  const [draft, setDraft] = useState<TransferDraft>(() => emptyDraft(accounts[0]?.id ?? ''));
  const from = accounts.find(({ id }) => id === draft.from);
  switch (stage.is) {
    case 'entry':
      return (
        <TransferEntry
          accounts={accounts}
          draft={draft}
          onDraft={setDraft}
          refusal={stage.problems}
          onChecked={(order, check) => onStage({ is: 'review', order, check })}
        />
      );
    case 'review':
      return (
        <TransferReview
          from={from}
          order={stage.order}
          check={stage.check}
          onBack={(problems) => onStage(problems ? { is: 'entry', problems } : { is: 'entry' })}
          onDone={(done) => {
            onStage({ is: 'result', order: stage.order, payee: stage.check.payee, done });
            onDone();
          }}
        />
      );
    case 'result':
      return (
        <TransferResult
          from={from}
          order={stage.order}
          payee={stage.payee}
          done={stage.done}
          onAnother={() => {
            setDraft(emptyDraft(draft.from));
            onStage({ is: 'entry' });
          }}
        />
      );
  }
}
