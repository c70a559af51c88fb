/** Money is an integer of minor units (cents); a float never holds it. */

const CURRENCY_DIGITS = 2;

/** The sign, as wide as a plus. A hyphen in its place is passed over by screen readers. */
export const MINUS = '\u2212';

/** Writes minor units as text, exactly: `123450` becomes `€1,234.50`, what is below zero has a {@link MINUS}. `sign: 'always'` marks money that came in with a plus. */
export function formatMoney(amount: number, currency: string, options: { sign?: 'auto' | 'always' } = {}): string {
  if (!Number.isSafeInteger(amount)) {
    throw new RangeError('amount must be a safe integer of minor units');
  }
  const digits = Math.abs(amount)
    .toString()
    .padStart(CURRENCY_DIGITS + 1, '0');
  const whole = digits.slice(0, -CURRENCY_DIGITS);
  const text = `${amount < 0 ? '-' : ''}${whole}.${digits.slice(-CURRENCY_DIGITS)}`;
  // A decimal string keeps every cent; amount / 100 would not for very large sums.
  const formatted = new Intl.NumberFormat('en-IE', {
    style: 'currency',
    currency,
    signDisplay: options.sign === 'always' ? 'exceptZero' : 'auto',
  }).format(text as `${number}`);
  return formatted.replace(/^-/, MINUS);
}

export type ParsedMoney = { status: 'ok'; amount: number } | { status: 'invalid'; reason: 'empty' | 'form' | 'zero' | 'large' };

/** The most that one form takes: one thousand million euro. */
export const MOST_MONEY = 100_000_000_000;

const GROUPED = /^\d{1,3}(?:[ ,'’\u00a0\u202f]\d{3})+$/;
const PLAIN = /^\d{1,15}$/;

/**
 * Reads an amount as people write it: `1234`, `1,234.5`, `1 234,50`, `€ 12`. A point or comma followed by one or two last digits is the decimal mark.
 * Anything that could be meant in two ways (`1.234`) is refused.
 */
export function parseMoney(text: string): ParsedMoney {
  const trimmed = text.replace(/^\s*€?\s*|\s*€?\s*$/g, '');
  if (trimmed === '') {
    return { status: 'invalid', reason: 'empty' };
  }
  const match = /^(.*?)(?:[.,](\d{1,2}))?$/.exec(trimmed);
  const whole = match?.[1] ?? '';
  const cents = (match?.[2] ?? '').padEnd(CURRENCY_DIGITS, '0');
  if (!PLAIN.test(whole) && !GROUPED.test(whole)) {
    return { status: 'invalid', reason: 'form' };
  }
  const amount = Number(whole.replace(/\D/g, '') + cents);
  if (!Number.isSafeInteger(amount) || amount > MOST_MONEY) {
    return { status: 'invalid', reason: 'large' };
  }
  return amount === 0 ? { status: 'invalid', reason: 'zero' } : { status: 'ok', amount };
}
