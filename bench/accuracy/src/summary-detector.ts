import { type FixedTextVector, type Insufficient, isInsufficient } from '@tacit-auth/features';
import { judgeSummary, type Score, summaryForest } from '@tacit-auth/models';
import type { AnyDetector, DetectorFactory } from './detectors';

/** Share of the trees at which the classical systems accept. */
export const CLASSICAL_THRESHOLD = 0.7;

const MOST_KEPT = 4;

type Judgement = ReturnType<typeof judgeSummary>;

/**
 * The classical closed-set forest behind the contract of a detector, for the bench alone: one forest over the customer and the others, the score
 * is the share of the trees for the customer. It has no thresholds for false match rates.
 */
export async function loadSummaryForest(): Promise<DetectorFactory> {
  const kept = new Map<string, ReturnType<typeof summaryForest>>();
  return ({ enrolled: { name, people }, owner, seed }) => {
    const model = kept.get(name) ?? summaryForest({ people: new Map(people.map(({ user, entries }) => [user, entries])), seed });
    // One forest serves all its customers, who come one after the other, each with forests of half of the people and of all.
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(name, model);
    return summaryDetector(model, (sample) => (isInsufficient(model) ? model : judgeSummary(model, { claimed: owner, sample })));
  };
}

function summaryDetector(model: object, judge: (sample: FixedTextVector) => Judgement): AnyDetector {
  const never = (): never => {
    throw new Error('the classical forest is trained anew instead');
  };
  return {
    id: 'random-forest-summary',
    minimumEnrolment: 1,
    fit: () => model,
    score(_profile: unknown, sample: FixedTextVector): Score | Insufficient {
      const judgement = judge(sample);
      if (judgement.status === 'insufficient') return judgement;
      const share = judgement.claimedProbability;
      const evidence = { samples: 0, keys: sample.pressPress.length + 1 };
      return { status: 'scored', llr: share, raw: 1 - share, calibration: 'share-of-trees', evidence };
    },
    update: never,
    threshold(): never {
      throw new RangeError('the classical forest has no threshold for a false match rate');
    },
    serialize: never,
    parse: never,
  };
}
