import type { PointerDevice } from '@tacit-auth/features';
import { FEATURE_COUNT, TABLE_POINTS } from './quantile-tables';
import { WINDOW_VECTOR_LENGTH } from './window-vector';
import type { PointerWindowing } from './windows';

export const POINTER_POPULATION_SCHEMA = 'pointer-population/1';

/** Bounds on a population. */
export const POINTER_POPULATION_LIMITS = Object.freeze({
  /** Bytes of `serializePointerPopulation`. */
  maxBytes: 100_000,
  maxSourceLength: 200,
  /** Fewest people of one that is trained, unless its maker says otherwise; and fewest of all. */
  minUsers: 30,
  leastUsers: 5,
  maxUsers: 1_000_000,
  maxDimensions: 48,
});

/** What an amount of evidence makes of a raw score: a straight line, and the ratios that strangers exceed at a few rates. */
export interface PointerCalibrationCell {
  readonly slope: number;
  readonly offset: number;
  /** Thresholds on the ratio at `POINTER_CALIBRATED_RATES`. */
  readonly thresholds: Float32Array;
}

/** Everything that a detector of pointer use knows of other people: plain data, nobody's own numbers, nothing of where they pointed. */
export interface PointerPopulation {
  readonly schema: typeof POINTER_POPULATION_SCHEMA;
  /** SHA-256 of the content, hexadecimal. */
  readonly id: string;
  /** SHA-256 of what decides an embedding: profiles of one `projectionId` go with every population that has it. */
  readonly projectionId: string;
  /** Where it comes from, as its maker says. */
  readonly source: string;
  readonly users: number;
  readonly windows: number;
  readonly device: PointerDevice;
  readonly gridMs: number;
  readonly windowing: PointerWindowing;
  /** 61 tables of 65 points. */
  readonly tables: Float32Array;
  /** 371 each: a window's numbers are standardised by these. */
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
  /** A row of 371 a dimension: the directions in which people differ most against how much one person varies, of variance 1 within a person. */
  readonly directions: Float32Array;
  /** Variance of people in each dimension. */
  readonly between: Float32Array;
  /** Where the average person lies. */
  readonly centre: Float32Array;
  /** A window whose mean squared standardised number is larger is none that a person made. */
  readonly farthest: number;
  /** By actions of the probe, within that by actions of the enrolment. */
  readonly calibration: readonly PointerCalibrationCell[];
}

/** Refuses what has not the shape of a population; the bytes' parser checks the numbers. Throws TypeError. */
export function assertPointerPopulation(value: unknown, name = 'population'): asserts value is PointerPopulation {
  const population = value as Partial<PointerPopulation> | null | undefined;
  if (typeof population !== 'object' || population === null || population.schema !== POINTER_POPULATION_SCHEMA) {
    throw new TypeError(`${name} must be a population of schema ${POINTER_POPULATION_SCHEMA}`);
  }
  const { tables, mean, deviation, directions, between, centre, calibration, windowing } = population;
  const arrays = [tables, mean, deviation, directions, between, centre];
  if (!arrays.every((array) => array instanceof Float32Array) || !Array.isArray(calibration) || typeof windowing !== 'object') {
    throw new TypeError(`${name} must have its numbers as Float32Arrays, its windowing and its calibration`);
  }
  const dimensions = between?.length ?? 0;
  const lengths = [
    FEATURE_COUNT * TABLE_POINTS,
    WINDOW_VECTOR_LENGTH,
    WINDOW_VECTOR_LENGTH,
    dimensions * WINDOW_VECTOR_LENGTH,
    dimensions,
    dimensions,
  ];
  if (dimensions === 0 || arrays.some((array, i) => array?.length !== lengths[i])) {
    throw new TypeError(`${name} must have arrays of lengths that go together`);
  }
}
