import { useState } from 'react';
import { ApiError } from '../../api/api-error';
import { messageFor } from '../../api/messages';
import type { Account, TransferCheck, TransferDone, TransferOrder } from '../../api/types';
import { Button } from '../../components/button';
import { useCardConfirmation } from '../../components/card-confirmation';
import { Notice } from '../../components/notice';
import { formatMoney } from '../../lib/money';
import { usePending, useRetriable } from '../../lib/use-submit';
import { useSession } from '../../session/session-context';
import { TransferFacts } from './transfer-facts';
import { fieldOfRefusal, type TransferDraft } from './transfer-form';

export interface TransferReviewProps {
  from: Account | undefined;
  order: TransferOrder;
  check: TransferCheck;
  onBack: (refusal?: { field: keyof TransferDraft; text: string }) => void;
  onDone: (done: TransferDone) => void;
}

class CardDeclined extends Error {}

/** The last look before money moves. A lost answer is retried with the same key and the same confirmation, so nothing is paid twice. */
export function TransferReview({ from, order, check, onBack, onDone }: TransferReviewProps) {
  const { bank } = useSession();
  const [needsCode, setNeedsCode] = useState(check.needsCode);
  const [error, setError] = useState<string | undefined>();
  const { pending, run } = usePending();
  const { confirm, dialog } = useCardConfirmation();
  const currency = from?.currency ?? 'EUR';
  const sender = useRetriable((body: TransferOrder & { confirmation?: string }, idempotencyKey: string) =>
    bank.transfer(body, { idempotencyKey }),
  );

  async function makeBody(): Promise<TransferOrder & { confirmation?: string }> {
    if (!needsCode) {
      return order;
    }
    const confirmation = await confirm({
      purpose: 'transfer',
      binding: check.binding,
      title: 'Confirm this transfer',
      lead: `${formatMoney(order.amount, currency)} to ${check.payee}. Please confirm with your card.`,
      submitLabel: 'Confirm',
    });
    if (confirmation === null) {
      throw new CardDeclined('the card dialog was left');
    }
    return { ...order, confirmation };
  }

  async function pay(): Promise<void> {
    setError(undefined);
    try {
      onDone(await sender.submit(JSON.stringify(order), makeBody));
    } catch (failure) {
      if (failure instanceof CardDeclined) {
        return;
      }
      const code = failure instanceof ApiError ? failure.code : '';
      if (code === 'ERR_CONFIRMATION_NEEDED') {
        setNeedsCode(true);
      }
      const field = failure instanceof ApiError ? fieldOfRefusal(failure.field, failure.code) : undefined;
      if (field) {
        onBack({ field, text: messageFor(failure) });
      } else {
        setError(messageFor(failure));
      }
    }
  }

  return (
    <>
      {error === undefined ? null : (
        <Notice tone="danger" live="alert">
          {error}
        </Notice>
      )}
      <div className="panel stack">
        <TransferFacts from={from} order={order} payee={check.payee} />
        {needsCode ? <Notice tone="info">For a transfer of this size, please have your matrix card at hand.</Notice> : null}
        <div className="actions">
          <Button busy={pending} onClick={() => void run(pay)}>
            {`Pay ${formatMoney(order.amount, currency)}`}
          </Button>
          <Button look="quiet" onClick={() => onBack()}>
            Change details
          </Button>
        </div>
      </div>
      {dialog}
    </>
  );
}
