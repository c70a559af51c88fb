import type { ComparedPairs, Measurement } from './measure';

export const REPORT_SCHEMA = 'tacit-speed/1';

/** Our detector against the classical forest. */
export interface Ratio {
  kind: 'score' | 'train';
  /** Samples of the customer's template. */
  samples: number;
  own: Measurement;
  classical: Measurement;
  /** How many times the CPU time of ours the classical way takes. */
  times: number;
}

/** Asynchronous work has a wall-clock time beside its CPU time: waiting for the disk or for the thread pool. */
export type AsyncMeasurement = Measurement & { wallUs: number };

/** One part of a measured whole. */
export interface Share {
  name: string;
  us: number;
}

/** Whole logins over HTTP, one at a time, without a password hash. */
export interface LoginRate {
  store: string;
  login: AsyncMeasurement;
  perSecond: number;
  /** Share of the logins that were not asked for the matrix code. */
  signedIn: number;
}

/** Two cases that nobody outside may tell apart by time. */
export interface AnswerTimes extends ComparedPairs {
  name: 'login' | 'registration';
  first: string;
  second: string;
  pairs: number;
}
