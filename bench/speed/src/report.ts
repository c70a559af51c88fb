import type { ReportHead } from '../../shared/src/report-file';
import type { ComparedPairs, Measurement } from './measure';
import type { SessionFigures } from './session-figures';

export const REPORT_SCHEMA = 'tacit-speed/3';

/** Everything that one run measured. */
export interface Report extends ReportHead<typeof REPORT_SCHEMA> {
  /** Wall-clock time of the run. */
  seconds: number;
  ratios: Ratio[];
  operations: Measurement[];
  /** Of the comparison detectors. */
  comparisons: Measurement[];
  /** Of free text and of the pointer. */
  session: SessionFigures;
  verifyTyping: VerifyTypingFigures[];
  logins: LoginRate[];
  passwordHashes: AsyncMeasurement[];
  answerTimes: AnswerTimes[];
}

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
  /** 0..1. */
  share: number;
}

export interface VerifyTypingFigures {
  store: string;
  warm: AsyncMeasurement;
  /** A server that has just started: keys and template come from the store. */
  cold: AsyncMeasurement;
  issueChallenge: AsyncMeasurement;
  /** Parts of the warm figure, for the memory store. */
  shares: Share[];
  /** Share of the timed entries that were accepted. */
  accepted: number;
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
