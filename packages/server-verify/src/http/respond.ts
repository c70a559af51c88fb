import { ERROR_CODES } from '../error-codes';
import type { TacitServerError } from '../errors';
import type { FlowRefusal } from '../flows/types';

const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
} as const;

export function respond(
  body: string | ReadableStream<Uint8Array>,
  options: { status?: number; type: string; headers?: Record<string, string>; cookies?: string[] },
): Response {
  const headers = new Headers({ ...HEADERS, 'content-type': options.type, ...options.headers });
  for (const cookie of options.cookies ?? []) {
    headers.append('set-cookie', cookie);
  }
  return new Response(body, { status: options.status ?? 200, headers });
}

export function respondJson(
  body: unknown,
  options: { status?: number; headers?: Record<string, string>; cookies?: string[] } = {},
): Response {
  return respond(JSON.stringify(body), { ...options, type: 'application/json' });
}

/** One shape for every error: `{ error: { code, message, field?, left?, retryAfter?, expected? } }`. */
export function respondRefusal(refusal: FlowRefusal & { message?: string }, cookies: string[] = []): Response {
  const { code, field, left, retryAfter, expected } = refusal;
  const { status, message } = ERROR_CODES[code];
  const error = {
    code,
    message: refusal.message ?? message,
    ...(field === undefined ? {} : { field }),
    ...(left === undefined ? {} : { left }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(expected === undefined ? {} : { expected }),
  };
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  return respondJson({ error }, { status, headers, cookies });
}

export function refusalOf(error: TacitServerError): FlowRefusal & { message: string } {
  const { code, message, field, left, retryAfter, expected } = error;
  return {
    code,
    message,
    ...(field === undefined ? {} : { field }),
    ...(left === undefined ? {} : { left }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(expected === undefined ? {} : { expected }),
  };
}
