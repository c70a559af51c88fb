import type { SignedAuditHead } from '@tacit-auth/crypto';
import { ALERT_JOB } from './alerts';
import { assertObject, assertOneOf, assertText } from './arguments';
import { type AuditVerdict, anchorAuditHeads, audit, OPERATORS, verifyAudit } from './audit-log';
import { calibrateTemplates } from './calibration-job';
import { type Biometrics, type ConsentStatus, consentOf, recordConsent } from './consent';
import type { Context } from './context';
import { inspectSession, type SessionInspection, type UnreadableSession } from './continuous/session-inspection';
import { forgetSessionTemplates } from './continuous/session-template';
import { type Activation, activate, ensureCustomer, requireCustomer } from './customers';
import { alertsSettled, deliverAlerts } from './deliver-alerts';
import { type Erasure, eraseSubject } from './erase';
import { TacitServerError } from './errors';
import { exportSubject, type SubjectExport } from './export';
import type { FaceChallengeIssued } from './face-challenge';
import { type FaceInspection, inspectFace, type UnreadableFace } from './face-inspection';
import type { FaceResult } from './face-result';
import { createJobs, type Job, type Jobs } from './jobs';
import { type MailboxEntry, mailboxSink, readMailbox } from './mail-sinks';
import type { MatrixCodeVerdict } from './matrix-card';
import { deliverDue } from './outbox';
import type { Policy } from './policy';
import { enforceRetention } from './retention';
import {
  type RetrainAllTypingOptions,
  retrainAllTyping,
  retrainTyping,
  type TypingRetraining,
  type TypingRetrainings,
} from './retrain-typing';
import { type KeyRotation, type RotateKeysOptions, rotateKeys } from './rotate-keys';
import { inspectTyping, type TypingInspection, type UnreadableTyping } from './typing-inspection';
import type { TypingResult } from './typing-result';
import type { TypingRollBack } from './typing-roll-back';
import { forgetTemplates } from './typing-template';
import { type ChallengeOptions, type IssuedChallenge, issueChallengeVerb, subjectOf } from './verifier-challenges';
import {
  deleteFaceVerb,
  type EnrolFaceOptions,
  type EnrolFaceResult,
  enrolFaceVerb,
  type FaceDeletion,
  issueFaceChallengeVerb,
  type VerifyFaceOptions,
  verifyFaceVerb,
} from './verifier-face';
import { registerVerifier } from './verifier-internals';
import {
  type EnrolMatrixCardOptions,
  type EnrolMatrixCardResult,
  enrolMatrixCardVerb,
  issueMatrixChallengeVerb,
  type MatrixChallenge,
  type MatrixChallengeOptions,
  type VerifyMatrixCodeOptions,
  verifyMatrixCodeVerb,
} from './verifier-matrix';
import { readVerifierOptions, type VerifierOptions } from './verifier-options';
import {
  type EnrolTypingOptions,
  type EnrolTypingResult,
  enrolTypingVerb,
  type RollBackTypingOptions,
  rollBackTypingVerb,
  type VerifyTypingOptions,
  verifyTypingVerb,
} from './verifier-typing';

export interface SubjectOptions {
  /** The host's id of the customer, 1-512 characters. */
  subject: string;
}

export interface RecordConsentOptions extends SubjectOptions {
  biometrics: Biometrics;
  /** Whether the face may be used, beside typing: a purpose of its own. Left out, it stays as it was; at first declined. */
  face?: Biometrics;
  /** Whether typing and pointer may be checked through his sessions: a purpose of its own. Left out, it stays as it was; at first declined. */
  session?: Biometrics;
  /** Your name for the text that the customer was shown, 1-64 characters. */
  version: string;
}

/**
 * Judges factors: typing, faces and matrix codes. Knows no passwords and no sessions; `createFlows` stands on it.
 *
 * Every verb throws TypeError or RangeError for arguments out of bounds and TacitServerError for misuse; outcomes are returned.
 */
