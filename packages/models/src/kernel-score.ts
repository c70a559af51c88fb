import { KIND_CONSTANTS } from './fixed-text-features';
import { type KernelTemplate, ROOT_TWO_PI } from './kernel-template';

/** Weights of the mean log ratio of each kind, and of the nearest neighbours: log-odds fits on half of the CMU subjects, rounded. */
const WEIGHTS = { hold: 1, holdRhythm: 1.3, upDown: 0.7, releaseRelease: 0.9, neighbours: 1.2 } as const;
/** Most that one feature may speak for the customer. Against him it can say at most ln 10, by the background share of the mixture. */
const MOST_REWARD = -2;
/** Largest distance of one feature from a neighbour, in deviations: one hiccup must not decide. */
export const DISTANCE_CAP = 4;
/** Distance that an entry gains with each entry after it. */
const AGE_PENALTY = 0.003;

/**
 * The method's raw score of an entry, lower = the customer. Each feature is weighed as ln(generic typist / customer), the customer being a
 * kernel density over his entries mixed with a tenth of the generic typist; a nearest-neighbour distance is added. Bounded both ways for
 * every finite input.
 *
 * @param probe features of the entry, in the template's layout.
 * @param mostReward the least log ratio of one feature; other values are for comparison with the method as published, which has no such bound.
 */
export function rawScore(template: KernelTemplate, probe: Float64Array, mostReward = MOST_REWARD): number {
  const { layout, samples } = template;
  const { start, keys } = layout;
  const distances = new Float64Array(samples);
  const hold = meanLogRatio(template, probe, start.hold, start.holdRhythm, KIND_CONSTANTS.hold.spread, distances, mostReward);
  const rhythm = meanLogRatio(template, probe, start.holdRhythm, start.upDown, KIND_CONSTANTS.holdRhythm.spread, null, mostReward);
  const upDown = meanLogRatio(template, probe, start.upDown, start.releaseRelease, KIND_CONSTANTS.upDown.spread, distances, mostReward);
  const release = meanLogRatio(
    template,
    probe,
    start.releaseRelease,
    start.downDown,
    KIND_CONSTANTS.releaseRelease.spread,
    null,
    mostReward,
  );
  addDistances(template, probe, start.downDown, layout.count, distances);
  const neighbours = nearestThree(distances, 3 * keys - 2);
  return (
    WEIGHTS.hold * hold +
    WEIGHTS.holdRhythm * rhythm +
    WEIGHTS.upDown * upDown +
    WEIGHTS.releaseRelease * release +
    WEIGHTS.neighbours * neighbours
  );
}

/** Mean over features `from` to `to` of ln(background / customer); where `distances` is given, the capped distances to each entry are added to it. */
function meanLogRatio(
  template: KernelTemplate,
  probe: Float64Array,
  from: number,
  to: number,
  spread: number,
  distances: Float64Array | null,
  mostReward: number,
): number {
  const { samples, columns, weights, centre, laplaceRate, laplaceScale, gaussRate, gaussScale, perDeviation } = template;
  const normal = 0.9 / (ROOT_TWO_PI * spread);
  const tail = 0.1 / (4 * spread);
  let sum = 0;
  for (let f = from; f < to; f++) {
    const x = probe[f];
    const first = f * samples;
    const rate = laplaceRate[f];
    const square = gaussRate[f];
    const scale = perDeviation[f];
    let laplace = 0;
    let gauss = 0;
    for (let j = 0; j < samples; j++) {
      const distance = Math.abs(x - columns[first + j]);
      const weight = weights[j];
      laplace += weight * Math.exp(-distance * rate);
      const exponent = distance * distance * square;
      // Beyond this a Gaussian kernel is lost in the Laplacian one's last digit.
      if (exponent < 50) {
        gauss += weight * Math.exp(-exponent);
      }
      if (distances !== null) {
        distances[j] += Math.min(distance * scale, DISTANCE_CAP);
      }
    }
    const own = laplaceScale[f] * laplace + gaussScale[f] * gauss;
    const z = Math.abs(x - centre[f]) / spread;
    const background = normal * Math.exp(-0.5 * z * z) + tail * Math.exp(-0.5 * z);
    const ratio = Math.log(background / (0.9 * own + 0.1 * background));
    sum += Math.max(ratio, mostReward);
  }
  return sum / (to - from);
}

function addDistances(template: KernelTemplate, probe: Float64Array, from: number, to: number, distances: Float64Array): void {
  const { samples, columns, perDeviation } = template;
  for (let f = from; f < to; f++) {
    const x = probe[f];
    const scale = perDeviation[f];
    const first = f * samples;
    for (let j = 0; j < samples; j++) {
      const distance = Math.abs(x - columns[first + j]) * scale;
      distances[j] += Math.min(distance, DISTANCE_CAP);
    }
  }
}

/** Mean of the three smallest mean distances, fewer where there are fewer entries, each with its penalty for age. */
function nearestThree(distances: Float64Array, features: number): number {
  const samples = distances.length;
  let first = Number.POSITIVE_INFINITY;
  let second = Number.POSITIVE_INFINITY;
  let third = Number.POSITIVE_INFINITY;
  for (let j = 0; j < samples; j++) {
    const distance = distances[j] / features + AGE_PENALTY * (samples - 1 - j);
    if (distance < first) {
      third = second;
      second = first;
      first = distance;
    } else if (distance < second) {
      third = second;
      second = distance;
    } else if (distance < third) {
      third = distance;
    }
  }
  if (samples === 1) {
    return first;
  }
  return samples === 2 ? (first + second) / 2 : (first + second + third) / 3;
}
