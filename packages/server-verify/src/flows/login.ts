import type { ParsedTypingSample } from '@tacit-auth/features';
import { issueChallenge, readChallenge } from '../challenges';
import { judgeOnce } from '../judge-once';
import { loginNameId, normaliseIdentifier } from '../login-names';
import { noticeTime, notify } from '../notices';
import type { PasswordVerdict } from '../password-store';
import type { StoreTransaction } from '../store';
import type { ThrottleKey } from '../throttle';
import { isAutomated } from './automation';
import type { FlowContext } from './flow-context';
import { auditRefusal } from './refused-sign-in';
import { judgeRightPassword } from './right-password';
import { failAttempt, reserveOrRefuse } from './throttled';
import { type FlowClient, type FlowResult, type LoginOutcome, refuse, type SessionGrant } from './types';

const PURPOSE = 'flow-login';

export interface LoginFlow {
  start(options: { client: FlowClient }): Promise<{ challenge: string; expiresAt: number }>;
  /**
   * Judges one sign-in, once. A wrong password and an unknown customer can not be told apart: same answer, one Argon2 of equal cost, the same
   * store calls in the same order.
   *
   * @param options.previous the session that the browser has already, if any
   * @throws TacitServerError `ERR_CHALLENGE_*`
   */
  submit(options: {
    client: FlowClient;
    challenge: string;
    identifier: string;
    password: string;
    typing: ParsedTypingSample | null;
    previous?: SessionGrant;
  }): Promise<FlowResult<LoginOutcome>>;
}

export function createLogin(flow: FlowContext): LoginFlow {
  const { ctx, passwords } = flow;
  return {
    start: ({ client }) => issueChallenge(ctx, { purpose: PURPOSE, binding: client.browser }),

    async submit({ client, challenge, identifier, password, typing, previous }) {
      const checked = await readChallenge(ctx, challenge, { purpose: PURPOSE, binding: client.browser, replayable: true });
      const normalised = normaliseIdentifier(identifier);
      const keys: ThrottleKey[] = [
        { kind: 'user', value: loginNameId(ctx, normalised) },
        { kind: 'address', value: client.address },
      ];
      let owner: string | undefined;
      const { outcome } = await judgeOnce<FlowResult<LoginOutcome>>(ctx, {
        challenge: checked,
        body: { identifier, password, typing },
        ...(client.idempotencyKey === undefined ? {} : { idempotencyKey: client.idempotencyKey }),
        reserve: (tx) => reserveOrRefuse(flow, tx, keys),
        owner: () => owner,
        async judge() {
          const verdict = await passwords.check({ identifier: normalised, password });
          owner = verdict.matched ? verdict.name.subject : undefined;
          // After the password, whatever came of it: the answer must not tell whether that was right.
          const automated = typing !== null && isAutomated(typing);
          if (automated) {
            return refuseAutomated(flow, keys, verdict);
          }
          const right = verdict.matched
            ? await judgeRightPassword(flow, { client, keys, typing, verdict, ...(previous === undefined ? {} : { previous }) })
            : undefined;
          return right ?? refuseCredentials(flow, keys, verdict);
        },
      });
      return outcome;
    },
  };
}

function refuseCredentials(flow: FlowContext, keys: readonly ThrottleKey[], { name }: PasswordVerdict) {
  return {
    outcome: refuse('ERR_CREDENTIALS'),
    effects: async (tx: StoreTransaction) => {
      await failAttempt(flow, tx, keys);
      await auditRefusal(flow, tx, name.subject, 'credentials');
    },
  };
}

/**
 * A script learns nothing of the password: the same store calls for a right one, a wrong one and nobody's. The owner's notice is written each
 * time, and to a subject that is nobody's unless the password was right; a job does the rest.
 */
function refuseAutomated(flow: FlowContext, keys: readonly ThrottleKey[], { matched, name }: PasswordVerdict) {
  const { ctx } = flow;
  return {
    outcome: refuse('ERR_TYPING_AUTOMATED'),
    effects: async (tx: StoreTransaction) => {
      await failAttempt(flow, tx, keys);
      await auditRefusal(flow, tx, name.subject, 'automated');
      await notify(ctx, tx, matched ? name.subject : ctx.pseudonym('decoy', name.subject), 'typing-automated', noticeTime(ctx));
    },
  };
}
