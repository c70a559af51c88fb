const STATUS = {
  ERR_ACCOUNT_UNKNOWN: 404,
  ERR_ENTRY_UNKNOWN: 404,
  ERR_PAYEE_UNKNOWN: 422,
  ERR_AMOUNT_INVALID: 422,
  ERR_FUNDS_INSUFFICIENT: 409,
  ERR_CONFIRMATION_NEEDED: 403,
  ERR_IDEMPOTENCY_KEY_MISSING: 400,
  ERR_IDEMPOTENCY_KEY_REUSED: 409,
  ERR_FIELD_INVALID: 422,
  ERR_BODY_INVALID: 400,
  ERR_BODY_TOO_LARGE: 413,
  ERR_ROLE: 403,
  ERR_NOT_FOUND: 404,
} as const;

export type BankErrorCode = keyof typeof STATUS;

/** A refusal of the bank: what happened, which field, and the HTTP status that goes with it. */
export class BankError extends Error {
  override readonly name = 'BankError';
  readonly status: (typeof STATUS)[BankErrorCode];

  constructor(
    readonly code: BankErrorCode,
    message: string,
    readonly field?: string,
  ) {
    super(message);
    this.status = STATUS[code];
  }

  toJSON() {
    return { error: { code: this.code, message: this.message, ...(this.field ? { field: this.field } : {}) } };
  }
}
