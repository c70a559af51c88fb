import { base64urlEncode } from '@tacit-auth/crypto';
import type { Context } from '../context';
import type { EvidenceJudge } from '../continuous/judge-types';
import { TacitServerError } from '../errors';

const QUEUE_KEY_BYTES = 32;

/** An opening of nothing: the page is told that there are no checks, and what it queues all the same is of no stream. */
export function unwatchedOpening(ctx: Context) {
  return {
    version: 1 as const,
    stream: ctx.newId(),
    queueKey: base64urlEncode(ctx.random(QUEUE_KEY_BYTES)),
    next: 1,
    state: 'off' as const,
    everyMs: ctx.policy.continuous.everyMs,
  };
}

/** Where the host wants no checks of sessions. */
export function noJudge(ctx: Context): EvidenceJudge {
  return {
    open: async () => unwatchedOpening(ctx),
    submit: async () => {
      throw new TacitServerError('ERR_EVIDENCE_UNKNOWN', { field: 'stream' });
    },
    state: async () => 'off',
    silentSince: async () => undefined,
    confirmed: async () => undefined,
    textPassed: async (_tx, { value }) => value.risk,
    settle: async () => undefined,
    live: async () => [],
    history: async () => undefined,
    summaries: async () => [],
    close: async () => undefined,
  };
}
