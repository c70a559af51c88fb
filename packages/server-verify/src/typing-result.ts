import type { InsufficientReason } from '@tacit-auth/features';
import type { CheckId } from '@tacit-auth/models';

/**
 * - `accept`: the customer's rhythm, on a ready template.
 * - `step-up`: typing can not carry this login; ask for another factor.
 * - `reject`: not typed by a person here and now (a script or a replay).
 * - `retry`: the entry can not be judged (corrected, pasted, too short); have it typed again, or ask for another factor.
 */
export type TypingDecision = 'accept' | 'step-up' | 'reject' | 'retry';

/** Why typing did not carry the login. */
export type TypingReason =
  /** The customer declined or withdrew the use of biometrics; nothing was kept. */
  | 'no-consent'
  /** Typing was never enrolled, or the enrolment is not active yet; nothing was kept. */
  | 'no-template'
  /** The template or its history is damaged, or of a later version than this server's; nothing was kept. */
  | 'template-unreadable'
  /** The clock of the device is coarser than 20 ms, so that a recording would not be recognised; no sample was kept. */
  | 'clock-too-coarse'
  /** The template has learned fewer samples than `policy.typing.readyAt`, so typing gives no verdict. */
  | 'young-template'
  /** The score lies below the threshold of a ready template. */
  | 'typing-mismatch'
  /** Too little to judge. */
  | InsufficientReason
  /** A bot or replay check that failed. */
  | CheckId;

/** How far a template has grown. */
export type TemplateState = 'none' | 'young' | 'ready';

export interface TemplateSummary {
  readonly state: TemplateState;
  /** Samples learned so far, enrolment included. */
  readonly learned: number;
}

/** The figures behind a verdict. For the server and its operators: a customer's browser must never see them. */
export interface TypingFigures {
  /** Natural-log likelihood ratio; positive = the customer. */
  readonly score: number;
  /** The score from which the entry counts as the customer's. */
  readonly threshold: number;
  /** `1 / (1 + exp(-score))`: the probability of the customer at equal priors, 0..1. */
  readonly confidence: number;
  /** Id of the calibration; scores of different ids are not comparable. */
  readonly calibration: string;
}

interface TypingResultBase {
  readonly template: TemplateSummary;
  /**
   * Id of the sealed sample that waits for the other factor. Pass it on to `verifyMatrixCode`: a right code lets the template learn it.
   * Without a right code within the hour it is deleted unlearned.
   */
  readonly heldSample?: string;
}

export type TypingResult =
  | (TypingResultBase & TypingFigures & { readonly decision: 'accept'; readonly reasons: readonly [] })
  | (TypingResultBase &
      Partial<TypingFigures> & {
        readonly decision: Exclude<TypingDecision, 'accept'>;
        readonly reasons: readonly [TypingReason, ...TypingReason[]];
      });
