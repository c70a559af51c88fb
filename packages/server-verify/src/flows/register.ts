import type { ParsedTypingSample } from '@tacit-auth/features';
import { isInsufficient } from '@tacit-auth/features';
import { audit, OPERATORS } from '../audit-log';
import { type CheckedChallenge, issueChallenge, readChallenge } from '../challenges';
import { writeConsent } from '../consent';
import type { Context } from '../context';
import { ensureCustomer } from '../customers';
import { createEmailCode, emailCodeDigest } from '../email-codes';
import type { EnrolmentText } from '../enrolment-texts';
import { retryAfterSeconds, TacitServerError } from '../errors';
import type { FaceChallengeIssued } from '../face-challenge';
import { storeFace } from '../face-enrolment';
import { judgeOnce } from '../judge-once';
import { findLoginName, isRegistrable, normaliseIdentifier } from '../login-names';
import { issueCard } from '../matrix-card';
import type { MatrixCardView } from '../matrix-card-view';
import { notify } from '../notices';
import { type PasswordStrength, passwordStrength } from '../password-strength';
import { takeRegistration } from '../registration-quota';
import type { StoreTransaction } from '../store';
import { enrolTyping } from '../typing-enrolment';
import { assertEntriesByConsent, assertPassword, assertTexts, type TypedText } from './enrolment-input';
import { type FaceTicket, openFaceTicket } from './face-ticket';
import type { FlowContext } from './flow-context';
import { createRegisterConfirm, REGISTER_CONFIRM, type RegisterConfirm, registrationThrottle } from './register-confirm';
import { askForRegistrationFace, createRegisterFace, type RegisterFace } from './register-face';
import { REGISTRATION_ID, type Registration, registrationKind } from './registration-record';
import { reserveOrRefuse } from './throttled';
import { type BiometricsState, type FlowClient, type FlowResult, refuse } from './types';

const PURPOSE = 'flow-register';
const EMAIL = /^[^\s@,;:<>"()[\]\\\p{Cc}]{1,64}@[^\s@,;:<>"()[\]\\\p{Cc}]{1,189}$/u;

export interface RegistrationStarted {
  registration: string;
  passwordEntries: number;
  texts: EnrolmentText[];
  /** Where the use of the face was granted: what to do before the camera, for `face`. Null where not. */
  face: FaceChallengeIssued | null;
  expiresAt: number;
}

export interface RegistrationSubmitted {
  registration: string;
  card: MatrixCardView;
  coordinates: string[];
}

export interface RegisterInput {
  client: FlowClient;
  registration: string;
  identifier: string;
  email: string;
  profile: unknown;
  password: string;
  entries: readonly ParsedTypingSample[];
  texts: readonly TypedText[];
  /** What `face` gave. Left out where the face was not asked for. */
  face?: string;
}

export interface RegisterFlow {
  /**
   * Notes the consent in a signed token; nothing is stored. With biometrics declined no entries and no texts are asked for. The face, and the checks
   * of typing and pointer through the session, are purposes of their own, declined where nothing is said of them.
   *
   * @throws TacitServerError `ERR_FIELD_INVALID` for either that is granted while biometrics are declined
   */
  start(options: {
    client: FlowClient;
    consent: { terms: string; biometrics: BiometricsState; face?: BiometricsState | undefined; session?: BiometricsState | undefined };
  }): Promise<RegistrationStarted>;
  /** Judges the look into the camera that `start` asked for. */
  face: RegisterFace['face'];
  strength(options: { password: string; hints?: readonly string[] }): Promise<PasswordStrength>;
  /**
   * Checks every field, then stores the registration as pending and sends a code by mail. An identifier that somebody has already is answered
   * the same way; then it is the owner who gets a mail, and no code is ever right.
   *
   * @throws TacitServerError `ERR_FIELD_INVALID`, `ERR_PASSWORD_WEAK`, `ERR_ENROLMENT_QUALITY`, `ERR_ENROLMENT_FACE` for a face that
   * was asked for and not delivered, `ERR_BIOMETRICS_DECLINED`, `ERR_CHALLENGE_*`; the registration stays good for a corrected submit
   */
  submit(input: RegisterInput): Promise<FlowResult<RegistrationSubmitted>>;
  /** Both codes right: the host commits, then the customer is activated and signed in; all or nothing. */
  confirm: RegisterConfirm['confirm'];
}

interface StartData {
  terms: string;
  biometrics: BiometricsState;
  /** Tokens of an earlier version say nothing of it. */
  face?: BiometricsState;
  session?: BiometricsState;
  texts: EnrolmentText[];
}

interface Checked {
  identifier: string;
  profile: unknown;
  name: string;
  data: StartData;
  face: FaceTicket | undefined;
}

