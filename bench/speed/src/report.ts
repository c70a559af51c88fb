import type { Measurement } from './measure';

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
