import type { Flows, SessionGrant } from '@tacit-auth/server-verify';
import { sessionGuard } from '@tacit-auth/server-verify/hono';
import type { HttpHandler } from '@tacit-auth/server-verify/http';
import type { Context, MiddlewareHandler } from 'hono';
import { BankError } from './bank-error';

/** What a guarded route finds in its context. */
export type SignedIn = { Variables: { tacit: SessionGrant } };

export interface Guards {
  /** A full session; looking at something is no user action by itself. */
  read: MiddlewareHandler<SignedIn>;
  /** A full session; counts as a user action. */
  act: MiddlewareHandler<SignedIn>;
  /** The same, for operators. */
  operate: MiddlewareHandler<SignedIn>;
  /** Spends a confirmation that the customer got for a matrix code; false where there is none that fits. */
  confirmed(context: Context<SignedIn>, deed: { confirmation: string | undefined; purpose: 'transfer'; binding: string }): Promise<boolean>;
}

export function createGuards({ handler, flows }: { handler: HttpHandler; flows: Flows }): Guards {
  const act = sessionGuard(handler, { activity: true });
  return {
    read: sessionGuard(handler, { activity: false }),
    act,
    operate: async (context, next) =>
      act(context, async () => {
        if (context.get('tacit').role !== 'operator') throw new BankError('ERR_ROLE', 'This page is for operators.');
        await next();
      }),
    confirmed: async (context, { confirmation, purpose, binding }) => {
      if (confirmation === undefined) return false;
      return flows.takeConfirmation({ session: context.get('tacit'), confirmation, purpose, binding });
    },
  };
}
