import type { CoarseState, EvidenceAnswer } from '@tacit-auth/features';
import type { Flows } from '../flows';
import type { SessionGrant } from '../flows/types';

/**
 * A WebSocket of one session, admitted before its upgrade: cookies, origin, scope and the state of the session were checked. Whoever holds it calls
 * `release` once, when the socket has closed for whatever reason.
 */
export interface SocketAdmission {
  /** As it was at the upgrade. What happens to the session since is told by `onChange`. */
  readonly session: SessionGrant;
  /**
   * Judges one batch as `POST {base}/continuous/batch` does, with every check of the session repeated.
   *
   * @param batch the text of a frame, or what it holds once parsed
   * @throws TacitServerError what the route would answer: `ERR_EVIDENCE_*` (`ERR_EVIDENCE_GAP` with `expected`), `ERR_SESSION_NONE`,
   * `ERR_SESSION_EXPIRED`, `ERR_SESSION_LOCKED`, `ERR_SESSION_SCOPE`, and `ERR_EVIDENCE_RATE` with `retryAfter`
   */
  submit(batch: unknown): Promise<EvidenceAnswer>;
  /** What the browser may know of its session, read now. Also `ended` once the session is over. */
  state(): Promise<CoarseState>;
  /** Ms since the epoch: when the access token that was shown at the upgrade runs out. Close then; the page renews it and connects again. */
  readonly expiresAt: number;
  /**
   * Tells the state, and from then on every other one than was told before, also where another server changed it: within a second where servers tell
   * each other, by a look every two seconds in any case. After `locked` and `ended` the socket is to be closed. Returns what stops it; `release` does, too.
   */
  onChange(listener: (state: CoarseState) => void): () => void;
  /** Stops everything that is done for this socket. May be called again. */
  release(): void;
}

/** The admission of a session whose request was let in. */
export function admission(flows: Flows, session: SessionGrant, expiresAt: number): SocketAdmission {
  const stops = new Set<() => void>();
  return {
    session,
    expiresAt,
    submit: (batch) => flows.continuous.submit({ session, batch, tokenExpiresAt: expiresAt }),
    state: () => flows.continuous.state({ session }),
    onChange(listener) {
      const stop = flows.continuous.watch({ session, listener });
      stops.add(stop);
      return () => {
        stops.delete(stop);
        stop();
      };
    },
    release() {
      for (const stop of stops) {
        stop();
      }
      stops.clear();
    },
  };
}
