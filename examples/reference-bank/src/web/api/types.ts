import type { FaceAction } from '@tacit-auth/capture/face';
import type { TypingSample } from '../lib/typing-sample';

export type Biometrics = 'granted' | 'declined';

/** What the server says about this browser's session. Times are ms since the epoch, `idleAfterMs` is ms without a user action. */
export type Session =
  /** `ended`: the bank ended it, for safety's sake. */
  { state: 'none'; ended?: true } | { state: 'step-up'; next: 'face' | 'matrix-code' | 'card-suspended' } | FullSession | LockedSession;

/** `checks`: locked because what was typed and pointed at did not look like the customer; the card is asked for then. */
export interface LockedSession {
  state: 'locked';
  biometrics: Biometrics;
  name: string;
  cause: 'idle' | 'checks';
}

export interface FullSession {
  state: 'full';
  idleAfterMs: number;
  expiresAt: number;
  biometrics: Biometrics;
  role: 'customer' | 'operator';
  name: string;
}

export type LoginOutcome =
  | { status: 'signed-in'; session: Session }
  | ({ status: 'step-up'; next: 'face'; retry?: FaceRetryReason } & FaceAsked)
  | { status: 'step-up'; next: 'matrix-code'; challenge: string; coordinates: string[] }
  | { status: 'step-up'; next: 'card-suspended' };

export interface CardQuestion {
  challenge: string;
  coordinates: string[];
}

/** What to do before the camera, in order, until then. */
export interface FaceAsked {
  challenge: string;
  actions: FaceAction[];
  expiresAt: number;
}

export type FaceRetryReason = 'no-face' | 'many-faces' | 'turned-away' | 'unstable' | 'not-live';

/** A look that could not be used, and what to do at the next one. */
export interface FaceRetry extends FaceAsked {
  status: 'retry';
  reason: FaceRetryReason;
}

export type StepUpPurpose = 'login' | 'transfer' | 'settings' | 'session';

/** What a code for the settings confirms: that deed, and no other. */
export type SettingsDeed =
  | 'sign-ins/confirm'
  | `sign-ins/dispute:${string}`
  | `consent:${Biometrics}`
  | 'consent:face-declined'
  | `consent:session-${Biometrics}`
  | 'face:enrol'
  | 'face:delete'
  | 'export'
  | 'erase';

export interface MatrixCardView {
  id: string;
  columns: string[];
  rows: string[];
  cells: string[][];
  svg: string;
  text: string;
}

export interface EnrolmentText {
  id: string;
  text: string;
}

export interface TypedText {
  id: string;
  typed: string;
  typing: TypingSample;
}

export interface RegistrationStarted {
  registration: string;
  passwordEntries: number;
  texts: EnrolmentText[];
  /** What to do before the camera; null where the customer does not want his face used. */
  face: FaceAsked | null;
  expiresAt: number;
}

export interface RegistrationForm {
  registration: string;
  identifier: string;
  email: string;
  profile: { name: string };
  password: string;
  entries: TypingSample[];
  texts: TypedText[];
  /** The face, sealed by the bank, where one was asked for. */
  face?: string;
}

export interface RegistrationPending {
  registration: string;
  card: MatrixCardView;
  coordinates: string[];
}

export interface PasswordStrength {
  acceptable: boolean;
  score: 0 | 1 | 2 | 3 | 4;
  warning?: string;
  suggestions: string[];
}

export interface SignIn {
  id: string;
  at: number;
  outcome: 'signed-in' | 'step-up' | 'refused' | 'abandoned';
  factors: string[];
  reason: string;
  wordsPerMinute: number | null;
  confirmed: boolean;
  disputed: boolean;
}

/** What became of the entries that waited to be learned. */
export interface SignInsConfirmed {
  status: 'confirmed';
  signIns: number;
  learned: number;
  dropped: number;
}

export interface SignInDisputed {
  status: 'disputed';
  /** Whether it was disputed before, so that nothing more was done. */
  already: boolean;
  /** Whether a code of the card was used in that sign-in or its session. */
  byCard: boolean;
  typing: 'unchanged' | 'rolled-back' | 'enrol-again' | 'none';
  sessionsEnded: number;
}

export interface SessionView {
  id: string;
  current: boolean;
  startedAt: number;
  lastActivityAt: number;
  state: 'full' | 'locked' | 'step-up';
}

export interface CheckedSession {
  startedAt: number;
  endedAt: number;
  keys: number;
  actions: number;
  /** How often the card was asked for, and whether the checks locked or ended the session. */
  codesAsked: number;
  stopped: boolean;
}

/** A text of the bank's choice, to be typed by hand. */
export interface TextAsked {
  challenge: string;
  text: string;
  expiresAt: number;
}

/** `again`: it was not judged, and why. `code`: only the card helps now. */
export type TextOutcome = { status: 'confirmed' } | { status: 'again'; reason: string; message: string; left: number } | { status: 'code' };

export interface Security {
  biometrics: { state: Biometrics; since: number; version: string };
  typing: {
    state: 'none' | 'young' | 'ready';
    learned: number;
    readyAt: number;
    lastLearned: number | null;
    enrolledAt: number | null;
    released: { at: number; learned: number; dropped: number } | null;
  };
  face: { consent: Biometrics; state: 'none' | 'enrolled' | 'outdated'; enrolledAt: number | null };
  /** Checks through the session: whether they are agreed to, and what they looked at in sessions that are over, the newest first. */
  checks: { consent: Biometrics; sessions: CheckedSession[] };
  card: { state: 'none' | 'active' | 'suspended'; issuedAt: number | null; wrongInARow: number };
  sessions: SessionView[];
  signIns: SignIn[];
}

export interface Account {
  id: string;
  name: string;
  number: string;
  /** Minor units. */
  balance: number;
  currency: string;
}

export interface Transaction {
  id: string;
  at: number;
  /** Minor units; negative for money that went out. */
  amount: number;
  counterparty: string;
  reference: string;
  balanceAfter: number;
  /** What the customer wrote beside it, for himself. */
  note: string;
}

export interface TransferOrder {
  from: string;
  to: string;
  amount: number;
  reference: string;
}

export interface TransferCheck {
  payee: string;
  needsCode: boolean;
  /** What a fresh card code is bound to: this transfer and no other. */
  binding: string;
}

export interface TransferDone {
  id: string;
  at: number;
  amount: number;
  balanceAfter: number;
}

export interface Mail {
  id: string;
  at: number;
  to: string;
  subject: string;
  text: string;
}
