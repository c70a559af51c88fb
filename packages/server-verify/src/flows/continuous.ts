import {
  type CoarseState,
  type EvidenceAnswer,
  type EvidenceOpening,
  isTacitError,
  type ParsedEvidenceBatch,
  parseEvidenceBatch,
} from '@tacit-auth/features';
import { hasSessionConsent } from '../consent';
import { ERROR_CODES, type ServerErrorCode } from '../error-codes';
import { errorCode, isTacitServerError, TacitServerError } from '../errors';
import type { Stored } from '../record-kind';
import { liveSession, type StoredSession } from '../sessions';
import type { StoreTransaction } from '../store';
import type { SessionReference } from '../tokens';
import type { FlowContext } from './flow-context';
import { createSessionConsent, type SessionConsent } from './session-consent';
import { referenceOf, withSession } from './sessions';
import type { FlowResult, SessionGrant } from './types';
import { unwatchedOpening } from './unwatched';

export interface ContinuousFlow extends SessionConsent {
  /**
   * Opens a stream of batches for a page of a full session. A customer who has not agreed, and an operator, get the state `off`, and nothing of theirs is
   * taken. Refused for a step-up session (`ERR_SESSION_SCOPE`) and a locked one.
   *
   * @param options.own for a page that shares no queue with others: a stream that is this page's alone. Without it a session that has one is given it again
   */
  open(options: { session: SessionGrant; own?: true }): Promise<FlowResult<EvidenceOpening>>;
  /**
   * Judges one batch. It is no action of the user: it keeps no session from locking.
   *
   * @param options.batch JSON text, or what it holds once parsed
   * @param options.tokenExpiresAt ms since the epoch: from then on `ERR_SESSION_EXPIRED`, for a connection that outlives the token it was opened with
   * @throws TacitServerError `ERR_EVIDENCE_*`, of which `ERR_EVIDENCE_GAP` carries `expected` and `ERR_EVIDENCE_RATE` `retryAfter`; `ERR_SESSION_*`
   */
  submit(options: { session: SessionGrant; batch: unknown; tokenExpiresAt?: number }): Promise<EvidenceAnswer>;
  /** What the customer's own browser may know. */
  state(options: { session: SessionGrant }): Promise<CoarseState>;
  /**
   * Tells the state, and from then on every other one, also where another server changed it. Call what is returned to hear no more.
   */
  watch(options: { session: SessionGrant; listener: (state: CoarseState) => void }): () => void;
}

export function createContinuous(flow: FlowContext): ContinuousFlow {
  const { ctx, judge, hub } = flow;

  const stateOf = (reference: SessionReference): Promise<CoarseState> => ctx.store.transaction((tx) => coarseState(flow, tx, reference));

  return {
    ...createSessionConsent(flow),

    open: ({ session, own = false }) =>
      withSession(flow, session, { need: 'full' }, async (tx, stored) => {
        const body = (await isWatched(flow, tx, stored)) ? await judge.open(tx, stored, { own }) : unwatchedOpening(ctx);
        return { ok: true, body };
      }),

    async submit({ session, batch, tokenExpiresAt }) {
      if (tokenExpiresAt !== undefined && ctx.clock() >= tokenExpiresAt) {
        throw new TacitServerError('ERR_SESSION_EXPIRED');
      }
      const parsed = parseBatch(batch);
      const reference = referenceOf(flow, session);
      try {
        const answer = await judge.submit({ session: reference, batch: parsed });
        hub.evidenceCame(reference);
        return answer;
      } catch (error) {
        // Consent was withdrawn, or there never was any: no error, but nothing to go on with either.
        if (isTacitServerError(error, 'ERR_EVIDENCE_UNKNOWN') && (await stateOf(reference)) === 'off') {
          return { version: 1, stream: parsed.stream, seq: parsed.seq, state: 'off' };
        }
        throw error;
      }
    },

    state: ({ session }) => stateOf(referenceOf(flow, session)),

    watch({ session, listener }) {
      const reference = referenceOf(flow, session);
      let told: CoarseState | undefined;
      let reading = false;
      let again = false;
      let stopped = false;

      async function read(): Promise<void> {
        do {
          again = false;
          const state = await stateOf(reference);
          if (!stopped && state !== told) {
            told = state;
            listener(state);
          }
        } while (again && !stopped);
      }

      function look(): void {
        if (reading) {
          // What is being read may be older than this change.
          again = true;
          return;
        }
        reading = true;
        read()
          .catch((error: unknown) => {
            ctx.log({ level: 'warn', event: 'state-failed', code: errorCode(error) });
            // It was told of once, and must not be forgotten because it could not be read.
            hub.tellAgain(reference);
          })
          .finally(() => {
            reading = false;
          });
      }

      const stop = hub.watchSession(reference, look);
      look();
      return () => {
        stopped = true;
        stop();
      };
    },
  };
}

async function isWatched({ ctx }: FlowContext, tx: StoreTransaction, { subject, value }: Stored<StoredSession>): Promise<boolean> {
  return value.role === 'customer' && value.scope === 'full' && (await hasSessionConsent(ctx, tx, subject));
}

/** Told to the browser: nothing finer than this ever is. */
async function coarseState(flow: FlowContext, tx: StoreTransaction, reference: SessionReference): Promise<CoarseState> {
  const stored = await liveSession(flow.ctx, tx, reference);
  if (stored === undefined) {
    return 'ended';
  }
  if (stored.value.state === 'locked') {
    return 'locked';
  }
  // A doubt outlasts the consent that it came from.
  if (stored.value.codeNeeded) {
    return 'confirm';
  }
  return (await isWatched(flow, tx, stored)) ? flow.judge.state(tx, stored) : 'off';
}

function parseBatch(batch: unknown): ParsedEvidenceBatch {
  try {
    return parseEvidenceBatch(batch);
  } catch (error) {
    if (isTacitError(error) && Object.hasOwn(ERROR_CODES, error.code)) {
      const { code, field, message } = error;
      throw new TacitServerError(code as ServerErrorCode, { message, ...(field === undefined ? {} : { field }) });
    }
    throw error;
  }
}
