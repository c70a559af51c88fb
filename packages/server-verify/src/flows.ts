import { z } from 'zod';
import { tellChange } from './after-commit';
import { assertFunction, assertObject, assertText } from './arguments';
import { createChangeHub } from './change-hub';
import type { Context } from './context';
import { createEvidenceJudge } from './continuous/evidence-judge';
import type { ContinuousOptions, EvidenceJudge, ReactToRisk } from './continuous/judge-types';
import { sessionModels } from './continuous/session-models';
import { drawEnrolmentTexts, type EnrolmentText, MAX_ENROLMENT_TEXT_LENGTH } from './enrolment-texts';
import { createPasswordFlow, type PasswordFlow } from './flows/change-password';
import { type ContinuousFlow, createContinuous } from './flows/continuous';
import { settleErasures } from './flows/erase-customer';
import { createEvents, type EventFlow } from './flows/events';
import { deleteExpired } from './flows/expired-records';
import { createFaceSettings, type FaceSettings } from './flows/face-settings';
import { createFaceStepUp, type FaceStepUpFlow } from './flows/face-step-up';
import type { FlowContext, FlowHost } from './flows/flow-context';
import { createLogin, type LoginFlow } from './flows/login';
import { createLostCard, type LostCardFlow } from './flows/lost-card';
import { createReauthenticate, type ReauthenticateFlow } from './flows/reauthenticate';
import { createRegister, type RegisterFlow } from './flows/register';
import { settleRegistrations } from './flows/registration-job';
import { createReset, type ResetFlow } from './flows/reset';
import { createSecurity, type SecurityFlows } from './flows/security';
import { reactToRisk } from './flows/session-risk';
import { createSessionFlows, type SessionFlows } from './flows/sessions';
import { createStepUp, type StepUpFlow } from './flows/step-up';
import { settleSessions } from './flows/step-up-job';
import { noJudge } from './flows/unwatched';
import type { Timer } from './job-runner';
import type { Job } from './jobs';
import { MAIL_TEXTS, type MailTexts } from './mail-texts';
import { addressNotices } from './notices';
import { createOperators, type Operators } from './operators';
import { argon2Hasher, createPasswordStore, type HostPasswordCheck, type PasswordHasher } from './password-store';
import { loadPasswordEstimator } from './password-strength';
import { recordReference } from './record-reference';
import { setSessionEffects } from './session-effects';
import { CHALLENGE_SENTENCES, type ChallengeTextSource, sentenceSource } from './text-challenge/challenge-text';
import { createTextChallenge, type TextChallengeFlow } from './text-challenge/text-challenge';
import { NO_TEXT_JUDGE, sessionTextJudge, type TextJudge } from './text-challenge/text-judge';
import type { Verifier } from './verifier';
import { addVerifierJob, beforeClose, verifierContext, verifierTimer } from './verifier-internals';

export interface FlowsOptions {
  /** From `createVerifier`. Create the flows before it is started: its jobs do theirs as well. */
  verifier: Verifier;
  /** The application's own address, such as `https://bank.example`; it signs the mails. */
  origin: string;
  /** What the application does when customers come and go. */
  host?: FlowHost;
  /** Checks the application's own fields at a registration and returns them; throws for wrong ones. Default: `{ name }`, 1-100 characters. */
  parseProfile?: (value: unknown) => unknown;
  /** The application's own check of passwords. Registration, change and reset of passwords are then its own, too. */
  verifyPassword?: HostPasswordCheck;
  /** Draws the short texts of an enrolment: `policy.registration.texts` of at most 240 characters. Default: Tacit's own, in English. */
  texts?: (random: (length: number) => Uint8Array) => EnrolmentText[];
  /** Where the texts come from that a customer is asked to type in a session. Default: Tacit's own sentences, in English; yours by `sentenceSource`. */
  challengeTexts?: ChallengeTextSource;
  /** Mails in other words or another language. */
  mailTexts?: Partial<MailTexts>;
  /** How passwords are hashed. Default: Argon2id. */
  passwordHasher?: PasswordHasher;
  /** How sessions of customers who agree are checked by typing and pointer, and what follows. `false`: they are not. */
  continuous?: ContinuousOptions | false;
}

/** What tests put in its place. */
export interface FlowsParts {
  judge?: (ctx: Context, react: ReactToRisk) => EvidenceJudge;
  textJudge?: TextJudge;
}

/** Registration, sign-in and what belongs to them, each as a flow of its own. They know no HTTP. */
export interface Flows {
  readonly sessions: SessionFlows;
  readonly login: LoginFlow;
  readonly stepUp: StepUpFlow;
  /** The face of a sign-in. */
  readonly faceStepUp: FaceStepUpFlow;
  /** The face in a customer's own settings. */
  readonly faceSettings: FaceSettings;
  readonly reauthenticate: ReauthenticateFlow;
  readonly register: RegisterFlow;
  readonly password: PasswordFlow;
  readonly reset: ResetFlow;
  readonly lostCard: LostCardFlow;
  readonly security: SecurityFlows;
  /** Checks through the session. */
  readonly continuous: ContinuousFlow;
  /** A text of the server's choice, typed by hand. */
  readonly textChallenge: TextChallengeFlow;
  /** What changes, for consoles. */
  readonly events: EventFlow;
  readonly operators: Operators;
  /** Whether passwords are Tacit's own, so that there are registration, change and reset. */
  readonly ownPasswords: boolean;
  /** Uses up the confirmation of a high-risk action of the application. Same as `stepUp.takeConfirmation`. */
  readonly takeConfirmation: StepUpFlow['takeConfirmation'];
  /** A new secret for a browser's cookie. */
  newBrowser(): string;
  /** One round of all jobs, in an order in which a mail that is due goes out. For tests and one-off scripts: the verifier runs them anyway. */
  runJobs(): Promise<void>;
}

