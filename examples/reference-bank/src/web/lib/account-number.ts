/** An account number without blanks, in upper case, as the bank stores it. */
export const plainAccountNumber = (text: string): string => text.replace(/\s+/g, '').toUpperCase();

/** An account number in groups of four, as it is printed. */
export const groupedAccountNumber = (number: string): string => plainAccountNumber(number).replace(/(.{4})(?=.)/g, '$1 ');
