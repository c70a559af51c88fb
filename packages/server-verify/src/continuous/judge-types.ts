import type { CoarseState, EvidenceAnswer, EvidenceOpening, ParsedEvidenceBatch } from '@tacit-auth/features';
import type { FreeTextPopulation, PointerPopulation, SessionTrustCalibration, TrustReason } from '@tacit-auth/models';
import type { Timer } from '../jobs';
import type { Stored } from '../record-kind';
import type { StoredSession } from '../sessions';
import type { StoreTransaction } from '../store';
import type { SessionReference } from '../tokens';
import type { prepareEvidence } from './prepared-evidence';

/** What a host chooses of the checks in the background. */
export interface ContinuousOptions {
  /** What is known of how other people type. Default: the shipped population. null: typing is not compared. */
  freeText?: FreeTextPopulation | null;
  /** The same of the pointer. Default null: none is shipped. */
  pointer?: PointerPopulation | null;
  /** What a medium risk brings. Default `step-up`. */
  atMedium?: 'none' | 'step-up';
  /** What a high risk brings. Default `lock`. */
  atHigh?: 'lock' | 'terminate' | 'step-up';
  /** Thresholds measured on your own customers. Default: those measured on public data. */
  calibration?: SessionTrustCalibration;
}

/** What sessions keep of a risk. Too little evidence is `low`. */
export type RiskLevel = 'low' | 'medium' | 'high';
export type RiskAction = 'none' | 'step-up' | 'lock' | 'terminate';
/** Why there is doubt, in codes. `replayed`: a window came twice, in this session or another (three of them are medium risk by themselves, six high); `untrusted`: a script made events, or no person types so. */
export type RiskReason = TrustReason | 'replayed' | 'untrusted';

/** A level that has changed. `action` is `none` where the level fell. */
export interface RiskChange {
  readonly from: RiskLevel;
  readonly to: RiskLevel;
  readonly action: RiskAction;
  readonly reasons: readonly RiskReason[];
}

/**
 * Called inside the transaction in which the level changed, after the evidence was written there: it notes the risk in the session, locks or ends it, writes audit
 * and alerts, and returns the session as it now is. It may call `confirmed` and `settle`, and may run again where the transaction is repeated. A session that it
 * ends is settled `ill` by the judge if it was not already.
 */
export type ReactToRisk = (tx: StoreTransaction, session: Stored<StoredSession>, change: RiskChange) => Promise<Stored<StoredSession>>;

/** A session that is checked, as operators see it. */
export interface LiveEvidence {
  readonly subject: string;
  /** The session's id. */
  readonly id: string;
  /** When the checks began, and when evidence last took effect (null: never). Ms since the epoch. */
  readonly since: number;
  readonly lastAt: number | null;
  readonly level: 'unsettled' | RiskLevel;
  /** Since when it is at that level. */
  readonly levelSince: number;
  /** 0 to 1, read at the present time. */
  readonly confidence: number;
  readonly risk: number;
  readonly reasons: readonly RiskReason[];
  readonly counts: EvidenceCounts;
  /** What there is to compare with: nothing, something young, or enough. */
  readonly template: 'none' | 'young' | 'ready';
}

export interface EvidenceCounts {
  readonly batches: number;
  readonly keys: number;
  readonly actions: number;
  /** Windows of typing, and stretches of the pointer, that were compared with the template. */
  readonly scored: number;
  /** What was not counted: replayed, or made by a script. */
  readonly replayed: number;
  readonly untrusted: number;
}

export interface RiskPoint {
  readonly at: number;
  readonly risk: number;
  readonly confidence: number;
}

export interface EvidenceHistory extends LiveEvidence {
  /** At most `policy.continuous.historyPoints`, oldest first. */
  readonly points: readonly RiskPoint[];
}

/** A session that is over, as it was: kept for the customer's history. */
export interface SessionSummary {
  readonly session: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly keys: number;
  readonly actions: number;
  /** null where nothing was ever compared. */
  readonly meanConfidence: number | null;
  readonly leastConfidence: number | null;
  readonly asked: { readonly stepUps: number; readonly locks: number; readonly terminated: boolean; readonly confirmed: number };
  readonly settled: 'well' | 'ill';
  /** Whether the template was taught by it. */
  readonly taught: boolean;
}

/** Where pieces come from that a test replaces. */
export interface EvidenceJudgeParts {
  /** Default: the timer of the platform. */
  timer?: Timer;
  /** What is worked out of a batch. */
  prepare?: typeof prepareEvidence;
}

export interface EvidenceJudge {
  /**
   * Opens a stream of batches for a full, live session of a customer who has agreed (see to that first). A session that has one is given it again, so that a page that is
   * loaded anew sends on what it had left; with `own`, for a page that shares none with others, it is another one. The oldest of more than four is forgotten.
   */
  open(tx: StoreTransaction, session: Stored<StoredSession>, options?: { own?: boolean }): Promise<EvidenceOpening>;
  /**
   * Judges one batch, in a transaction that what arrives within `policy.continuous.groupMs` shares; resolves when it has committed.
   *
   * @throws TacitServerError `ERR_SESSION_NONE`, `ERR_SESSION_ENDED`, `ERR_SESSION_LOCKED`, `ERR_SESSION_SCOPE`; `ERR_EVIDENCE_UNKNOWN` for a stream that is not, or no more,
   * one of the session's; `ERR_EVIDENCE_GAP` with `expected`; `ERR_EVIDENCE_RATE` with `retryAfter`; `ERR_STORE_BUSY` where too many wait
   */
  submit(evidence: { session: SessionReference; batch: ParsedEvidenceBatch }): Promise<EvidenceAnswer>;
  /** What the customer's browser may know. `off` where nothing was opened. */
  state(tx: StoreTransaction, session: Stored<StoredSession>): Promise<CoarseState>;
  /**
   * Since when nothing new has come of a session by which its customer could be told; undefined where he could not be told by anything: no template that is ready. Who may
   * not be checked is not asked for here.
   */
  silentSince(tx: StoreTransaction, session: Stored<StoredSession>): Promise<number | undefined>;
  /** An independent factor has passed in this session: doubts begin anew. */
  confirmed(tx: StoreTransaction, session: Stored<StoredSession>): Promise<void>;
  /**
   * A text that the server chose was typed by hand and scored, `llr` as a detector gave it: evidence, which may lower a medium doubt and never a high one. The level
   * after it.
   */
  textPassed(tx: StoreTransaction, session: Stored<StoredSession>, passed: { llr: number; keys: number }): Promise<RiskLevel>;
  /**
   * The session is over or replaced: its lesson is learned or forgotten, its summary written, its state deleted. `well`: signed out, expired, locked by idling, or
   * replaced after a right factor. Changes nothing where it was settled before.
   */
  settle(tx: StoreTransaction, session: Stored<StoredSession>, how: 'well' | 'ill'): Promise<void>;
  /** Sessions that are checked, of all customers, ordered by (subject, id). */
  live(tx: StoreTransaction, options: { limit: number; after?: SessionReference }): Promise<LiveEvidence[]>;
  /** One of them with its risk over time; undefined where it is not checked (any more). */
  history(tx: StoreTransaction, session: SessionReference): Promise<EvidenceHistory | undefined>;
  /** Sessions that are over, of one customer, the newest first. */
  summaries(tx: StoreTransaction, subject: string, options: { limit: number }): Promise<SessionSummary[]>;
  /** Takes nothing more, and waits until what has been taken is answered. */
  close(): Promise<void>;
}
