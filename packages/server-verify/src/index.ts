export {
  type FreeTextPopulation,
  type PointerPopulation,
  parseFreeTextPopulation,
  parsePointerPopulation,
  type SessionTrustCalibration,
} from '@tacit-auth/models';
export type { FailedAlertDelivery } from './alert-deliveries';
export type { AlertDelivery, AlertMail, AlertMessage, AlertSink } from './alert-sinks';
export { ALERT_CODES, type Alert, type AlertCode } from './alerts';
export type { AuditEntry, AuditVerdict } from './audit-log';
export type { AuditPeople, AuditPerson, OperatorAuditEntry } from './audit-people';
export { AUDIT_TYPES, type AuditType } from './audit-types';
export type { SettingsDeed } from './confirmations';
export type { Biometrics, ConsentStatus } from './consent';
export type { ContinuousOptions, EvidenceCounts, RiskAction, RiskLevel, RiskPoint, RiskReason } from './continuous/judge-types';
export type { SessionInspection, UnreadableSession } from './continuous/session-inspection';
export type { Activation } from './customers';
export type { EnrolmentText } from './enrolment-texts';
export type { Erasure } from './erase';
export { ERROR_CODES, type ErrorCodeEntry, type ServerErrorCode } from './error-codes';
export { isTacitServerError, TacitServerError, type TacitServerErrorOptions } from './errors';
export type { SubjectExport } from './export';
export type { FaceChallengeIssued } from './face-challenge';
export type { FaceInspection, UnreadableFace } from './face-inspection';
export type { FaceDecision, FaceFigures, FaceReason, FaceResult, FaceRetryReason } from './face-result';
export type { FaceState } from './face-template';
export { createFlows, type Flows, type FlowsOptions } from './flows';
export type { ContinuousFlow } from './flows/continuous';
export type { ConsoleChange, EventFlow } from './flows/events';
export type { FaceEnrolment, FaceSettings } from './flows/face-settings';
export type { FaceStepUpFlow } from './flows/face-step-up';
export type { FlowHost } from './flows/flow-context';
export type { FaceRetry, RegistrationFace } from './flows/register-face';
export type { BiometricsState, FlowClient, FlowRefusal, FlowResult, LoginOutcome, SessionGrant, SessionView } from './flows/types';
export { inProcessNotifications } from './in-process-notifications';
export { inProcessJobs, type JobRounds, type JobRunner, platformTimer, type Timer } from './job-runner';
export type { Log, LogEvent } from './log';
export { type MailAlertSinkOptions, mailAlertSink } from './mail-alert-sink';
export { type MailboxEntry, type MailMessage, type MailSink, type SmtpSinkOptions, smtpSink } from './mail-sinks';
export type { MailText, MailTexts } from './mail-texts';
export type { CardSlot, MatrixCodeVerdict } from './matrix-card';
export type { MatrixCardView } from './matrix-card-view';
export { memoryStore } from './memory-store';
export { ANY_CHANGE, type Change, type ChangeListener, type Notifications } from './notifications';
export type { CreatedPerson, NewPerson, OperatorAlert, Operators } from './operators';
export type { LiveOperators, LiveSession, LiveSessionEvidence, LiveSessionHistory, OperatorCustomer } from './operators-live';
export type { CustomerTemplates, OversightOperators } from './operators-oversight';
export { type FailedMail, MAIL_LIMITS } from './outbox';
export type { HostPasswordCheck, PasswordHasher } from './password-store';
export { definePolicy, type Policy, type PolicyOptions } from './policy';
export type { RetrainAllTypingOptions, TypingRetraining, TypingRetrainings } from './retrain-typing';
export type { KeyRotation, RotateKeysOptions } from './rotate-keys';
export type { SessionRisk } from './sessions';
export type { ListOptions, NewRecord, Store, StoreRecord, StoreTransaction } from './store';
export { STORE_LIMITS } from './store-checks';
export {
  CHALLENGE_SENTENCES,
  CHALLENGE_TEXT_LIMITS,
  type ChallengeText,
  type ChallengeTextRequest,
  type ChallengeTextSource,
  sentenceSource,
} from './text-challenge/challenge-text';
export type { TextRetryReason } from './text-challenge/judge-text';
export type { TextOutcome } from './text-challenge/settle-text';
export type { TextChallengeFlow } from './text-challenge/text-challenge';
export type { TypingInspection, UnreadableTyping } from './typing-inspection';
export type { TemplateState, TemplateSummary, TypingDecision, TypingFigures, TypingReason, TypingResult } from './typing-result';
export type { TypingRollBack } from './typing-roll-back';
export { createVerifier, type RecordConsentOptions, type SubjectOptions, type Verifier } from './verifier';
export type { ChallengeOptions, ChallengeUse, IssuedChallenge } from './verifier-challenges';
export type { EnrolFaceOptions, EnrolFaceResult, FaceDeletion, VerifyFaceOptions } from './verifier-face';
export type {
  EnrolMatrixCardOptions,
  EnrolMatrixCardResult,
  MatrixChallenge,
  MatrixChallengeOptions,
  VerifyMatrixCodeOptions,
} from './verifier-matrix';
export type { VerifierOptions } from './verifier-options';
export type { EnrolTypingOptions, EnrolTypingResult, RollBackTypingOptions, VerifyTypingOptions } from './verifier-typing';
export { type WebhookPayload, type WebhookSinkOptions, webhookSink } from './webhook-sink';
