import { TacitError } from '@tacit-auth/features';

/** Bounds on a line of the generic typing format. */
export const TYPING_RECORD_LIMITS = Object.freeze({
  /** UTF-16 units of a line, before anything is parsed. */
  maxLine: 2_000_000,
  maxKeys: 20_000,
  /** UTF-16 units of the name of a user or a group. */
  maxName: 256,
  maxKeyName: 64,
  /** Largest press or release time either side of 0, in ms: times may count from any origin, that of the clock included. */
  maxTime: 1e14,
});

/**
 * One sample of the generic typing format: `{"user":"7","group":"phrase","session":0,"index":3,"keys":[["KeyA",press,release],...]}`. A file
 * holds one a line, in time order per user.
 */
export interface TypingRecord {
  readonly user: string;
  /** The text that was typed, or another name of what may be compared; null where everything may. */
  readonly group: string | null;
  readonly session: number | null;
  readonly index: number | null;
  /** By rising press time, which counts in ms from any origin; a null release was never seen. */
  readonly keys: readonly (readonly [key: string | null, press: number, release: number | null])[];
}

export type TypingRecordErrorCode =
  /** The line is not a string, or too long. */
  | 'ERR_RECORD_SIZE'
  /** Not JSON. */
  | 'ERR_RECORD_JSON'
  /** A field is missing, of a wrong kind or out of range. */
  | 'ERR_RECORD_FIELD';

/** A line that is not a record. `field` names what is wrong, such as `keys[3][1]`; messages never repeat its value. */
export class TypingRecordError extends TacitError<TypingRecordErrorCode> {
  override readonly name: string = 'TypingRecordError';
}

/**
 * Reads one line of the generic typing format. A user may be given as a number; `group`, `session`, `index` and a release may be null or
 * left out; fields of other names are passed over.
 *
 * @throws TypingRecordError for anything else.
 */
export function parseTypingRecord(line: string): TypingRecord {
  if (typeof line !== 'string') {
    throw new TypingRecordError('ERR_RECORD_SIZE', 'line must be a string');
  }
  if (line.length > TYPING_RECORD_LIMITS.maxLine) {
    throw new TypingRecordError('ERR_RECORD_SIZE', `line must have at most ${TYPING_RECORD_LIMITS.maxLine} characters`);
  }
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new TypingRecordError('ERR_RECORD_JSON', 'line must be JSON', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypingRecordError('ERR_RECORD_JSON', 'line must be a JSON object');
  }
  const { user, group, session, index, keys } = value as Record<string, unknown>;
  return {
    user: nameOf(typeof user === 'number' && Number.isFinite(user) ? String(user) : user, 'user'),
    group: group === undefined || group === null ? null : nameOf(typeof group === 'number' ? String(group) : group, 'group'),
    session: countOf(session, 'session'),
    index: countOf(index, 'index'),
    keys: keysFrom(keys),
  };
}

function wrong(field: string, what: string): TypingRecordError {
  return new TypingRecordError('ERR_RECORD_FIELD', `${field} must be ${what}`, { field });
}

function nameOf(value: unknown, field: string): string {
  if (typeof value !== 'string' || value.length === 0 || value.length > TYPING_RECORD_LIMITS.maxName) {
    throw wrong(field, `a name of 1 to ${TYPING_RECORD_LIMITS.maxName} characters`);
  }
  return value;
}

function countOf(value: unknown, field: string): number | null {
  if (value === undefined || value === null) {
    return null;
  }
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw wrong(field, 'an integer or null');
  }
  return value;
}

function keysFrom(value: unknown): TypingRecord['keys'] {
  const { maxKeys, maxKeyName } = TYPING_RECORD_LIMITS;
  if (!Array.isArray(value) || value.length > maxKeys) {
    throw wrong('keys', `an array of at most ${maxKeys} keys`);
  }
  const keys = value.map((entry: unknown, i): TypingRecord['keys'][number] => {
    if (!Array.isArray(entry) || entry.length < 2 || entry.length > 3) {
      throw wrong(`keys[${i}]`, 'an array of name, press and release');
    }
    const [key, press, release] = entry as unknown[];
    if (key !== null && (typeof key !== 'string' || key.length > maxKeyName)) {
      throw wrong(`keys[${i}][0]`, `a name of at most ${maxKeyName} characters or null`);
    }
    return [key, timeOf(press, `keys[${i}][1]`), release === undefined || release === null ? null : timeOf(release, `keys[${i}][2]`)];
  });
  // Array.prototype.sort is stable: keys pressed at the same tick stay as they were written.
  return keys.sort((a, b) => a[1] - b[1]);
}

function timeOf(value: unknown, field: string): number {
  if (typeof value !== 'number' || !(Math.abs(value) <= TYPING_RECORD_LIMITS.maxTime)) {
    throw wrong(field, 'a time in ms');
  }
  return value;
}
