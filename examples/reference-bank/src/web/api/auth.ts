import type { FaceSample } from '@tacit-auth/capture/face';
import { newIdempotencyKey } from '@tacit-auth/capture/transport';
import type { TypingSample } from '../lib/typing-sample';
import type { Client, PostOptions } from './client';
import type {
  Biometrics,
  CardQuestion,
  EnrolmentText,
  FaceAsked,
  FaceRetry,
  LoginOutcome,
  MatrixCardView,
  PasswordStrength,
  RegistrationForm,
  RegistrationPending,
  RegistrationStarted,
  Security,
  Session,
  SignIn,
  SignInDisputed,
  SignInsConfirmed,
  StepUpPurpose,
  TextAsked,
  TextOutcome,
} from './types';

/** The version of the terms that this build shows. */
export const TERMS_VERSION = '2026-11';

export interface LoginBody {
  challenge: string;
  identifier: string;
  password: string;
  typing: TypingSample | null;
}

export interface ReauthenticateBody {
  challenge: string;
  password: string;
  typing: TypingSample | null;
}

/** One look into the camera. */
export interface FaceBody {
  challenge: string;
  sample: FaceSample;
}

/** The calls of the authentication server, by name. Each that has effects takes an idempotency key; one that is safe to repeat makes its own. */
export function authCalls(client: Client) {
  const post = <T>(path: string, body: unknown, options?: PostOptions): Promise<T> => client.post<T>(`/auth${path}`, body, options);
  /** What may be done twice and is no other for it: the key lets the transport repeat it. */
  const repeatable = <T>(path: string, body: unknown = {}): Promise<T> => post<T>(path, body, { idempotencyKey: newIdempotencyKey() });
  return {
    session: () => client.get<Session>('/auth/session'),
    activity: () => repeatable<Session>('/activity'),
    loginStart: () => repeatable<{ challenge: string }>('/login/start'),
    login: (body: LoginBody, options: PostOptions) => post<LoginOutcome>('/login', body, options),
    stepUpStart: (body: { purpose: StepUpPurpose; binding?: string }) => repeatable<CardQuestion>('/step-up/start', body),
    stepUp: (body: { challenge: string; code: string }, options: PostOptions) => post<LoginOutcome>('/step-up', body, options),
    confirmCard: (body: { challenge: string; code: string }, options: PostOptions) =>
      post<{ status: 'confirmed'; confirmation: string }>('/step-up', body, options),
    faceAgain: () => repeatable<LoginOutcome>('/step-up/face/start'),
    face: (body: FaceBody, options: PostOptions) => post<LoginOutcome>('/step-up/face', body, options),
    insteadOfFace: (options: PostOptions) => post<LoginOutcome>('/step-up/use-code', {}, options),
    cardLost: (options: PostOptions) => post<{ status: 'reported' }>('/card/lost', {}, options),
    collectStart: () => repeatable<{ challenge: string }>('/card/collect/start'),
    collect: (body: { challenge: string; identifier: string; password: string; emailCode: string }, options: PostOptions) =>
      post<{ card: MatrixCardView; confirm: CardQuestion }>('/card/collect', body, options),
    cardConfirm: (body: { challenge: string; code: string }, options: PostOptions) =>
      post<{ status: 'activated' }>('/card/confirm', body, options),
    reauthenticateStart: () => repeatable<{ challenge: string }>('/reauthenticate/start'),
    reauthenticate: (body: ReauthenticateBody, options: PostOptions) => post<LoginOutcome>('/reauthenticate', body, options),
    lock: () => repeatable<Session>('/lock'),
    logout: () => repeatable<{ status: 'signed-out' }>('/logout'),
    registerStart: (consent: { biometrics: Biometrics; face: Biometrics; session: Biometrics }) =>
      repeatable<RegistrationStarted>('/register/start', { consent: { terms: TERMS_VERSION, ...consent } }),
    registerFace: (body: FaceBody, options: PostOptions) =>
      post<{ status: 'captured'; face: string } | FaceRetry>('/register/face', body, options),
    strength: (body: { password: string; hints: string[] }, options: PostOptions) =>
      post<PasswordStrength>('/register/strength', body, options),
    register: (body: RegistrationForm, options: PostOptions) => post<RegistrationPending>('/register', body, options),
    registerConfirm: (body: { registration: string; emailCode: string; code: string }, options: PostOptions) =>
      post<LoginOutcome>('/register/confirm', body, options),
    passwordStart: () => repeatable<CardQuestion & { passwordEntries: number }>('/password/start'),
    password: (
      body: { challenge: string; current: string; password: string; entries: TypingSample[]; code: string },
      options: PostOptions,
    ) => post<LoginOutcome>('/password', body, options),
    resetStart: (body: { identifier: string }, options: PostOptions) =>
      post<{ reset: string; passwordEntries: number }>('/reset/start', body, options),
    resetCoordinates: (body: { reset: string; emailCode: string }, options: PostOptions) =>
      post<CardQuestion & { passwordEntries: number }>('/reset/coordinates', body, options),
    reset: (body: { challenge: string; password: string; entries: TypingSample[]; code: string }, options: PostOptions) =>
      post<LoginOutcome>('/reset', body, options),
    security: (signal?: AbortSignal) => client.get<Security>('/auth/security', signal ? { signal } : {}),
    history: (before: string | null, signal?: AbortSignal) =>
      client.get<{ signIns: SignIn[]; next: string | null }>(
        `/auth/history${before === null ? '' : `?before=${encodeURIComponent(before)}`}`,
        signal ? { signal } : {},
      ),
    confirmSignIns: (confirmation: string, options: PostOptions) => post<SignInsConfirmed>('/sign-ins/confirm', { confirmation }, options),
    disputeSignIn: (body: { confirmation: string; signIn: string }, options: PostOptions) =>
      post<SignInDisputed>('/sign-ins/dispute', body, options),
    endSession: (session: string, options: PostOptions) => post<unknown>('/sessions/end', { session }, options),
    consent: (body: { biometrics: Biometrics; confirmation?: string }, options: PostOptions) => post<Security>('/consent', body, options),
    consentToChecks: (session: Biometrics, confirmation: string, options: PostOptions) =>
      post<Security>('/consent', { session, confirmation }, options),
    showItIsMe: (body: { challenge: string; code: string }, options: PostOptions) => post<{ status: 'trusted' }>('/step-up', body, options),
    textStart: () => repeatable<TextAsked>('/text/start'),
    text: (body: { challenge: string; text: string; sample: TypingSample }, options: PostOptions) =>
      post<TextOutcome>('/text/submit', body, options),
    withdrawFace: (confirmation: string, options: PostOptions) => post<Security>('/consent', { face: 'declined', confirmation }, options),
    faceStart: (confirmation: string, options: PostOptions) =>
      post<FaceAsked>('/face/start', { confirmation, consent: 'granted' }, options),
    faceEnrol: (body: FaceBody, options: PostOptions) =>
      post<{ status: 'enrolled'; security: Security } | FaceRetry>('/face/enrol', body, options),
    faceDelete: (confirmation: string, options: PostOptions) => post<Security>('/face/delete', { confirmation }, options),
    enrolStart: () => repeatable<CardQuestion & { passwordEntries: number; texts: EnrolmentText[] }>('/enrol/start'),
    enrol: (body: { challenge: string; password: string; entries: TypingSample[]; code: string }, options: PostOptions) =>
      post<Security>('/enrol', body, options),
    exportData: (confirmation: string, options: PostOptions) => post<unknown>('/export', { confirmation }, options),
    erase: (confirmation: string, options: PostOptions) => post<{ status: 'erased' }>('/erase', { confirmation }, options),
  };
}

export type AuthCalls = ReturnType<typeof authCalls>;
