export { ALERT_CODES, type Alert, type AlertCode } from './alerts';
export type { AuditEntry, AuditVerdict } from './audit-log';
export { AUDIT_TYPES, type AuditType } from './audit-types';
export type { SettingsDeed } from './confirmations';
export type { Biometrics, ConsentStatus } from './consent';
export type { Activation } from './customers';
export type { Erasure } from './erase';
export { ERROR_CODES, type ErrorCodeEntry, type ServerErrorCode } from './error-codes';
export { isTacitServerError, TacitServerError, type TacitServerErrorOptions } from './errors';
export type { SubjectExport } from './export';
export type { FaceChallengeIssued } from './face-challenge';
export type { FaceInspection, UnreadableFace } from './face-inspection';
export type { FaceDecision, FaceFigures, FaceReason, FaceResult, FaceRetryReason } from './face-result';
export type { FaceState } from './face-template';
export { createFlows, type Flows, type FlowsOptions } from './flows';
export type { FaceEnrolment, FaceSettings } from './flows/face-settings';
export type { FaceStepUpFlow } from './flows/face-step-up';
export type { FlowHost } from './flows/flow-context';
export type { FaceRetry, RegistrationFace } from './flows/register-face';
export type { BiometricsState, FlowClient, FlowRefusal, FlowResult, LoginOutcome, SessionGrant, SessionView } from './flows/types';
export { platformTimer, type Timer } from './jobs';
export type { Log, LogEvent } from './log';
export { type MailboxEntry, type MailMessage, type MailSink, type SmtpSinkOptions, smtpSink } from './mail-sinks';
export type { CardSlot, MatrixCodeVerdict } from './matrix-card';
export type { MatrixCardView } from './matrix-card-view';
export { memoryStore } from './memory-store';
export type { CreatedPerson, NewPerson, OperatorAlert, Operators } from './operators';
export { type FailedMail, MAIL_LIMITS } from './outbox';
export { definePolicy, type Policy, type PolicyOptions } from './policy';
export type { RetrainAllTypingOptions, TypingRetraining, TypingRetrainings } from './retrain-typing';
export type { KeyRotation, RotateKeysOptions } from './rotate-keys';
export type { ListOptions, NewRecord, Store, StoreRecord, StoreTransaction } from './store';
export { STORE_LIMITS } from './store-checks';
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
