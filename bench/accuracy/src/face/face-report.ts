import type { ReportRow } from '../report';
import type { CrossRates } from './cross-pairs';
import type { Half } from './face-halves';
import type { Lighting } from './lighting';
import type { LlrCurve } from './llr-fit';
import type { PairFigures } from './pair-figures';
import type { PeopleCell } from './people-table';

/** A row of the report that is about pairs of faces. */
export interface FaceRow extends ReportRow, PairFigures {}

/** All pairs of pictures in one light, of all people or of one half of them. */
export interface FaceCrossRow {
  readonly lighting: Lighting;
  readonly people: 'all' | Half;
  readonly users: number;
  readonly genuine: number;
  readonly impostor: number;
  /** At each shipped threshold, and at .6 where no target is named. */
  readonly at: readonly (CrossRates & { readonly target_fmr: number | null })[];
}

/** How pictures were found in one light. */
export interface FaceAcquisition {
  readonly lighting: Lighting;
  readonly pictures: number;
  readonly not_acquired: number;
  /** Pictures by the detector that found the face. */
  readonly by_detector: Readonly<Record<string, number>>;
}

/** The shipped calibration beside one fitted anew on the fitting half, and what its ratios cost. */
export interface FaceCalibrationStudy {
  readonly refit: LlrCurve;
  readonly refit_cut_offs: readonly { readonly target_fmr: number; readonly distance: number; readonly shipped: number }[];
  /** Cost in bits of the shipped ratios, and the least that any monotone calibration of the same distances could have. */
  readonly cost: readonly { readonly half: Half; readonly shipped: number; readonly least: number }[];
}

/** Distances between frames made of one picture. */
export interface FaceFilmStudy {
  readonly pictures: number;
  readonly frames: number;
  readonly median: number;
  readonly least: number;
  /** Distance at which frames no longer agree, and pictures of which two frames are further apart. */
  readonly limit: number;
  readonly disagreeing: number;
  /** The farthest two frames of the other pictures. */
  readonly most_agreeing: number;
  /** Highest of the detector's lowest scores of the disagreeing pictures: a wrong box has a low score. */
  readonly score_disagreeing: number | null;
}

export interface FaceReport {
  readonly rows: readonly FaceRow[];
  readonly cross: readonly FaceCrossRow[];
  readonly acquisition: readonly FaceAcquisition[];
  readonly calibration: FaceCalibrationStudy | null;
  readonly film: FaceFilmStudy | null;
  readonly people: readonly PeopleCell[];
  /** Distances of {@link PeopleCell.within}: .6, and the shipped threshold for .001. */
  readonly people_limits: readonly number[];
}

export function isFaceRow(row: ReportRow): row is FaceRow {
  return row.suite === 'face';
}
