import type { ComparedPairs, Measurement } from './measure';
import type { SessionFigures } from './session-figures';

export const REPORT_SCHEMA = 'tacit-speed/3';

/** Everything that one run measured. Nothing in it names the machine. */
export interface Report {
  schema: typeof REPORT_SCHEMA;
  machine: { node: string; cpus: number };
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

/** The report of an earlier run. @throws RangeError for that of another version of this bench */
export function parseReport(text: string): Report {
  const report = JSON.parse(text) as Partial<Report> | null;
  if (report?.schema !== REPORT_SCHEMA) throw new RangeError(`the results are not of schema ${REPORT_SCHEMA}: measure again`);
  return report as Report;
}
