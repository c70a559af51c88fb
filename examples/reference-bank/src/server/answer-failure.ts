import { ERROR_CODES, isTacitServerError, type Log } from '@tacit-auth/server-verify';
import type { ErrorHandler } from 'hono';
import { routePath } from 'hono/route';
import { BankError } from './bank-error';

/** Answers what a route of the bank has thrown: a refusal in its own words, a failure of the server without a word of it, which is logged by its code. */
export function answerFailure(log: Log): ErrorHandler {
  return (error, context) => {
    if (error instanceof BankError) return context.json(error.toJSON(), error.status);
    const known = isTacitServerError(error) ? ERROR_CODES[error.code] : undefined;
    if (isTacitServerError(error) && known !== undefined && known.status < 500) {
      return context.json(
        { error: { code: error.code, message: known.message, ...(error.field ? { field: error.field } : {}) } },
        known.status,
      );
    }
    // What went wrong may name what must not be printed; its code or kind, and the route as it is written in the source, are enough to look for it.
    log({
      level: 'error',
      event: 'request-failed',
      code: isTacitServerError(error) ? error.code : error.name,
      route: routePath(context, -1),
    });
    return context.json(
      { error: { code: 'ERR_SERVER', message: 'Something went wrong on our side. Nothing was done; please try again.' } },
      known?.status === 503 ? 503 : 500,
    );
  };
}
