import type { SequenceWindow } from '@tacit-auth/features';
import { type CalibrationRow, type DualBranchCalibration, logOf } from '../dual-branch-calibration';
import { cosineDistance, embedWindows, meanOf } from '../embedding';
import { WeightsError } from '../weights-bytes';
import { fitLogOdds, type WeightedCase } from './log-odds';
import { type EntryOptions, type TrainingPerson, windowsOf } from './training-set';

/** Sizes of enrolment that get a row, where the data has them. */
const SIZES = [3, 5, 10, 20, 50, 100];
/** False match rates, of which those are kept that the number of tries can bear out. */
const RATES = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2];
/** With n tries and none accepted, the rate is below 3 / n with 95 % confidence. */
const RULE_OF_THREE = 3;
/** Genuine entries scored after each enrolment, and enrolments of one size by one person. */
const PROBES = 50;
const ENROLMENTS = 5;
/** The first entries of another person count as a novice's, the later half of all his entries as practised. */
const NOVICE = 5;
/** Flatter than this is flat: what is left is the arithmetic of the fit. */
const LEAST_SLOPE = 1e-6;

/**
 * Log odds and cut-offs of the distance to the mean of n entries in a row. Genuine are the entries that follow; impostors are the other people's first
 * entries and their later half, which weigh a quarter of all each. Cut-offs are those of practised impostors.
 *
 * @param people none of whom trained the network.
 * @throws RangeError where they have too few entries to bear out two of the rates; WeightsError ERR_WEIGHTS_CALIBRATION where the network does not tell
 * them apart: a score by it would say nothing, or the contrary.
 */
export function fitCalibration(
  people: readonly TrainingPerson[],
  options: EntryOptions,
  network: (window: SequenceWindow) => Float64Array,
): DualBranchCalibration {
  const embedded = people.map(({ entries }) =>
    entries.map((entry) => embedWindows(network, windowsOf(entry, options, 'an entry for calibration'))),
  );
  const practised = embedded.map((entries) => entries.slice(Math.floor(entries.length / 2)));
  const late = practised.reduce((sum, { length }) => sum + length, 0);
  const tries = late * (people.length - 1);
  const rates = RATES.filter((rate) => rate * tries >= RULE_OF_THREE);
  const sizes = SIZES.filter((size) => embedded.some((entries) => entries.length > size));
  if (rates.length < 2 || sizes.length === 0) {
    throw new RangeError('people must have more entries: those kept out for calibration bear out no false match rate');
  }
  return { rates, rows: sizes.map((size) => rowOf(size, embedded, practised, rates)) };
}

function rowOf(
  size: number,
  embedded: readonly (readonly Float64Array[])[],
  practised: readonly (readonly Float64Array[])[],
  rates: readonly number[],
): CalibrationRow {
  const genuine: number[] = [];
  const novices: number[] = [];
  const others: number[] = [];
  for (const [owner, entries] of embedded.entries()) {
    for (const start of startsOf(entries.length, size)) {
      const mean = meanOf(entries.slice(start, start + size));
      const distances = (probes: readonly Float64Array[]) => probes.map((probe) => logOf(cosineDistance(mean, probe)));
      genuine.push(...distances(entries.slice(start + size, start + size + PROBES)));
      for (const [other, probes] of embedded.entries()) {
        if (other !== owner) {
          novices.push(...distances(probes.slice(0, NOVICE)));
          others.push(...distances(practised[other]));
        }
      }
    }
  }
  const weighted = (values: readonly number[], truth: 0 | 1, share: number): WeightedCase[] =>
    values.map((x) => ({ x, truth, weight: share / values.length }));
  const { offset, slope } = fitLogOdds([...weighted(genuine, 1, 0.5), ...weighted(novices, 0, 0.25), ...weighted(others, 0, 0.25)]);
  if (!(slope < -LEAST_SLOPE)) {
    throw new WeightsError(
      'ERR_WEIGHTS_CALIBRATION',
      `with ${size} entries the network does not tell the people kept out for calibration apart: train on more people, entries or epochs`,
      { field: 'calibration.slope' },
    );
  }
  others.sort((a, b) => a - b);
  const cutOffs = rates.map((rate) => {
    // Half way between the last that the rate lets in and the first that it keeps out.
    const first = Math.floor(rate * others.length);
    const last = first === 0 ? others[0] - 1 : others[first - 1];
    return offset + slope * ((last + others[first]) / 2);
  });
  return { samples: size, offset, slope, cutOffs };
}

/** Starts of enrolments, evenly from the first entry to the last start that leaves entries enough to score, or at least one. */
function startsOf(entries: number, size: number): number[] {
  if (entries <= size) {
    return [];
  }
  const last = Math.max(0, entries - size - PROBES);
  const count = Math.min(ENROLMENTS, last + 1);
  return Array.from({ length: count }, (_, index) => (count === 1 ? 0 : Math.floor((index * last) / (count - 1))));
}
