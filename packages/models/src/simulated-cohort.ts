import { type FixedTextKind, KIND_CONSTANTS, writeFeatures } from './fixed-text-features';
import { rawScore } from './kernel-score';
import { type KernelTemplate, rowOf, withoutRow } from './kernel-template';
import { seededNormals } from './seeded-normals';

/** How a template's raw scores fall for simulated strangers, and for its own entries. */
export interface CohortStatistics {
  /** Mean raw score of the simulated typists. */
  readonly mean: number;
  /** Standard deviation of the same. */
  readonly deviation: number;
  /** Median raw score of the template's own entries, each scored by the template without it, however often it counts. */
  readonly leaveOneOut: number;
}

/** Simulated typists. Their draws are the same for every template: typist i of a short text types as he does at the start of a longer one. */
const TYPISTS = 200;
const SEED = 0x7461_6369;
/** Most entries to score for the leave-one-out median, evenly spaced over their counts: those that count more speak for more logins. */
const MOST_LEFT_OUT = 10;
/** A slice of about 2 ms on one core of 2020, and what the parts of the work cost, in ns. */
const SLICE = 2_000_000;
const COST = { feature: 150, neighbour: 1.5, sorted: 25 } as const;

/**
 * Spreads between people, between a person's keys and between his entries, and how far the text decides the level and the key. Level spreads
 * and shrink factors follow from 1,329 people of the Aalto desktop set (log s): press-press text .27, person .35, person by key .23;
 * hold text .11, person .21, person by key .13.
 */
const HOLD = { level: 0.65, key: 0.35, person: 0.2, personKey: 0.13, noise: 0.15, shortest: 0.015, longest: 0.6 } as const;
const PRESS_PRESS = { level: 0.65, key: 0.5, person: 0.33, personKey: 0.24, noise: 0.25 } as const;

/**
 * Scores 200 generic typists of this very text, and the template's own entries left out in turn. Yields after each slice of about 2 ms;
 * what comes out does not depend on when it is resumed. Needs at least 2 entries.
 */
export function* cohortInSteps(template: KernelTemplate): Generator<void, CohortStatistics> {
  const { layout, samples, counts, total } = template;
  const { count, near } = layout;
  const costOfScore = COST.feature * count + COST.neighbour * (count - near) * samples;
  const costOfTemplate = COST.sorted * count * samples;
  const typist = simulatedTypist(template);
  const probe = new Float64Array(count);
  const scores = new Float64Array(TYPISTS);
  let sum = 0;
  let cost = 0;
  for (let i = 0; i < TYPISTS; i++) {
    writeFeatures(layout, typist(i), probe);
    const score = rawScore(template, probe);
    scores[i] = score;
    sum += score;
    cost += costOfScore;
    if (cost >= SLICE) {
      cost = 0;
      yield;
    }
  }
  const mean = sum / TYPISTS;
  let squares = 0;
  for (let i = 0; i < TYPISTS; i++) {
    squares += (scores[i] - mean) ** 2;
  }

  const leftOut = Math.min(samples, MOST_LEFT_OUT);
  const own = new Float64Array(leftOut);
  let index = 0;
  let passed = counts[0];
  for (let i = 0; i < leftOut; i++) {
    const at = Math.round((i * (total - 1)) / (leftOut - 1));
    while (passed <= at) {
      index++;
      passed += counts[index];
    }
    rowOf(template, index, probe);
    own[i] = rawScore(withoutRow(template, index), probe);
    cost += costOfScore + costOfTemplate;
    if (cost >= SLICE) {
      cost = 0;
      yield;
    }
  }
  own.sort();
  const middle = leftOut >> 1;
  const leaveOneOut = leftOut % 2 === 1 ? own[middle] : (own[middle - 1] + own[middle]) / 2;
  return { mean, deviation: Math.sqrt(squares / (TYPISTS - 1)), leaveOneOut };
}

/** The times in ms of typist i, in one array that the next call overwrites. */
function simulatedTypist(template: KernelTemplate): (index: number) => Float32Array {
  const { keys, holds, width } = template.layout;
  const centreHold = holds ? centres(mediansOf(template, 'hold'), KIND_CONSTANTS.hold.location, HOLD) : undefined;
  const centrePress = centres(mediansOf(template, 'downDown'), KIND_CONSTANTS.downDown.location, PRESS_PRESS);
  const firstPress = width - (keys - 1);
  const times = new Float32Array(width);
  return (index) => {
    const normal = seededNormals(SEED, index);
    const personHold = HOLD.person * normal();
    const personPress = PRESS_PRESS.person * normal();
    for (let i = 0; i < keys; i++) {
      // All is drawn for every key of every text, so that the draws of a longer text, and of one with holds, begin alike.
      const spreadHold = HOLD.personKey * normal() + HOLD.noise * normal();
      const spreadPress = PRESS_PRESS.personKey * normal() + PRESS_PRESS.noise * normal();
      if (centreHold !== undefined) {
        const hold = Math.exp(centreHold[i] + personHold + spreadHold);
        times[i] = 1000 * Math.min(Math.max(hold, HOLD.shortest), HOLD.longest);
      }
      if (i < keys - 1) {
        times[firstPress + i] = 1000 * Math.exp(centrePress[i] + personPress + spreadPress);
      }
    }
    return times;
  };
}

function mediansOf({ layout, median }: KernelTemplate, wanted: FixedTextKind): Float64Array {
  const range = layout.kinds.find(({ kind }) => kind === wanted);
  return range === undefined ? new Float64Array(0) : median.subarray(range.from, range.to);
}

/** Where the typists are centred at each key: part of the way from the population to the template's level, and from that to its key. */
function centres(medians: Float64Array, location: number, shrink: { readonly level: number; readonly key: number }): Float64Array {
  let level = 0;
  for (let i = 0; i < medians.length; i++) {
    level += medians[i] / medians.length;
  }
  return medians.map((median) => location + shrink.level * (level - location) + shrink.key * (median - level));
}
