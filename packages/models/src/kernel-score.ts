import { KIND_CONSTANTS, type KindConstants } from './fixed-text-features';
import { densityAt } from './kernel-sums';
import type { KernelTemplate } from './kernel-template';

/** Weight of the nearest neighbours beside those of the kinds. */
const NEIGHBOURS_WEIGHT = 1.3;
/** Share of the generic typist in the customer's own density: one feature can say at most ln 5 against him. */
const BACKGROUND_SHARE = 0.2;
/** Most that one feature may speak for the customer. */
const MOST_REWARD = -2;
/** Share of the tails in the generic typist's density. */
const TAIL_SHARE = 0.1;
/** Largest distance of one feature from a neighbour, in deviations: one hiccup must not decide. */
const DISTANCE_CAP = 3;
/** Distance that an entry gains with each entry after it. */
const AGE_PENALTY = 0.003;
/** Square root of 2 pi, as rounded by the study whose figures this follows. */
const ROOT_TWO_PI = 2.5066;

/**
 * The method's raw score of an entry, lower = the customer. Each feature is weighed as ln(generic typist / customer), the customer being a
 * kernel density over his entries mixed with a fifth of the generic typist; a nearest-neighbour distance is added. Bounded both ways for
 * every finite input.
 *
 * @param probe features of the entry, in the template's layout.
 */
export function rawScore(template: KernelTemplate, probe: Float64Array): number {
  let score = NEIGHBOURS_WEIGHT * nearestThree(template, probe);
  for (const { kind, from, to, weight } of template.layout.kinds) {
    if (weight > 0) {
      score += weight * meanLogRatio(template, probe, from, to, KIND_CONSTANTS[kind]);
    }
  }
  return score;
}

/** Mean over features `from` to `to` of ln(background / customer). */
function meanLogRatio(
  template: KernelTemplate,
  probe: Float64Array,
  from: number,
  to: number,
  { spread, tailSpread }: KindConstants,
): number {
  const { centre } = template;
  const perSquare = 0.5 / (spread * spread);
  const perTail = 0.5 / tailSpread;
  const normal = (1 - TAIL_SHARE) / (ROOT_TWO_PI * spread);
  const tail = (TAIL_SHARE / 2) * perTail;
  let sum = 0;
  for (let f = from; f < to; f++) {
    const x = probe[f];
    const distance = Math.abs(x - centre[f]);
    const background = normal * Math.exp(-distance * distance * perSquare) + tail * Math.exp(-distance * perTail);
    const ratio = Math.log(background / ((1 - BACKGROUND_SHARE) * densityAt(template, f, x) + BACKGROUND_SHARE * background));
    sum += Math.max(ratio, MOST_REWARD);
  }
  return sum / (to - from);
}

/**
 * Mean of the three smallest mean distances to an entry, fewer where there are fewer entries, each with its penalty for age. An entry that counts
 * several times is as many neighbours, each older by one than the next.
 */
function nearestThree({ layout, samples, counts, total, rows, perDeviation }: KernelTemplate, probe: Float64Array): number {
  const { near, count } = layout;
  const features = count - near;
  let first = Number.POSITIVE_INFINITY;
  let second = Number.POSITIVE_INFINITY;
  let third = Number.POSITIVE_INFINITY;
  let newer = total;
  for (let j = 0; j < samples; j++) {
    const row = j * count;
    // Sums of d - |d - cap|, which is 2 min(d, cap) - cap: without a branch. Two of them, so that an addition need not wait for the one before it.
    let even = 0;
    let odd = 0;
    let f = near;
    for (; f + 1 < count; f += 2) {
      const one = Math.abs(probe[f] - rows[row + f]) * perDeviation[f];
      const other = Math.abs(probe[f + 1] - rows[row + f + 1]) * perDeviation[f + 1];
      even += one - Math.abs(one - DISTANCE_CAP);
      odd += other - Math.abs(other - DISTANCE_CAP);
    }
    if (f < count) {
      const one = Math.abs(probe[f] - rows[row + f]) * perDeviation[f];
      even += one - Math.abs(one - DISTANCE_CAP);
    }
    newer -= counts[j];
    const distance = ((even + odd) / features + DISTANCE_CAP) / 2;
    const neighbours = Math.min(counts[j], 3);
    for (let k = 0; k < neighbours; k++) {
      const aged = distance + AGE_PENALTY * (newer + k);
      const larger = Math.max(aged, first);
      first = Math.min(aged, first);
      third = Math.min(Math.max(larger, second), third);
      second = Math.min(larger, second);
    }
  }
  if (total === 1) {
    return first;
  }
  return total === 2 ? (first + second) / 2 : (first + second + third) / 3;
}
