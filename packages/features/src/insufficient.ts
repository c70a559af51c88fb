/** Every reason for which there is too little to compute or to judge. */
export const INSUFFICIENT_REASONS = [
  /** Fewer key presses than the computation needs. */
  'too-few-keys',
  /** More keys than a template holds. */
  'too-many-keys',
  /** A key-up was never seen, so a hold time is unknown. */
  'missing-releases',
  /** The entry was corrected or the cursor was moved. */
  'corrected',
  /** Text came from the clipboard. */
  'pasted',
  /** Text was dropped into the field. */
  'dropped',
  /** The browser or a password manager filled the field. */
  'autofilled',
  /** An input method composed the text, so presses are not characters. */
  'composed',
  /** The entry has another number of keys than the template. */
  'length-mismatch',
  /** Fewer samples than a detector's minimum. */
  'too-few-samples',
  /** Fewer values than a statistic needs. */
  'too-few-values',
  /** The presses span no time, so there is no speed. */
  'no-duration',
  /** The measured clock step is too coarse for the computation. */
  'coarse-clock',
  /** No population of other people to compare with. */
  'no-population',
  /** A window of a session, not an entry of one text. */
  'free-text-window',
  /** Fewer windows of a session than a detector needs. */
  'too-few-windows',
  /** Fewer actions of a pointer than the computation needs. */
  'too-few-actions',
  /** Fewer events of keyboard and pointer than a session vector needs. */
  'too-few-events',
  /** What no person makes: all times alike, one key only, one point only. */
  'degenerate-input',
] as const;

export type InsufficientReason = (typeof INSUFFICIENT_REASONS)[number];

/** Too little data, said explicitly: never a vector of zeros, never a default score. */
export interface Insufficient {
  readonly status: 'insufficient';
  readonly reason: InsufficientReason;
  /** For people who read logs: counts and names of checks, never timings, text or key names. */
  readonly detail?: string;
}

const reasons: ReadonlySet<unknown> = new Set(INSUFFICIENT_REASONS);

/**
 * Builds a frozen {@link Insufficient}.
 *
 * @throws TypeError if `reason` is not one of {@link INSUFFICIENT_REASONS} or `detail` is not a string.
 */
export function insufficient(reason: InsufficientReason, detail?: string): Insufficient {
  if (!reasons.has(reason)) {
    throw new TypeError('reason must be one of INSUFFICIENT_REASONS');
  }
  if (detail !== undefined && typeof detail !== 'string') {
    throw new TypeError('detail must be a string');
  }
  return Object.freeze<Insufficient>(
    detail === undefined ? { status: 'insufficient', reason } : { status: 'insufficient', reason, detail },
  );
}

/** Narrows any result to {@link Insufficient}. */
export function isInsufficient(value: unknown): value is Insufficient {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const { status, reason } = value as { status?: unknown; reason?: unknown };
  return status === 'insufficient' && reasons.has(reason);
}
