import type { DecisionRates, Interval, VerificationFigures } from '@tacit-auth/models/evaluation';
import type { SourceDigest } from '@tacit-internal/bench-shared/public-data';
import type { FaceReport } from './face/face-report';
import type { FreeTextReport } from './free-text/free-text-report';
import type { CrossCell, RowHead } from './jobs';
import type { PointerReport } from './pointer/pointer-report';
import type { SessionReport } from './session/session-report';

/** A change of meaning of any field is a new number. */
export const REPORT_SCHEMA = 'tacit-accuracy/1';

/** What the shipped threshold for a target let in and refused. */
export interface AtTarget {
  readonly target_fmr: number;
  readonly fmr: number;
  readonly fmr_ci: Interval | null;
  readonly fnmr: number;
  readonly fnmr_ci: Interval | null;
}

/** One row: a suite, a detector, a condition. Rates are fractions; intervals are 95 % bootstrap intervals over people. */
export interface ReportRow extends RowHead, VerificationFigures {
  readonly at_targets: readonly AtTarget[];
  /** For the classical forest: what its own threshold, a share of .7 of the trees, did. */
  readonly at_classical?: { readonly fmr: number; readonly fnmr: number };
}

/** A point of a curve over the attempts that a template has seen. */
export interface CurvePoint {
  readonly from: number;
  readonly attempts: number;
  readonly eer_user: number | null;
  readonly eer_user_ci: Interval | null;
  readonly eer_global: number | null;
  readonly fnmr_at_fmr_1pct: number | null;
  /** Observed at the shipped threshold for .01. */
  readonly fmr_at_threshold: number | null;
  readonly fnmr_at_threshold: number | null;
}

export interface Curve extends RowHead {
  readonly points: readonly CurvePoint[];
}

/** One set under one cut-off. */
export interface TravelRow {
  readonly detector: string;
  readonly enrol: number;
  /** `target=0.01`: the shipped threshold. `cmu-even`: the cut-off that lets in 1 % on the even-numbered CMU people. */
  readonly cut_off: string;
  readonly set: string;
  readonly users: number;
  readonly genuine: number;
  readonly impostor: number;
  readonly fmr: number;
  readonly fmr_ci: Interval | null;
  readonly fnmr: number;
  readonly fnmr_ci: Interval | null;
}

/** All sets but CMU, whose text the cut-offs were set on. */
export interface TravelSummary {
  readonly detector: string;
  readonly enrol: number | 'all';
  readonly cut_off: string;
  readonly sets: number;
  readonly fmr_mean: number;
  readonly fmr_worst: number;
  readonly fnmr_mean: number;
}

export interface LearningSummary extends RowHead {
  readonly users: number;
  /** Share of the customers' own entries that were learned; the least of any customer. */
  readonly own_learned: number;
  readonly own_learned_least: number;
  /** Share of others' attempts that were learned. */
  readonly foreign_learned: number;
  /** Share of all that was learned, each entry as often as it counts, that was another's: over all templates, and in the worst. */
  readonly foreign_share: number;
  readonly foreign_share_most: number;
}

export interface CrossTyping {
  readonly set: string;
  readonly text: string;
  readonly detector: string;
  readonly enrol: number;
  readonly cells: readonly CrossCell[];
}

/** A text and how hard it is to tell people by it. */
export interface TextComplexity {
  readonly set: string;
  readonly text: string;
  readonly characters: number;
  readonly keys: number;
  /** Characters times the logarithm to base 2 of the number of characters in the classes used. */
  readonly bits: number;
  readonly detector: string;
  readonly enrol: number;
  readonly eer_user: number | null;
  readonly eer_user_ci: Interval | null;
}

export interface DetPlotCurve extends RowHead {
  /** False match and false non-match rate, thinned for drawing. */
  readonly points: readonly (readonly [fmr: number, fnmr: number])[];
}

export interface Report {
  readonly schema: typeof REPORT_SCHEMA;
  /** Digest of the measured packages as built. */
  readonly version: string;
  readonly seed: number;
  readonly resamples: number;
  /** Part of the people only: figures of such a report are for trying out. */
  readonly quick: boolean;
  readonly data: readonly SourceDigest[];
  /** What was left out, in words. */
  readonly left_out: readonly string[];
  /** Adaptive templates were calibrated after so many learned entries. */
  readonly calibrate_every: number;
  readonly rows: readonly ReportRow[];
  /** Of the CMU rows those of the main detectors again, under the same heads, for the people of odd number alone: customers and impostors. */
  readonly rows_odd: readonly ReportRow[];
  readonly travel: readonly TravelRow[];
  readonly travel_summary: readonly TravelSummary[];
  readonly curves: readonly Curve[];
  readonly learning: readonly LearningSummary[];
  readonly cross_typing: readonly CrossTyping[];
  readonly complexity: readonly TextComplexity[];
  readonly det: readonly DetPlotCurve[];
  /** What was measured of free text and of the pointer, where that was asked for; rows are among `rows` too. */
  readonly free_text?: FreeTextReport;
  readonly pointer?: PointerReport;
  /** Streams in which somebody takes over, where that was asked for. */
  readonly session?: SessionReport;
  /** What was measured of faces, where that was asked for; its rows are among `rows` too. */
  readonly face?: FaceReport;
}

export function reportRow(head: RowHead, figures: VerificationFigures, decisions: readonly DecisionRates[]): ReportRow {
  return {
    ...head,
    ...figures,
    at_targets: decisions.map(({ targetFmr, fmr, fmrCi, fnmr, fnmrCi }) => ({
      target_fmr: targetFmr,
      fmr,
      fmr_ci: fmrCi,
      fnmr,
      fnmr_ci: fnmrCi,
    })),
  };
}

/** A report of a file; what later versions added is empty where it has it not. @throws RangeError for another schema. */
export function parseReport(text: string): Report {
  const report = JSON.parse(text) as Partial<Report> | null;
  if (report?.schema !== REPORT_SCHEMA) throw new RangeError(`the report is not of schema ${REPORT_SCHEMA}: run the bench again`);
  return { ...(report as Report), rows_odd: report.rows_odd ?? [] };
}