const defaultProfile = z.strictObject({ name: z.string().trim().min(1).max(100) });

/** @throws TypeError, RangeError for options out of bounds; the message names them */
export function createFlows(options: FlowsOptions): Flows {
  return assembleFlows(options);
}

/** As `createFlows`. */
export function assembleFlows(options: FlowsOptions, parts: FlowsParts = {}): Flows {
  assertObject(options, 'options');
  const { verifier, origin, host = {}, parseProfile = (value) => defaultProfile.parse(value), verifyPassword, texts, mailTexts } = options;
  const ctx = verifierContext(verifier);
  assertText(origin, 'origin', 8, 256);
  assertObject(host, 'host');
  assertFunction(parseProfile, 'parseProfile');
  for (const [name, given] of Object.entries({ verifyPassword, texts, challengeTexts: options.challengeTexts })) {
    if (given !== undefined) {
      assertFunction(given, name);
    }
  }
  const hasher = options.passwordHasher ?? argon2Hasher((length) => ctx.random(length));
  const timer = verifierTimer(verifier);
  const react = reactToRisk(ctx);
  const judge = parts.judge?.(ctx, react) ?? judgeOf(ctx, options.continuous ?? {}, react, timer);
  const hub = createChangeHub(ctx, timer);
  setSessionEffects(ctx, {
    closed: (tx, session, how) => judge.settle(tx, session, how),
    changed: (tx, { subject, id }) => tellChange(ctx, tx, 'session', recordReference(subject, id)),
  });
  const flow: FlowContext = {
    ctx,
    host,
    passwords: createPasswordStore(ctx, hasher, verifyPassword),
    parseProfile,
    drawTexts: () => drawTexts(ctx.policy.registration.texts, ctx.random, texts),
    mailTexts: { ...MAIL_TEXTS, ...mailTexts },
    origin,
    judge,
    hub,
    timer,
  };
  const jobs: Job[] = [
    { name: 'registrations', run: () => settleRegistrations(flow) },
    { name: 'erasures', run: () => settleErasures(flow) },
    { name: 'sessions', run: () => settleSessions(flow) },
    { name: 'expired-records', run: () => deleteExpired(ctx) },
    {
      name: 'notices',
      run: async () => {
        await addressNotices(ctx, flow.mailTexts, origin);
      },
    },
    {
      name: 'password-estimator',
      run: async () => {
        await loadPasswordEstimator();
      },
    },
  ];
  for (const job of jobs) {
    addVerifierJob(verifier, job);
  }
  const stepUp = createStepUp(flow);
  const events = createEvents(flow);
  beforeClose(verifier, async () => {
    events.close();
    await Promise.all([judge.close(), hub.close()]);
  });
  return Object.freeze({
    sessions: createSessionFlows(flow),
    login: createLogin(flow),
    stepUp,
    faceStepUp: createFaceStepUp(flow),
    faceSettings: createFaceSettings(flow),
    reauthenticate: createReauthenticate(flow),
    register: createRegister(flow),
    password: createPasswordFlow(flow),
    reset: createReset(flow),
    lostCard: createLostCard(flow),
    security: createSecurity(flow),
    continuous: createContinuous(flow),
    textChallenge: createTextChallenge(ctx, {
      judge: parts.textJudge ?? textJudgeOf(ctx, options.continuous ?? {}, judge),
      source: options.challengeTexts ?? sentenceSource(CHALLENGE_SENTENCES),
    }),
    events,
    operators: createOperators(flow),
    ownPasswords: flow.passwords.own,
    takeConfirmation: stepUp.takeConfirmation,
    newBrowser: () => ctx.newId(),
    async runJobs() {
      // What a job leaves for another is taken up in the next round.
      for (let round = 0; round < 3; round++) {
        await verifier.runJobs();
      }
    },
  });
}

function judgeOf(ctx: Context, options: ContinuousOptions | false, react: ReactToRisk, timer: Timer): EvidenceJudge {
  return options === false ? noJudge(ctx) : createEvidenceJudge(ctx, options, react, { timer });
}

function textJudgeOf(ctx: Context, options: ContinuousOptions | false, judge: EvidenceJudge): TextJudge {
  return options === false ? NO_TEXT_JUDGE : sessionTextJudge(ctx, judge, sessionModels(options));
}

const TEXT_ID = /^[A-Za-z0-9-]{1,32}$/;

function drawTexts(
  count: number,
  random: (length: number) => Uint8Array,
  source: FlowsOptions['texts'] = (bytes) => drawEnrolmentTexts(bytes, count),
): EnrolmentText[] {
  const texts = source(random);
  if (!Array.isArray(texts) || texts.length !== count) {
    throw new RangeError(`texts must return ${count} texts`);
  }
  return texts.map(({ id, text }) => {
    if (typeof id !== 'string' || !TEXT_ID.test(id) || typeof text !== 'string' || text.length > MAX_ENROLMENT_TEXT_LENGTH) {
      throw new RangeError(
        `texts must return ids of 1-32 letters, digits and -, and texts of at most ${MAX_ENROLMENT_TEXT_LENGTH} characters`,
      );
    }
    return { id, text };
  });
}
