import type { GateName, ScoredUser } from '@tacit-auth/models/evaluation';

/** From the first to before the second, counted from 0. */
export type Range = readonly [from: number, to: number];

/** What a row of the report says of itself before any figure. */
export interface RowHead {
  readonly suite: string;
  readonly detector: string;
  /** Words apart by spaces. */
  readonly condition: string;
  /** Entries that enrolled. */
  readonly enrol: number;
}

/** A protocol without learning, on one set: a template of some entries, probes of later ones, impostors' probes by name. */
export interface StaticTrial {
  readonly suite: string;
  /** Id of a text set. */
  readonly set: string;
  /** First words of the condition; empty where the suite has one set. */
  readonly words: string;
  readonly enrol: Range;
  readonly genuine: Range;
  readonly impostors: readonly { readonly words: string; readonly entries: Range }[];
  /** Only these people, by their place in the set, as customers and as impostors. */
  readonly people?: 'even' | 'odd';
}

export type Job =
  | {
      readonly kind: 'static';
      readonly trial: StaticTrial;
      readonly detector: string;
      readonly owners: readonly number[];
      readonly people: number;
      readonly seed: number;
    }
  | {
      readonly kind: 'adaptive';
      readonly detector: string;
      readonly gate: GateName;
      readonly weeklyCap: number;
      /** Most quarantined entries that a factor releases; null: as the product does. */
      readonly mostReleased: number | null;
      readonly calibrateEvery: number;
      readonly owners: readonly number[];
      readonly people: number;
      readonly seed: number;
    }
  | {
      readonly kind: 'cross-typing';
      readonly set: string;
      readonly detector: string;
      readonly enrol: Range;
      readonly attempts: Range;
      readonly users: readonly number[];
      readonly seed: number;
    }
  | {
      readonly kind: 'typing-jsonl';
      readonly file: string;
      readonly detector: string;
      readonly enrol: number;
      readonly adaptive: GateName | null;
      readonly seed: number;
    };

/** How a template of an adaptive suite learned. */
export interface LearningRecord {
  /** The customer's entries, and others' attempts, that were learned. */
  readonly own: number;
  readonly foreign: number;
  /** As often as they came to count in the template: a verified entry counts several times. */
  readonly ownTimes: number;
  readonly foreignTimes: number;
  /** The customer's entries, and others' attempts, that it was offered. */
  readonly ownOffered: number;
  readonly foreignOffered: number;
}

/** One person's scores, under the name of the row that they belong to. */
export interface ScoresOf {
  readonly head: RowHead;
  readonly user: ScoredUser;
  /** Where the customer is of odd number: the same against impostors of odd number alone. */
  readonly odd?: ScoredUser;
}

/** Scores of a block of the first days of an adaptive template. */
export interface BlockScores extends ScoresOf {
  /** Last entry of the block, counted from 1. */
  readonly attempts: number;
  readonly from: number;
}

/** Attempts of one person on the template of one person. */
export interface CrossCell {
  readonly owner: string;
  readonly typist: string;
  readonly accepted: number;
  readonly attempts: number;
}

export interface JobResult {
  readonly scores: readonly ScoresOf[];
  readonly blocks: readonly BlockScores[];
  readonly learning: readonly { readonly head: RowHead; readonly record: LearningRecord }[];
  readonly cross: readonly CrossCell[];
  /** Finished rows. */
  readonly rows: readonly unknown[];
}

export const NO_RESULT: JobResult = { scores: [], blocks: [], learning: [], cross: [], rows: [] };
