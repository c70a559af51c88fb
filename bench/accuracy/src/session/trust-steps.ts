import type { TemplateAge, TrustEvidence } from '@tacit-auth/models';

/** A window of a stream with the time at its end. */
export interface TimedStep {
  readonly part: Extract<TrustEvidence['part'], 'freeText' | 'pointer'>;
  /** Null where the window could not be judged, which is no evidence. */
  readonly llr: number | null;
  /** The same beside the beginning of the session that the window is in; null where there is none yet. */
  readonly own: number | null;
  /** Keys or actions of the window that the stream's author made. */
  readonly amount: number;
  /** For how long the author had been active at the end of the window, and how long ago the stream had begun, in ms. */
  readonly active: number;
  readonly elapsed: number;
}

/** Another person takes over. */
export interface TimedSwitch {
  readonly impostor: string;
  /** Steps of the genuine stream that came before. */
  readonly after: number;
  /** Times count from when the other person began. The first window may be one that both made. */
  readonly steps: readonly TimedStep[];
}

/** What a detector says of one customer's own stream, and of the streams in which others take over. */
export interface TimedOwner {
  readonly user: string;
  readonly genuine: readonly TimedStep[];
  readonly switches: readonly TimedSwitch[];
}

/** Half of the people, each of which chooses thresholds for the other. */
export type Half = 'a' | 'b';
export type OwnersByHalf = Readonly<Record<Half, readonly TimedOwner[]>>;

/** What a cumulative sum is of: windows beside the template, or beside the beginning of their own session. */
export type SumKind = 'template' | 'own';

/** What the streams of a condition are of. */
export type StreamKind = 'typing' | 'pointer' | 'both';

/** Streams beside templates of one age. */
export interface TrustCondition {
  readonly detector: string;
  /** Words apart by spaces. */
  readonly condition: string;
  /** Recordings that enrolled. */
  readonly enrol: number;
  readonly template: TemplateAge;
  readonly streams: StreamKind;
  readonly owners: OwnersByHalf;
}

/** Activity of the customers' own streams, in hours. */
export function hoursOf(owners: readonly TimedOwner[]): number {
  return owners.reduce((sum, { genuine }) => sum + (genuine.at(-1)?.active ?? 0), 0) / 3_600_000;
}
