import { type FixedTextVector, isInsufficient, summaryOfEight } from '@tacit-auth/features';
import { RandomForestClassifier } from 'ml-random-forest';

/**
 * The classical design: mean and standard deviation of four timings, and one forest of 100 trees over all customers that is trained again after
 * each registration. Set up in its favour: two of the eight numbers a tree (the root of eight, as is usual), no out-of-bag estimate, and one
 * walk through the trees a decision.
 */
export interface ClassicalForest {
  /** Share of trees, 0..1, that name this customer; 0.7 accepted. */
  probability(vector: FixedTextVector, customer: number): number;
}

const TREES = 100;
const FEATURES_A_TREE = 2;

/** @param entries the entries of each customer, by his number */
export function trainForest(entries: readonly (readonly FixedTextVector[])[], seed = 42): ClassicalForest {
  const rows = entries.flatMap((vectors) => vectors.map(eightNumbers));
  const labels = entries.flatMap((vectors, customer) => vectors.map(() => customer));
  const forest = new RandomForestClassifier({
    nEstimators: TREES,
    maxFeatures: FEATURES_A_TREE,
    replacement: false,
    useSampleBagging: true,
    noOOB: true,
    seed,
  });
  forest.train(rows, labels);
  return {
    probability: (vector, customer) => {
      // The library's own `predictProbability` loses the vote of the first tree; this counts all, for the same work.
      const votes = forest.predictionValues([eightNumbers(vector)]).getRow(0);
      return votes.reduce((count, vote) => (vote === customer ? count + 1 : count), 0) / TREES;
    },
  };
}

export function eightNumbers(vector: FixedTextVector): number[] {
  const summary = summaryOfEight(vector);
  if (isInsufficient(summary)) throw new RangeError(`vector has ${summary.reason}`);
  const { hold, pressPress, releaseRelease, releasePress } = summary;
  return [hold, pressPress, releaseRelease, releasePress].flatMap(({ mean, sd }) => [mean, sd]);
}
