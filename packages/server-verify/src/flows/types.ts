import type { FaceAction } from '@tacit-auth/features';
import type { ServerErrorCode } from '../error-codes';
import type { FaceRetryReason } from '../face-result';
import type { SessionRisk } from '../sessions';
import type { SessionTokens } from '../tokens';

/** Who is asking. */
export interface FlowClient {
  /** The secret of the browser's cookie, 22-128 characters of `[A-Za-z0-9_-]`: challenges and sessions are bound to it. */
  browser: string;
  /** The client's address as the throttle counts it, 1-128 characters. */
  address: string;
  /** 1-64 characters of `[A-Za-z0-9_-]`: the same submit with the same key gets the same outcome. */
  idempotencyKey?: string;
}

/** A signed-in session as routes see it. */
export interface SessionGrant {
  readonly id: string;
  /** The customer's id with the host. */
  readonly subject: string;
  readonly scope: 'step-up' | 'full';
  readonly locked: boolean;
  readonly role: 'customer' | 'operator';
  /** `pwd`, `typing`, `face`, `matrix`, `email`. */
  readonly amr: readonly string[];
  readonly acr: 'urn:tacit:full' | 'urn:tacit:step-up';
  /**
   * The highest that the checks of the session said since a code of the card was last right in it. For your server alone: told to a browser it guides whoever
   * sits there.
   */
  readonly risk: SessionRisk;
  /** Whether nothing sensitive may be done before a code of the card is right: see `requireSession`. */
  readonly stepUpNeeded: boolean;
  /** Ms since the epoch. */
  readonly startedAt: number;
  readonly expiresAt: number;
}

/** What a browser is told about its session. */
export type SessionView =
  /** `ended`: there was one, and it was ended for safety's sake. */
  | { state: 'none'; ended?: true }
  | { state: 'step-up'; next: 'face' | 'matrix-code' | 'card-suspended' }
  | { state: 'full'; idleAfterMs: number; expiresAt: number; biometrics: BiometricsState; role: 'customer' | 'operator'; name: string }
  /** `checks`: locked because what was typed and pointed at did not look like the customer; the matrix code is asked for besides the password then. */
  | { state: 'locked'; biometrics: BiometricsState; name: string; cause: 'idle' | 'checks' };

export type BiometricsState = 'granted' | 'declined';

export type LoginOutcome =
  | { status: 'signed-in'; session: SessionView }
  /** Look into the camera and do `actions`, in order. The matrix code may be taken instead. `retry`: the last look could not be judged, and why. */
  | { status: 'step-up'; next: 'face'; challenge: string; actions: FaceAction[]; expiresAt: number; retry?: FaceRetryReason }
  | { status: 'step-up'; next: 'matrix-code'; challenge: string; coordinates: string[] }
  | { status: 'step-up'; next: 'card-suspended' };

/** An expected refusal: data, so that it can be stored with the challenge and repeated. */
export interface FlowRefusal {
  code: ServerErrorCode;
  field?: string;
  /** Attempts left. */
  left?: number;
  /** Whole seconds. */
  retryAfter?: number;
  /** The number of the batch of evidence that is expected next. */
  expected?: number;
}

/** What came of a flow. `tokens` are the cookies of a new session; `ended` says that the cookies of the old one are void. */
export type FlowResult<Body> = { ok: true; body: Body; tokens?: SessionTokens; ended?: true } | Refused;

export interface Refused {
  ok: false;
  error: FlowRefusal;
  ended?: true;
}

export function refuse(code: ServerErrorCode, more: Omit<FlowRefusal, 'code'> = {}, ended?: true): Refused {
  return { ok: false, error: { code, ...more }, ...(ended ? { ended } : {}) };
}
