import { assertFreeTextTable, FREE_TEXT_BLOCKS, FREE_TEXT_SUMMARY_LENGTH, type FreeTextTable } from '@tacit-auth/features';

export const FREE_TEXT_POPULATION_SCHEMA = 'free-text-population/1';

/** Bounds on a population. */
export const FREE_TEXT_POPULATION_LIMITS = Object.freeze({
  /** Bytes of `serializeFreeTextPopulation`. */
  maxBytes: 350_000,
  maxSourceLength: 200,
  /** Fewest people of one that is trained: fewer do not show how people differ. */
  minUsers: 50,
  maxUsers: 1_000_000,
  maxDimensions: 128,
});

/** The families of numbers that are projected: each block of the summary, and all of it. */
export const PROJECTED_BLOCKS: readonly { readonly name: string; readonly start: number; readonly length: number }[] = Object.freeze([
  ...FREE_TEXT_BLOCKS,
  Object.freeze({ name: 'all', start: 0, length: FREE_TEXT_SUMMARY_LENGTH }),
]);

/**
 * The directions of one family in which people differ most, against how much one person varies (linear discriminant analysis, Fisher 1936; Rao 1948), and by
 * how much they do in each.
 */
export interface FreeTextProjection {
  readonly dimensions: number;
  /** `dimensions` rows of the family's length: the direction is a row times its `scale`. */
  readonly directions: Int8Array;
  readonly scale: Float64Array;
  /** What the projection of the average person is. */
  readonly offset: Float64Array;
  /** Variance of a window about its person, and of people about the average one. */
  readonly within: Float64Array;
  readonly between: Float64Array;
}

/** Weights of the features of a pair (`pair-features.ts`), then the bias. */
export type FusionWeights = Float64Array;

/** What an amount of evidence makes of a fused score: a straight line, and the ratios that strangers exceed at a few rates. */
export interface CalibrationCell {
  readonly slope: number;
  readonly offset: number;
  /** Thresholds on the ratio at `CALIBRATED_RATES`, descending in rate. */
  readonly thresholds: Float64Array;
}

/** Everything that a detector of free text knows of other people: plain data, no name, no text, nobody's own numbers. */
export interface FreeTextPopulation {
  readonly schema: typeof FREE_TEXT_POPULATION_SCHEMA;
  /** SHA-256 of the content, hexadecimal. */
  readonly id: string;
  /** SHA-256 of the table and the projections alone: profiles of one `projectionId` go with every population that has it. */
  readonly projectionId: string;
  /** Where it comes from, as its maker says. */
  readonly source: string;
  readonly users: number;
  readonly windows: number;
  readonly table: FreeTextTable;
  /** 757 each: the summary is standardised by these. */
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  /** One of each of {@link PROJECTED_BLOCKS}. */
  readonly projections: readonly FreeTextProjection[];
  /** How much more a window of 25 keys varies about its person than one of 50. */
  readonly shortWindow: number;
  /** A window further from everybody than this is none that a person made: mean capped squared deviation. */
  readonly farthest: number;
  /** For profiles of few windows, and of more. */
  readonly fusion: { readonly few: FusionWeights; readonly many: FusionWeights };
  /** By amount of probe evidence, within that by amount of enrolment: `CALIBRATED_KEYS` x `CALIBRATED_WINDOWS`. */
  readonly calibration: readonly CalibrationCell[];
}

/** Length of the embedding of a window: the dimensions of all families. */
export function embeddingLength({ projections }: { readonly projections: readonly Pick<FreeTextProjection, 'dimensions'>[] }): number {
  return projections.reduce((sum, { dimensions }) => sum + dimensions, 0);
}

/** Refuses what has not the shape of a population; the bytes' parser checks the numbers. Throws TypeError. */
export function assertFreeTextPopulation(value: unknown, name = 'population'): asserts value is FreeTextPopulation {
  const population = value as Partial<FreeTextPopulation> | null | undefined;
  if (typeof population !== 'object' || population === null || population.schema !== FREE_TEXT_POPULATION_SCHEMA) {
    throw new TypeError(`${name} must be a population of schema ${FREE_TEXT_POPULATION_SCHEMA}`);
  }
  const { projections, calibration, fusion, mean, deviation } = population;
  if (
    !Array.isArray(projections) ||
    projections.length !== PROJECTED_BLOCKS.length ||
    !Array.isArray(calibration) ||
    fusion === undefined
  ) {
    throw new TypeError(`${name} must have its projections, fusion and calibration`);
  }
  if (!(mean instanceof Float64Array && deviation instanceof Float64Array)) {
    throw new TypeError(`${name} must have its mean and deviation as Float64Array`);
  }
  assertFreeTextTable(population.table, `${name}.table`);
}