export function createRegister(flow: FlowContext): RegisterFlow {
  const { ctx, passwords } = flow;
  const { policy } = ctx;

  async function check(input: RegisterInput, { id, data: given }: CheckedChallenge): Promise<Checked> {
    const data = given as StartData;
    const identifier = normaliseIdentifier(input.identifier);
    if (!isRegistrable(identifier)) {
      throw new TacitServerError('ERR_FIELD_INVALID', {
        field: 'identifier',
        message: 'Use 3 to 128 letters, digits and . _ @ + - and begin with a letter or a digit.',
      });
    }
    if (!EMAIL.test(input.email)) {
      throw new TacitServerError('ERR_FIELD_INVALID', { field: 'email', message: 'Give one e-mail address.' });
    }
    // Its code goes to that mailbox, so that nobody takes another's address, or learns from his own mailbox whether it is taken.
    if (EMAIL.test(identifier) && identifier !== normaliseIdentifier(input.email)) {
      throw new TacitServerError('ERR_FIELD_INVALID', {
        field: 'identifier',
        message: 'A sign-in name that is an e-mail address must be the e-mail address given.',
      });
    }
    const profile = parseProfile(flow, input.profile);
    const name = nameOf(profile) ?? input.identifier.trim();
    const consented = data.biometrics === 'granted';
    assertEntriesByConsent(policy, consented, input.entries);
    if (!consented && input.texts.length > 0) {
      throw new TacitServerError('ERR_BIOMETRICS_DECLINED', { field: 'texts' });
    }
    assertTexts(data.texts, input.texts);
    const face = faceByConsent(ctx, id, data.face ?? 'declined', input.face);
    await assertPassword(policy, input.password, [identifier, input.email, name]);
    return { identifier, profile, name, data, face };
  }

  return {
    async start({ client, consent }) {
      const consented = consent.biometrics === 'granted';
      const wantsFace = consent.face === 'granted';
      if (wantsFace && !consented) {
        throw new TacitServerError('ERR_FIELD_INVALID', {
          field: 'consent.face',
          message: 'The face counts beside typing only: grant both, or decline the face.',
        });
      }
      const session = consent.session ?? 'declined';
      if (session === 'granted' && !consented) {
        throw new TacitServerError('ERR_FIELD_INVALID', {
          field: 'consent.session',
          message: 'Checks of the session use biometrics: grant both, or decline the checks.',
        });
      }
      const texts = consented ? flow.drawTexts() : [];
      const data: StartData = {
        terms: consent.terms,
        biometrics: consent.biometrics,
        face: wantsFace ? 'granted' : 'declined',
        session,
        texts,
      };
      const { challenge, expiresAt } = await issueChallenge(ctx, {
        purpose: PURPOSE,
        binding: client.browser,
        lifetimeMs: policy.registration.lifetimeMs,
        data,
      });
      const { id } = await readChallenge(ctx, challenge, { purpose: PURPOSE, binding: client.browser });
      const face = wantsFace ? await askForRegistrationFace(flow, client, { registration: id, until: expiresAt, number: 1 }) : null;
      return { registration: challenge, passwordEntries: consented ? policy.registration.passwordEntries : 0, texts, face, expiresAt };
    },

    strength: ({ password, hints = [] }) => passwordStrength({ password, hints, ...policy.password }),

    async submit(input) {
      const { client, password, email } = input;
      const challenge = await readChallenge(ctx, input.registration, { purpose: PURPOSE, binding: client.browser, replayable: true });
      const checked = await check(input, challenge);
      const { registration: _token, client: _client, ...body } = input;
      const { outcome } = await judgeOnce<FlowResult<{ subject: string }>>(ctx, {
        challenge,
        body,
        ...(client.idempotencyKey === undefined ? {} : { idempotencyKey: client.idempotencyKey }),
        // One address is not to be flooded with codes, and the owner of a name that is taken not with notices.
        async reserve(tx) {
          const waitMs = await takeRegistration(ctx, tx, client.address);
          return waitMs === undefined
            ? reserveOrRefuse(flow, tx, registrationThrottle(email, checked.identifier))
            : { refused: refuse('ERR_THROTTLED', { retryAfter: retryAfterSeconds(waitMs) }) };
        },
        judge: async () => {
          const passwordHash = await passwords.hash(password);
          return { outcome: refuse('ERR_INTERNAL'), effects: (tx) => store(flow, tx, input, checked, passwordHash) };
        },
      });
      return outcome.ok ? showCard(flow, client, outcome.body.subject) : outcome;
    },

    face: createRegisterFace(flow).face,
    confirm: createRegisterConfirm(flow).confirm,
  };
}