export interface Verifier {
  /** Brings the store up to date, unwraps the root key and starts the jobs, which also finish what a crash left. */
  start(): Promise<void>;
  /** Stops the jobs and notifications, wipes the keys from memory and closes the store. */
  close(): Promise<void>;

  issueChallenge(options: ChallengeOptions): Promise<IssuedChallenge>;
  enrolTyping(options: EnrolTypingOptions): Promise<EnrolTypingResult>;
  verifyTyping(options: VerifyTypingOptions): Promise<TypingResult>;
  enrolMatrixCard(options: EnrolMatrixCardOptions): Promise<EnrolMatrixCardResult>;
  issueMatrixChallenge(options: MatrixChallengeOptions): Promise<MatrixChallenge>;
  verifyMatrixCode(options: VerifyMatrixCodeOptions): Promise<MatrixCodeVerdict>;
  /** A challenge with what the customer is to do before the camera, for `enrolFace` (purpose `enrol-face`) or `verifyFace` (default `login`). */
  issueFaceChallenge(options: ChallengeOptions): Promise<FaceChallengeIssued>;
  /** Enrols a face in place of an earlier one. The consent must name the face. `ERR_CHALLENGE_USED` where the face was deleted, or its consent withdrawn, since the challenge was issued. */
  enrolFace(options: EnrolFaceOptions): Promise<EnrolFaceResult>;
  /**
   * Judges a look into the camera. A descriptor can be computed from any photograph and the frames can be forged: an accepted face is worth something
   * beside password and typing only. It must never lift a restricted session, let a template learn, or authorise a transfer.
   */
  verifyFace(options: VerifyFaceOptions): Promise<FaceResult>;
  /** Deletes a customer's face at once, whether or not it can be read. The consent stays as it is. */
  deleteFace(options: SubjectOptions): Promise<FaceDeletion>;
  /** State, size and age of a customer's face, nothing biometric; null where there is none, and `state: 'unreadable'` where it can not be read. */
  inspectFace(options: SubjectOptions): Promise<FaceInspection | UnreadableFace | null>;
  /** Makes what was enrolled effective, after your own commit. Calling it again changes nothing. `ERR_SUBJECT_UNKNOWN` after an hour. */
  activate(options: SubjectOptions): Promise<Activation>;
  /** Undoes learning after a disputed sign-in: the quarantine is deleted, the template goes back to its verified entries, and so does what sessions taught. */
  rollBackTyping(options: RollBackTypingOptions): Promise<TypingRollBack>;
  /**
   * Renews a customer's profile and calibration where they are not as this version would make them, from the entries that the template holds.
   * A template that can not be read is made anew of the enrolment's entries, if these are still kept. Off the way of requests, safe beside logins.
   *
   * @throws TacitServerError `ERR_RECORD_CORRUPT`: neither was possible, enrol again; `ERR_RECORD_CONFLICT`: it learned all the while, try again
   */
  retrainTyping(options: SubjectOptions): Promise<TypingRetraining>;
  /** The same for everybody, one customer after another. Aborted, it resolves with what it did, and the next run goes on from there. */
  retrainAllTyping(options?: RetrainAllTypingOptions): Promise<TypingRetrainings>;
  /** Age, size and state of a customer's template, nothing biometric; null where there is none, and `state: 'unreadable'` where it can not be read. */
  inspectTyping(options: SubjectOptions): Promise<TypingInspection | UnreadableTyping | null>;
  /** The same of what his sessions taught. */
  inspectSession(options: SubjectOptions): Promise<SessionInspection | UnreadableSession | null>;

