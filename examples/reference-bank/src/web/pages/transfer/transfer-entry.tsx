import { type SubmitEvent, useRef, useState } from 'react';
import { ApiError } from '../../api/api-error';
import { messageFor } from '../../api/messages';
import type { Account, TransferCheck, TransferOrder } from '../../api/types';
import { Button } from '../../components/button';
import { ErrorSummary, type FormProblem } from '../../components/error-summary';
import { FieldFrame, TextField } from '../../components/field';
import { groupedAccountNumber } from '../../lib/account-number';
import { formatMoney } from '../../lib/money';
import { usePending } from '../../lib/use-submit';
import { useCheckedField } from '../../session/checked-fields';
import { useSession } from '../../session/session-context';
import { fieldOfRefusal, MAX_REFERENCE, readTransferDraft, type TransferDraft } from './transfer-form';

const idOf = (field: string): string => `transfer-${field}`;
const toProblem = (field: string | undefined, text: string): FormProblem => (field === undefined ? { text } : { id: idOf(field), text });

export interface TransferEntryProps {
  accounts: readonly Account[];
  draft: TransferDraft;
  onDraft: (draft: TransferDraft) => void;
  /** Why the bank sent the customer back from the review. */
  refusal: { field: keyof TransferDraft | undefined; text: string } | undefined;
  onChecked: (order: TransferOrder, check: TransferCheck) => void;
}

export function TransferEntry({ accounts, draft, onDraft, refusal, onChecked }: TransferEntryProps) {
  const { bank } = useSession();
  const [problems, setProblems] = useState<FormProblem[]>(refusal ? [toProblem(refusal.field, refusal.text)] : []);
  const { pending, run } = usePending();
  const reference = useRef<HTMLInputElement>(null);
  useCheckedField(reference);
  const problemOf = (field: keyof TransferDraft): string | undefined => problems.find(({ id }) => id === idOf(field))?.text;
  const set = (change: Partial<TransferDraft>): void => onDraft({ ...draft, ...change });

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const read = readTransferDraft(draft);
    if ('problems' in read) {
      setProblems(Object.entries(read.problems).map(([field, text]) => toProblem(field, text)));
      return;
    }
    setProblems([]);
    void run(async () => {
      try {
        onChecked(read.order, await bank.checkTransfer(read.order));
      } catch (failure) {
        const field = failure instanceof ApiError ? fieldOfRefusal(failure.field, failure.code) : undefined;
        setProblems([toProblem(field, messageFor(failure))]);
      }
    });
  }

  return (
    <>
      <ErrorSummary problems={problems} />
      <form className="form panel" noValidate onSubmit={onSubmit}>
        <FieldFrame id={idOf('from')} label="From" error={problemOf('from')}>
          {(described) => (
            <select
              id={idOf('from')}
              className="input"
              {...described}
              value={draft.from}
              onChange={(event) => set({ from: event.target.value })}
            >
              {accounts.map((account) => (
                <option key={account.id} value={account.id}>
                  {account.name} · {formatMoney(account.balance, account.currency)}
                </option>
              ))}
            </select>
          )}
        </FieldFrame>
        <TextField
          id={idOf('to')}
          label="Payee account number"
          hint={
            accounts.length > 1
              ? `Ten digits. Your other account is ${groupedAccountNumber(accounts.find(({ id }) => id !== draft.from)?.number ?? '')}.`
              : 'Ten digits.'
          }
          inputMode="numeric"
          autoComplete="off"
          maxLength={20}
          value={draft.to}
          error={problemOf('to')}
          onChange={(event) => set({ to: event.target.value })}
        />
        <TextField
          id={idOf('amount')}
          label="Amount in euro"
          inputMode="decimal"
          autoComplete="off"
          maxLength={24}
          className="input input-money"
          value={draft.amount}
          error={problemOf('amount')}
          onChange={(event) => set({ amount: event.target.value })}
        />
        <TextField
          id={idOf('reference')}
          label="Reference (optional)"
          inputRef={reference}
          autoComplete="off"
          maxLength={MAX_REFERENCE}
          value={draft.reference}
          error={problemOf('reference')}
          onChange={(event) => set({ reference: event.target.value })}
        />
        <div className="actions">
          <Button type="submit" busy={pending}>
            Continue
          </Button>
        </div>
      </form>
    </>
  );
}
