/** Account numbers are ten digits; the last is the Luhn check digit, so that a slip of the finger is caught before money moves. */
export function accountNumber(digits: string): string {
  if (!/^\d{9}$/.test(digits)) throw new RangeError('digits: nine digits are needed');
  return digits + luhnDigit(digits);
}

export function isAccountNumber(value: string): boolean {
  return /^\d{10}$/.test(value) && luhnDigit(value.slice(0, 9)) === value[9];
}

function luhnDigit(digits: string): string {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
}
