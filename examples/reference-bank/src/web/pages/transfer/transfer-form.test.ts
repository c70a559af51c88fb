import { describe, expect, it } from 'vitest';
import { fieldOfRefusal, readTransferDraft } from './transfer-form';

const draft = { from: 'a1', to: '1234 5678 97', amount: '1,250.00', reference: ' Rent ' };

describe('readTransferDraft', () => {
  it('gives an order in minor units, with a plain number and a trimmed reference', () => {
    expect(readTransferDraft(draft)).toEqual({ order: { from: 'a1', to: '1234567897', amount: 125_000, reference: 'Rent' } });
  });

  it('names every field that is wrong, at once', () => {
    expect(readTransferDraft({ from: '', to: '12', amount: 'ten', reference: 'x'.repeat(141) })).toEqual({
      problems: {
        from: 'Choose the account to pay from.',
        to: 'An account number has ten digits.',
        amount: 'Write the amount like 1,234.50.',
        reference: 'Use at most 140 characters.',
      },
    });
  });

  it('tells an empty amount from a zero one', () => {
    expect(readTransferDraft({ ...draft, amount: '' })).toEqual({ problems: { amount: 'Enter an amount.' } });
    expect(readTransferDraft({ ...draft, amount: '0' })).toEqual({ problems: { amount: 'Enter an amount above zero.' } });
  });
});

describe('fieldOfRefusal', () => {
  it('ties a refusal to the field that can mend it', () => {
    expect(fieldOfRefusal(undefined, 'ERR_FUNDS_INSUFFICIENT')).toBe('amount');
    expect(fieldOfRefusal('to', 'ERR_FIELD_INVALID')).toBe('to');
    expect(fieldOfRefusal('idempotency-key', 'ERR_FIELD_INVALID')).toBeUndefined();
  });
});
