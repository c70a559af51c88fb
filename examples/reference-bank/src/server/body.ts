import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { z } from 'zod';
import { BankError } from './bank-error';

const MAX_BODY_BYTES = 16 * 1024;

/** Refuses a longer body while it is read, before anything looks at it. */
export const limitBody = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: () => {
    throw new BankError('ERR_BODY_TOO_LARGE', `The body is over ${MAX_BODY_BYTES} bytes.`);
  },
});

/**
 * Waits for the whole body before the session is looked at: whoever takes his time to send it would else act in a session as it was when he began, though it
 * has been locked or ended since.
 */
export const receiveBody: MiddlewareHandler = async (context, next) => {
  try {
    await context.req.text();
  } catch {
    throw new BankError('ERR_BODY_INVALID', 'The body broke off.');
  }
  await next();
};

/** Reads a JSON body and checks it against its schema; the first wrong field is named. */
export async function readBody<Schema extends z.ZodType>(context: Context, schema: Schema): Promise<z.infer<Schema>> {
  if (!/^application\/json\b/i.test(context.req.header('content-type') ?? '')) {
    throw new BankError('ERR_BODY_INVALID', 'The body must be JSON.', 'content-type');
  }
  const text = await context.req.text();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BankError('ERR_BODY_INVALID', 'The body is not JSON.');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BankError('ERR_FIELD_INVALID', issue?.message ?? 'A field is not right.', issue?.path.join('.') || 'body');
}

export function idempotencyKey(context: Context): string {
  const key = context.req.header('idempotency-key');
  if (!key || !/^[A-Za-z0-9_-]{1,64}$/.test(key)) {
    throw new BankError('ERR_IDEMPOTENCY_KEY_MISSING', 'Send an idempotency-key of 1-64 letters, digits, - or _.', 'idempotency-key');
  }
  return key;
}
