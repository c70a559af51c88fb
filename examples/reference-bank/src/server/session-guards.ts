import type { Flows, SessionGrant } from '@tacit-auth/server-verify';
import { isTacitServerError } from '@tacit-auth/server-verify';
import { sessionGuard } from '@tacit-auth/server-verify/hono';
import type { HttpHandler } from '@tacit-auth/server-verify/http';
import type { Context, MiddlewareHandler } from 'hono';

/** What a guarded route finds in its context. */
export type SignedIn = { Variables: { tacit: SessionGrant } };

export interface Guards {
  /** A full session; looking at something is no user action by itself. */
  look: MiddlewareHandler<SignedIn>;
  /** A full session; counts as a user action. */
  act: MiddlewareHandler<SignedIn>;
  /** The same for what moves money: also a session of which nothing was heard for long is doubted, and its grant says that a code is needed. */
  pay: MiddlewareHandler<SignedIn>;
  /** Spends a confirmation that the customer got for a matrix code; false where there is none that fits. */
  confirmed(context: Context<SignedIn>, deed: { confirmation: string | undefined; purpose: 'transfer'; binding: string }): Promise<boolean>;
}

export function createGuards({ handler, flows }: { handler: HttpHandler; flows: Flows }): Guards {
  return {
    look: sessionGuard(handler, { activity: false }),
    act: sessionGuard(handler, { activity: true }),
    pay: sessionGuard(handler, { activity: true, sensitive: 'tell' }),
    confirmed: async (context, { confirmation, purpose, binding }) => {
      if (confirmation === undefined) return false;
      try {
        await flows.takeConfirmation({ session: context.get('tacit'), confirmation, purpose, binding });
        return true;
      } catch (error) {
        if (isTacitServerError(error, 'ERR_CONFIRMATION')) return false;
        throw error;
      }
    },
  };
}
