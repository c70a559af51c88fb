import { formatMoney, MINUS } from '../lib/money';

/** An amount in minor units. Money that came in is marked with a plus, never by colour alone; the minus of what went out is read as a word. */
export function Money({
  amount,
  currency,
  isSigned = false,
  className,
}: {
  amount: number;
  currency: string;
  isSigned?: boolean;
  className?: string;
}) {
  const tone = isSigned && amount > 0 ? ' money-in' : '';
  const text = formatMoney(amount, currency, { sign: isSigned ? 'always' : 'auto' });
  return (
    <span className={`money${tone}${className ? ` ${className}` : ''}`}>
      {text.startsWith(MINUS) ? (
        <>
          <span aria-hidden="true">{MINUS}</span>
          <span className="visually-hidden money-sign-read">minus </span>
          {text.slice(MINUS.length)}
        </>
      ) : (
        text
      )}
    </span>
  );
}