  /** Writes the customer's decision. Declining what was granted is a withdrawal: template, history and samples, the face, or what sessions taught, are erased at once. */
  recordConsent(options: RecordConsentOptions): Promise<ConsentStatus>;
  /** The decision in force; undefined where none was recorded. */
  consentOf(options: SubjectOptions): Promise<ConsentStatus | undefined>;
  /** Declines all in the terms of the last decision. `erased` says whether there was anything biometric. */
  withdrawConsent(options: SubjectOptions): Promise<{ status: ConsentStatus; erased: boolean }>;
  /** Everything that is held of a customer, as plain JSON. In the place of a record that can not be read stands why. */
  exportSubject(options: SubjectOptions): Promise<SubjectExport>;
  /** Deletes a customer: records, data key, and what deletions leave in the store's files. The audit chain stays, unreadable, and verifies. */
  eraseSubject(options: SubjectOptions): Promise<Erasure>;

  /** Moves all keys to the key provider's current key, while logins go on. */
  rotateKeys(options?: RotateKeysOptions): Promise<KeyRotation>;
  /** Checks the audit chain of a customer, also an erased one; without a subject that of the operators. */
  verifyAudit(options?: { subject?: string; anchors?: readonly SignedAuditHead[] }): Promise<AuditVerdict>;
  /** Does one round of all jobs now. */
  runJobs(): Promise<void>;
  /** What the built-in mailbox received, the newest first. */
  mailbox(options?: { subject?: string; limit?: number }): Promise<MailboxEntry[]>;
  readonly policy: Policy;
}

