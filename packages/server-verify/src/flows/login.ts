import type { ParsedTypingSample } from '@tacit-auth/features';
import { audit, OPERATORS } from '../audit-log';
import { issueChallenge, readChallenge } from '../challenges';
import { judgeOnce } from '../judge-once';
import { loginNameId, normaliseIdentifier } from '../login-names';
import type { PasswordVerdict } from '../password-store';
import type { StoreTransaction } from '../store';
import { settleAttempt, type ThrottleKey } from '../throttle';
import { isAutomated } from './automation';
import type { FlowContext } from './flow-context';
import { judgeRightPassword } from './right-password';
import { reserveOrRefuse } from './throttled';
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
      const { outcome } = await judgeOnce<FlowResult<LoginOutcome>>(ctx, {
        challenge: checked,
        body: { identifier, password, typing },
        ...(client.idempotencyKey === undefined ? {} : { idempotencyKey: client.idempotencyKey }),
        reserve: (tx) => reserveOrRefuse(flow, tx, keys),
        async judge() {
          const verdict = await passwords.check({ identifier: normalised, password });
          // After the password, whatever came of it: the answer must not tell whether that was right.
          const automated = typing !== null && isAutomated(typing);
          const right = verdict.matched
            ? await judgeRightPassword(flow, { client, keys, typing, automated, verdict, ...(previous === undefined ? {} : { previous }) })
            : undefined;
          return right ?? refused(flow, keys, verdict, automated);
        },
      });
      return outcome;
    },
  };
}

function refused(flow: FlowContext, keys: readonly ThrottleKey[], verdict: PasswordVerdict, automated: boolean) {
  return {
    outcome: refuse(automated ? 'ERR_TYPING_AUTOMATED' : 'ERR_CREDENTIALS'),
    effects: async (tx: StoreTransaction) => {
      await settleAttempt(flow.ctx, tx, keys, { success: false });
      await auditRefusal(flow, tx, verdict.name.subject, automated ? 'automated' : 'credentials');
    },
  };
}

/** On the operators' chain for everybody: a customer's own chain would take his key, which somebody unknown does not have. */
export function auditRefusal({ ctx }: FlowContext, tx: StoreTransaction, subject: string, reason: string): Promise<void> {
  return audit(ctx, tx, { chain: OPERATORS, type: 'sign-in-refused', reason, detail: { subject } });
}

/** Words per minute of an entry, for the owner's history; null where there is too little. */
export function wordsPerMinute(sample: ParsedTypingSample | null): number | null {
  if (sample === null || sample.keys.length < 2) {
    return null;
  }
  const minutes = sample.keys.at(-1)![1] / 600_000;
  return minutes > 0 ? Math.round((sample.keys.length - 1) / 5 / minutes) : null;
}
