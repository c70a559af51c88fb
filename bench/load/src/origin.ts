/** The bank's own address in these measurements. */
export const ORIGIN = 'https://bank.example';
