import { z } from 'zod';
import { raiseAlert } from '../alerts';
import { audit } from '../audit-log';
import { issueChallenge, readChallenge } from '../challenges';
import { createEmailCode, emailCodeDigest, emailCodeMatches } from '../email-codes';
import { TacitServerError } from '../errors';
import { judgeOnce } from '../judge-once';
import { loginNameId, normaliseIdentifier } from '../login-names';
import { activateCard, issueCard, matrixCardKind, suspendCard } from '../matrix-card';
import type { MatrixCardView } from '../matrix-card-view';
import { noticeTime, notify } from '../notices';
import { defineRecordKind } from '../record-kind';
import { recordReference } from '../record-reference';
import type { StoreTransaction } from '../store';
import { settleAttempt, type ThrottleKey } from '../throttle';
import type { FlowContext } from './flow-context';
import { refuseWrongCode } from './matrix-answer';
import { auditRefusal } from './refused-sign-in';
import { withSession } from './sessions';
import { failAttempt, reserveOrRefuse } from './throttled';
import { type FlowClient, type FlowResult, refuse, type SessionGrant } from './types';

/** How long the code for a re-issued card is good. */
export const COLLECTION_LIFETIME_MS = 72 * 3_600_000;
const COLLECT = 'flow-card-collect';
const CONFIRM = 'flow-card-confirm';

interface Collection {
  emailCode: string;
  tries: number;
  expiresAt: number;
}

const shape = z.object({ emailCode: z.string(), tries: z.int(), expiresAt: z.number() });

/** A card that an operator re-issued and that waits for its owner. */
export const collectionKind = defineRecordKind<Collection>({
  kind: 'card-collection',
  sealedWith: 'root',
  parse: (value) => shape.parse(value),
});

const ID = 'collection';

export interface CardCollected {
  card: MatrixCardView;
  confirm: { challenge: string; coordinates: string[] };
}

export interface LostCardFlow {
  /**
   * Suspends the card at once. An operator re-issues it. Also in a session that is doubted: its customer may be asked for the very card that he has lost. That
   * helps nobody else: the doubt stays, and the alert tells the operator of it.
   */
  report(options: { session: SessionGrant }): Promise<FlowResult<{ status: 'reported' }>>;
  collectStart(options: { client: FlowClient }): Promise<{ challenge: string }>;
  /** Shows the new card for the password and the code of the mail. Each time it is another card; the last one shown counts. */
  collect(options: {
    client: FlowClient;
    challenge: string;
    identifier: string;
    password: string;
    emailCode: string;
  }): Promise<FlowResult<CardCollected>>;
  /** One code of the new card puts it in force. After a wrong one, collect again with the same code of the mail. */
  confirm(options: { client: FlowClient; challenge: string; code: string }): Promise<FlowResult<{ status: 'activated' }>>;
}

/** For an operator: opens the collection of a new card and sends its owner the code. The old card is suspended. */
export async function reissueCard({ ctx }: FlowContext, tx: StoreTransaction, subject: string): Promise<void> {
  await suspendCard(ctx, tx, subject);
  // Whoever was shown a card for an earlier code must not put it in force.
  await matrixCardKind.delete(ctx, tx, subject, 'pending');
  const now = ctx.clock();
  const code = createEmailCode(ctx);
  const expiresAt = now + COLLECTION_LIFETIME_MS;
  const value: Collection = { emailCode: emailCodeDigest(ctx, `${subject}:${expiresAt}`, code), tries: 0, expiresAt };
  await collectionKind.put(ctx, tx, { subject, id: ID, value, at: now, due: expiresAt });
  await audit(ctx, tx, { chain: subject, type: 'card-issued', reason: 'lost' });
  await notify(ctx, tx, subject, 'card-code', { code, hours: COLLECTION_LIFETIME_MS / 3_600_000 });
}

