import type { CoarseState, EvidenceAnswer, EvidenceOpening } from '@tacit-auth/features';

/** What became of a batch that was sent. */
export type EvidenceOutcome =
  /** Every batch up to `answer.seq` is done with. */
  | { readonly status: 'answered'; readonly answer: EvidenceAnswer }
  /** The server takes the batch of this number next. */
  | { readonly status: 'gap'; readonly expected: number }
  /** The server will never take this batch. */
  | { readonly status: 'refused'; readonly code: string }
  /** The server does not know the stream any more: open it again. */
  | { readonly status: 'reopen'; readonly code: string }
  /** Nobody knows whether it arrived: send the same again, once the transport is ready. `failing`: the server broke down over it. */
  | { readonly status: 'later'; readonly code: string; readonly failing?: true }
  /** The server takes no more evidence of this session. */
  | { readonly status: 'over'; readonly state: OverState; readonly code: string };

/** States in which nothing is recorded. */
export type OverState = Extract<CoarseState, 'locked' | 'ended' | 'off'>;

/** A refusal as the server words it, by HTTP or through a socket. */
export interface EvidenceRefusal {
  code: string;
  /** Of HTTP; through a socket there is none. */
  status?: number;
  expected?: number | undefined;
}

/** `renew`: the login's token has run out. */
export type RefusalKind = EvidenceOutcome | { readonly status: 'renew'; readonly code: string };

// All of these are bounds of the wire types; a test holds them equal to the parser's.
const STATES: readonly unknown[] = ['on', 'checking', 'confirm', 'locked', 'ended', 'off'] satisfies CoarseState[];
const STREAM = /^[A-Za-z0-9_-]{22}$/;
const KEY = /^[A-Za-z0-9_-]{43}$/;
const MAX_SEQ = 2 ** 31;

export function isCoarseState(value: unknown): value is CoarseState {
  return STATES.includes(value);
}

export function isOver(state: CoarseState): state is OverState {
  return state === 'locked' || state === 'ended' || state === 'off';
}

/** The answer in a value from the server, or undefined where it does not answer this batch. */
export function readAnswer(value: unknown, batch: { stream: string; seq: number }): EvidenceAnswer | undefined {
  const { stream, seq, state } = (value ?? {}) as Partial<EvidenceAnswer>;
  const answers = stream === batch.stream && isNumber(seq) && seq >= batch.seq && isCoarseState(state);
  return answers ? { version: 1, stream, seq, state } : undefined;
}

/** The opening in a value from the server. Where there is nothing to be sent, only the state counts. */
export function readOpening(value: unknown): EvidenceOpening | { state: OverState } | undefined {
  const { stream, queueKey, next, state, everyMs } = (value ?? {}) as Partial<EvidenceOpening>;
  if (!isCoarseState(state)) {
    return undefined;
  }
  if (isOver(state)) {
    return { state };
  }
  const whole =
    typeof stream === 'string' &&
    STREAM.test(stream) &&
    typeof queueKey === 'string' &&
    KEY.test(queueKey) &&
    isNumber(next) &&
    next > 0 &&
    isNumber(everyMs) &&
    everyMs > 0;
  return whole ? { version: 1, stream, queueKey, next, state, everyMs } : undefined;
}

/** What a refusal means for a batch, by its code first: a socket has no status. */
export function readRefusal({ code, status = 0, expected }: EvidenceRefusal): RefusalKind {
  if (code === 'ERR_EVIDENCE_GAP' && isNumber(expected) && expected > 0) {
    return { status: 'gap', expected };
  }
  if (code === 'ERR_EVIDENCE_UNKNOWN') {
    return { status: 'reopen', code };
  }
  if (code === 'ERR_SESSION_LOCKED' || status === 423) {
    return { status: 'over', state: 'locked', code };
  }
  if (code === 'ERR_SESSION_ENDED') {
    return { status: 'over', state: 'ended', code };
  }
  if (code === 'ERR_SESSION_NONE' || code === 'ERR_SESSION_EXPIRED' || status === 401) {
    return { status: 'renew', code };
  }
  if (/^ERR_(SESSION_SCOPE|ORIGIN)$/.test(code) || status === 403 || status === 404 || status === 405) {
    return { status: 'over', state: 'off', code };
  }
  if (status === 500 || (status === 409 && !/^ERR_EVIDENCE_/.test(code))) {
    // A conflict that is not about the batch is one of the moment.
    return { status: 'later', code, failing: true };
  }
  if (code === 'ERR_EVIDENCE_RATE' || status === 408 || status === 425 || status === 429 || status >= 500) {
    return { status: 'later', code };
  }
  // Of what a socket says without a status, the codes of evidence are about the batch, and others about the server's day.
  return status > 0 || /^ERR_EVIDENCE_/.test(code) ? { status: 'refused', code } : { status: 'later', code };
}

function isNumber(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_SEQ;
}
