import { formatMoney } from '../lib/money';

/** An amount in minor units. Money that came in is marked with a plus, never by colour alone. */
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
  return (
    <span className={`money${tone}${className ? ` ${className}` : ''}`}>
      {formatMoney(amount, currency, { sign: isSigned ? 'always' : 'auto' })}
    </span>
  );
}