export function createLostCard(flow: FlowContext): LostCardFlow {
  const { ctx, passwords } = flow;

  /** Judged with the password; whether the code of the mail is right. Its tries count only after a right password. */
  async function takeCollection(tx: StoreTransaction, subject: string, emailCode: string, matched: boolean): Promise<boolean> {
    const found = await collectionKind.get(ctx, tx, subject, ID);
    if (found === undefined || !matched || found.value.expiresAt <= ctx.clock()) {
      return false;
    }
    const { value, at, due } = found;
    if (emailCodeMatches(ctx, `${subject}:${value.expiresAt}`, emailCode, value.emailCode)) {
      return true;
    }
    const tries = value.tries + 1;
    if (tries >= ctx.policy.registration.codeTries) {
      await collectionKind.delete(ctx, tx, subject, ID);
    } else {
      await collectionKind.put(ctx, tx, { subject, id: ID, value: { ...value, tries }, at, due });
    }
    return false;
  }

  return {
    report: ({ session }) =>
      withSession(flow, session, { need: 'open' }, async (tx, { subject, id, value }) => {
        await suspendCard(ctx, tx, subject);
        const doubted = value.codeNeeded ? { doubted: true, session: recordReference(subject, id) } : undefined;
        await audit(ctx, tx, { chain: subject, type: 'card-lost', ...(doubted && { reason: 'doubted' }) });
        await raiseAlert(ctx, tx, { subject, code: 'card-lost', ...(doubted && { detail: doubted }) });
        await notify(ctx, tx, subject, 'card-reported', noticeTime(ctx));
        return { ok: true, body: { status: 'reported' } };
      }),

    async collectStart({ client }) {
      const { challenge } = await issueChallenge(ctx, { purpose: COLLECT, binding: client.browser });
      return { challenge };
    },

    async collect({ client, challenge, identifier, password, emailCode }) {
      const checked = await readChallenge(ctx, challenge, { purpose: COLLECT, binding: client.browser, replayable: true });
      const normalised = normaliseIdentifier(identifier);
      const keys: ThrottleKey[] = [
        { kind: 'user', value: loginNameId(ctx, normalised) },
        { kind: 'address', value: client.address },
      ];
      const { outcome } = await judgeOnce<FlowResult<{ subject: string }>>(ctx, {
        challenge: checked,
        body: { identifier, password, emailCode },
        ...(client.idempotencyKey === undefined ? {} : { idempotencyKey: client.idempotencyKey }),
        reserve: (tx) => reserveOrRefuse(flow, tx, keys),
        async judge() {
          const verdict = await passwords.check({ identifier: normalised, password });
          const { name } = verdict;
          return {
            outcome: refuse('ERR_CREDENTIALS'),
            effects: async (tx): Promise<FlowResult<{ subject: string }> | undefined> => {
              const right = await takeCollection(tx, name.subject, emailCode, await passwords.holds(tx, verdict));
              if (!right) {
                await failAttempt(flow, tx, keys);
                await auditRefusal(flow, tx, name.subject, 'card-collection');
                return undefined;
              }
              await settleAttempt(ctx, tx, keys, { success: true });
              return { ok: true, body: { subject: name.subject } };
            },
          };
        },
      });
      return outcome.ok ? show(flow, client, outcome.body.subject) : outcome;
    },

    async confirm({ client, challenge, code }) {
      const checked = await readChallenge(ctx, challenge, { purpose: CONFIRM, binding: client.browser, replayable: true });
      const { subject = '' } = checked;
      const { outcome } = await judgeOnce<FlowResult<{ status: 'activated' }>>(ctx, {
        challenge: checked,
        body: { code },
        ...(client.idempotencyKey === undefined ? {} : { idempotencyKey: client.idempotencyKey }),
        judge: async () => ({
          outcome: refuse('ERR_CODE_WRONG'),
          effects: async (tx): Promise<FlowResult<{ status: 'activated' }>> => {
            const wrong = await refuseWrongCode(flow, tx, { subject, code, card: 'pending' });
            if (wrong !== undefined) {
              return wrong;
            }
            if (!(await activateCard(ctx, tx, subject))) {
              return refuse('ERR_CODE_WRONG');
            }
            await collectionKind.delete(ctx, tx, subject, ID);
            await audit(ctx, tx, { chain: subject, type: 'card-activated' });
            await notify(ctx, tx, subject, 'card-activated', noticeTime(ctx));
            return { ok: true, body: { status: 'activated' } };
          },
        }),
      });
      return outcome;
    },
  };
}

/** A card is never stored with an outcome: a repetition of the same submit is shown a new one. */
function show(flow: FlowContext, client: FlowClient, subject: string): Promise<FlowResult<CardCollected>> {
  const { ctx } = flow;
  return ctx.store.transaction(async (tx) => {
    if ((await collectionKind.get(ctx, tx, subject, ID)) === undefined) {
      throw new TacitServerError('ERR_CHALLENGE_USED', { field: 'challenge' });
    }
    const { card, coordinates } = await issueCard(ctx, tx, { subject, pending: true });
    const { challenge } = await issueChallenge(ctx, { purpose: CONFIRM, subject, binding: client.browser, lifetimeMs: 600_000 });
    return { ok: true, body: { card, confirm: { challenge, coordinates } } };
  });
}