/** @throws TypeError, RangeError for options out of bounds; the message names them */
export function createVerifier(options: VerifierOptions): Verifier {
  const { ctx, mail, alertSinks, timer, jobs: runner, jobIntervalMs } = readVerifierOptions(options);
  const sink = mail ?? mailboxSink(ctx);
  const closing = new AbortController();
  const beforeClosing: Array<() => Promise<void>> = [];
  const jobList: Job[] = [
    {
      name: 'retention',
      run: async () => {
        await enforceRetention(ctx);
      },
    },
    {
      name: 'calibration',
      run: async () => {
        await calibrateTemplates(ctx);
      },
    },
    {
      name: 'mail',
      run: async () => {
        await deliverDue(ctx, sink);
      },
    },
    {
      name: ALERT_JOB,
      run: async () => {
        await deliverAlerts(ctx, alertSinks, { timer, signal: closing.signal });
      },
    },
    {
      name: 'audit-anchor',
      run: async () => {
        await anchorAuditHeads(ctx);
      },
    },
  ];
  const jobs: Jobs = createJobs(ctx, jobList, { intervalMs: jobIntervalMs, runner });

  const verifier: Verifier = {
    policy: ctx.policy,
    async start() {
      await ctx.start();
      await ctx.notifications.start({ log: ctx.log });
      await jobs.start();
    },
    async close() {
      // A sink that takes its time must not hold up the end.
      closing.abort();
      await jobs.stop();
      await alertsSettled(ctx);
      await Promise.all(beforeClosing.map((work) => work()));
      await ctx.notifications.stop();
      ctx.stop();
      forgetTemplates(ctx);
      forgetSessionTemplates(ctx);
      await ctx.store.close();
    },
    issueChallenge: (given) => issueChallengeVerb(ctx, given),
    enrolTyping: (given) => enrolTypingVerb(ctx, given),
    verifyTyping: (given) => verifyTypingVerb(ctx, given),
    enrolMatrixCard: (given) => enrolMatrixCardVerb(ctx, given),
    issueMatrixChallenge: (given) => issueMatrixChallengeVerb(ctx, given),
    verifyMatrixCode: (given) => verifyMatrixCodeVerb(ctx, given),
    issueFaceChallenge: (given) => issueFaceChallengeVerb(ctx, given),
    enrolFace: (given) => enrolFaceVerb(ctx, given),
    verifyFace: (given) => verifyFaceVerb(ctx, given),
    deleteFace: (given) => deleteFaceVerb(ctx, given),
    inspectFace: async (given) => {
      const subject = recordSubject(ctx, given);
      return ctx.store.transaction((tx) => inspectFace(ctx, tx, subject));
    },
    async activate(given) {
      const subject = recordSubject(ctx, given);
      return ctx.store.transaction(async (tx) => {
        const activation = await activate(ctx, tx, subject);
        if (activation.card) {
          await audit(ctx, tx, { chain: subject, type: 'card-activated' });
        }
        return activation;
      });
    },
    rollBackTyping: (given) => rollBackTypingVerb(ctx, given),
    retrainTyping: async (given) => retrainTyping(ctx, recordSubject(ctx, given)),
    retrainAllTyping: async (given) => retrainAllTyping(ctx, given),
    inspectTyping: async (given) => inspectTyping(ctx, recordSubject(ctx, given)),
    inspectSession: async (given) => inspectSession(ctx, recordSubject(ctx, given)),
    async recordConsent(given) {
      assertObject(given, 'options');
      assertOneOf(given.biometrics, 'biometrics', ['granted', 'declined']);
      assertText(given.version, 'version', 1, 64);
      const { biometrics, face, session, version } = given;
      for (const [name, purpose] of Object.entries({ face, session })) {
        if (purpose !== undefined) {
          assertOneOf(purpose, name, ['granted', 'declined']);
        }
        if (purpose === 'granted' && biometrics === 'declined') {
          throw new RangeError(`${name} must be declined where biometrics are`);
        }
      }
      const { subject } = await ctx.store.transaction((tx) => {
        subjectOf(ctx, given.subject);
        return ensureCustomer(ctx, tx, { hostSubject: given.subject });
      });
      return (
        await recordConsent(ctx, {
          subject,
          biometrics,
          version,
          ...(face === undefined ? {} : { face }),
          ...(session === undefined ? {} : { session }),
        })
      ).status;
    },
    async consentOf(given) {
      const subject = recordSubject(ctx, given);
      return ctx.store.transaction((tx) => consentOf(ctx, tx, subject));
    },
    async withdrawConsent(given) {
      const subject = recordSubject(ctx, given);
      const last = await ctx.store.transaction((tx) => consentOf(ctx, tx, subject));
      if (last === undefined) {
        throw new TacitServerError('ERR_SUBJECT_UNKNOWN', { field: 'subject' });
      }
      const { status, erased } = await recordConsent(ctx, { subject, biometrics: 'declined', version: last.version });
      return { status, erased };
    },
    async exportSubject(given) {
      const subject = recordSubject(ctx, given);
      await ctx.store.transaction(async (tx) => {
        await requireCustomer(ctx, tx, subject);
        await audit(ctx, tx, { chain: subject, type: 'exported' });
      });
      return exportSubject(ctx, subject);
    },
    eraseSubject: async (given) => eraseSubject(ctx, recordSubject(ctx, given)),
    async rotateKeys(given) {
      const rotation = await rotateKeys(ctx, given);
      await ctx.store.transaction((tx) => audit(ctx, tx, { chain: OPERATORS, type: 'keys-rotated', detail: { ...rotation } }));
      return rotation;
    },
    async verifyAudit(given = {}) {
      assertObject(given, 'options');
      const chain = given.subject === undefined ? OPERATORS : subjectOf(ctx, given.subject);
      return verifyAudit(ctx, chain, given.anchors === undefined ? {} : { anchors: given.anchors });
    },
    runJobs: () => jobs.runOnce(),
    async mailbox(given = {}) {
      assertObject(given, 'options');
      const { subject, limit } = given;
      return readMailbox(ctx, {
        ...(subject === undefined ? {} : { subject: subjectOf(ctx, subject) }),
        ...(limit === undefined ? {} : { limit }),
      });
    },
  };
  registerVerifier(verifier, { context: ctx, jobs: jobList, timer, closing: beforeClosing });
  return Object.freeze(verifier);
}

function recordSubject(ctx: Context, given: SubjectOptions): string {
  assertObject(given, 'options');
  return subjectOf(ctx, given.subject);
}
