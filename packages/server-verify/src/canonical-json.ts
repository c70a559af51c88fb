/** Deepest nesting that is digested. */
const MAX_DEPTH = 64;

/**
 * JSON with the keys of every object in code unit order: one text for each value, whatever order its properties came in. A property that
 * is undefined counts as absent; a byte array is written as a list of numbers.
 *
 * @throws TypeError for a value that JSON has no form for; RangeError for one nested deeper than 64.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) {
    throw new RangeError(`value must be nested at most ${MAX_DEPTH} deep`);
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') {
    return JSON.stringify(value);
  }
  if (typeof value === 'number' && Number.isFinite(value)) {
    return JSON.stringify(value);
  }
  if (value instanceof Uint8Array) {
    return `[${value.join(',')}]`;
  }
  if (Array.isArray(value)) {
    return `[${value.map((item) => write(item, depth + 1)).join(',')}]`;
  }
  if (typeof value === 'object') {
    const fields = value as Record<string, unknown>;
    const parts = Object.keys(fields)
      .filter((key) => fields[key] !== undefined)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${write(fields[key], depth + 1)}`);
    return `{${parts.join(',')}}`;
  }
  throw new TypeError('value must be JSON');
}
