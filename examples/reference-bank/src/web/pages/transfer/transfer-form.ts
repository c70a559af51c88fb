import type { TransferOrder } from '../../api/types';
import { plainAccountNumber } from '../../lib/account-number';
import { formatMoney, MOST_MONEY, parseMoney } from '../../lib/money';

/** What stands in the fields of the transfer form. */
export interface TransferDraft {
  from: string;
  to: string;
  amount: string;
  reference: string;
}

export type TransferProblems = { [Field in keyof TransferDraft]?: string };

export const MAX_REFERENCE = 140;

const AMOUNT_PROBLEM = {
  empty: 'Enter an amount.',
  form: 'Write the amount like 1,234.50.',
  zero: 'Enter an amount above zero.',
  large: `Enter at most ${formatMoney(MOST_MONEY, 'EUR')}.`,
} as const;

/** Reads the form: an order, or what is wrong with which field. */
export function readTransferDraft(draft: TransferDraft): { order: TransferOrder } | { problems: TransferProblems } {
  const problems: TransferProblems = {};
  const to = plainAccountNumber(draft.to);
  const money = parseMoney(draft.amount);
  const reference = draft.reference.trim();
  if (draft.from === '') {
    problems.from = 'Choose the account to pay from.';
  }
  if (!/^\d{10}$/.test(to)) {
    problems.to = to === '' ? 'Enter the account number of the payee.' : 'An account number has ten digits.';
  }
  if (money.status === 'invalid') {
    problems.amount = AMOUNT_PROBLEM[money.reason];
  }
  if (reference.length > MAX_REFERENCE) {
    problems.reference = `Use at most ${MAX_REFERENCE} characters.`;
  }
  if (money.status === 'invalid' || Object.keys(problems).length > 0) {
    return { problems };
  }
  return { order: { from: draft.from, to, amount: money.amount, reference } };
}

/** The field of the form that a refusal of the bank belongs to. */
export function fieldOfRefusal(field: string | undefined, code: string): keyof TransferDraft | undefined {
  if (code === 'ERR_FUNDS_INSUFFICIENT' || code === 'ERR_AMOUNT_INVALID') {
    return 'amount';
  }
  if (code === 'ERR_PAYEE_UNKNOWN') {
    return 'to';
  }
  return field === 'from' || field === 'to' || field === 'amount' || field === 'reference' ? field : undefined;
}