/** A face that was asked for must be there, one that was not must not: then nothing is stored. */
function faceByConsent(ctx: Context, registration: string, consent: BiometricsState, ticket: string | undefined): FaceTicket | undefined {
  if (consent === 'granted') {
    return openFaceTicket(ctx, registration, ticket);
  }
  if (ticket !== undefined) {
    throw new TacitServerError('ERR_BIOMETRICS_DECLINED', {
      field: 'face',
      message: 'A face was sent although its use was declined: leave it out.',
    });
  }
  return undefined;
}

/** The same records whether or not the identifier is taken, so that neither the answer nor its time tells. */
async function store(
  flow: FlowContext,
  tx: StoreTransaction,
  input: RegisterInput,
  { identifier, profile, name, data, face }: Checked,
  passwordHash: string,
): Promise<FlowResult<{ subject: string }>> {
  const { ctx } = flow;
  const { client, email, entries, texts } = input;
  const taken = await findLoginName(ctx, tx, identifier);
  const hostSubject = ctx.newId();
  const { subject } = await ensureCustomer(ctx, tx, { hostSubject, email, name, profile });
  const { biometrics, face: useOfFace = 'declined', session = 'declined', terms: version } = data;
  await writeConsent(ctx, tx, { subject, biometrics, face: useOfFace, session, version });
  if (data.biometrics === 'granted') {
    const samples = texts.map(({ id, typed, typing }) => ({ id, typed, sample: typing }));
    const enrolled = await enrolTyping(ctx, tx, { subject, samples: entries, texts: samples, pending: true });
    if (isInsufficient(enrolled)) {
      throw new TacitServerError('ERR_ENROLMENT_QUALITY', { field: 'entries' });
    }
  }
  if (face !== undefined) {
    await storeFace(ctx, tx, { subject, ...face, pending: true });
  }
  const now = ctx.clock();
  const code = createEmailCode(ctx);
  const value: Registration = {
    state: 'pending',
    hostSubject,
    identifier,
    passwordHash,
    emailCode: emailCodeDigest(ctx, subject, code),
    tries: 0,
    decoy: taken.known,
    browser: ctx.pseudonym('browser', client.browser),
    answer: null,
    expiresAt: now + ctx.policy.registration.lifetimeMs,
    outcome: null,
  };
  await registrationKind.insert(ctx, tx, { subject, id: REGISTRATION_ID, value, at: now, due: value.expiresAt });
  await audit(ctx, tx, { chain: OPERATORS, type: 'registration-started', detail: { subject } });
  if (taken.known) {
    await notify(ctx, tx, taken.subject, 'identifier-taken', {});
  } else {
    await notify(ctx, tx, subject, 'registration-code', { code, minutes: Math.round(ctx.policy.registration.lifetimeMs / 60_000) });
  }
  return { ok: true, body: { subject } };
}

/** The card is drawn last and never stored with an outcome: a repetition of the same submit is shown a new one. */
function showCard(flow: FlowContext, client: FlowClient, subject: string): Promise<FlowResult<RegistrationSubmitted>> {
  const { ctx } = flow;
  return ctx.store.transaction(async (tx) => {
    const found = await registrationKind.get(ctx, tx, subject, REGISTRATION_ID);
    if (found?.value.state !== 'pending') {
      return refuse('ERR_REGISTRATION_ENDED');
    }
    const { card, coordinates } = await issueCard(ctx, tx, { subject, pending: true });
    const { challenge } = await issueChallenge(ctx, {
      purpose: REGISTER_CONFIRM,
      subject,
      binding: client.browser,
      lifetimeMs: Math.max(1, found.value.expiresAt - ctx.clock()),
    });
    return { ok: true, body: { registration: challenge, card, coordinates } };
  });
}

function parseProfile(flow: FlowContext, value: unknown): unknown {
  try {
    return flow.parseProfile(value);
  } catch (error) {
    // The host's message may repeat what was typed; only a path is taken over.
    const at = fieldOf(error);
    throw new TacitServerError('ERR_FIELD_INVALID', { field: at === undefined ? 'profile' : `profile.${at}` });
  }
}

const PATH = /^[A-Za-z][A-Za-z0-9_.[\]]{0,63}$/;

function fieldOf(error: unknown): string | undefined {
  const { field, issues } = (typeof error === 'object' && error !== null ? error : {}) as { field?: unknown; issues?: unknown };
  const path = Array.isArray(issues) ? (issues[0] as { path?: unknown } | undefined)?.path : undefined;
  const found = Array.isArray(path) ? path.join('.') : field;
  return typeof found === 'string' && PATH.test(found) ? found : undefined;
}

function nameOf(profile: unknown): string | undefined {
  const name = typeof profile === 'object' && profile !== null ? (profile as { name?: unknown }).name : undefined;
  return typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, 100) : undefined;
}
