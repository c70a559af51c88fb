import { SEQUENCE_KEY_IDS } from '@tacit-auth/features';
import { trainForest } from '@tacit-auth/models';
import {
  DUAL_BRANCH_WEIGHTS_SCHEMA,
  type DualBranchTensors,
  type DualBranchWeights,
  dualBranchDetector,
} from '@tacit-auth/models/sequence';
import { type Measurement, measure } from './measure';
import { createTypist, seededNumbers } from './seeded-typist';
import { enough, vectorOf } from './vectors';

export const FOREST_NAME = 'train a forest: 400 rows of 31 timings, 20 people, 100 trees';
export const NETWORK_NAME = 'dual-branch network: score one entry of 50 keys';

const PEOPLE = 20;
const ENTRIES = 20;
const TREES = 100;
const LONG_TEXT = 50;
const PROBES = 64;
/** Of every layer of the network, as published. */
const UNITS = 32;
/** Channels of a row of times. */
const CHANNELS = 5;

/** What the comparison detectors cost. */
export function measureComparisonOperations(): Measurement[] {
  return [measureForest(), measureNetwork()];
}

function measureForest(): Measurement {
  const people = Array.from({ length: PEOPLE }, (_, seed) => createTypist(seed).take(ENTRIES).map(vectorOf));
  const timings = people.flat().map(({ hold, pressPress, releasePress }) => [...hold, ...pressPress, ...releasePress]);
  const rows = Float32Array.from(timings.flat());
  const features = timings[0]!.length;
  const labels = Uint16Array.from(timings, (_, row) => Math.floor(row / ENTRIES));
  return measure(FOREST_NAME, (seed) => trainForest({ rows, features, labels, classes: PEOPLE, trees: TREES, seed }));
}

function measureNetwork(): Measurement {
  const detector = dualBranchDetector({ weights: untrainedWeights() });
  const typist = createTypist(0, { keys: LONG_TEXT });
  const profile = enough(detector.fit(typist.take(10).map(vectorOf)));
  const probes = typist.take(PROBES).map(vectorOf);
  return measure(NETWORK_NAME, (run) => detector.score(profile, probes[run % PROBES]!));
}

/** Drawn at random: what a forward pass costs does not depend on what the weights learned. */
export function untrainedWeights(): DualBranchWeights {
  const uniform = seededNumbers(1);
  const tensor = (rows: number, columns: number) => Float32Array.from({ length: rows * columns }, () => 0.4 * (uniform() - 0.5));
  const gates = 4 * UNITS;
  const tensors: DualBranchTensors = {
    timesForwardKernel: tensor(CHANNELS, gates),
    timesForwardRecurrent: tensor(UNITS, gates),
    timesForwardBias: tensor(1, gates),
    timesBackwardKernel: tensor(CHANNELS, gates),
    timesBackwardRecurrent: tensor(UNITS, gates),
    timesBackwardBias: tensor(1, gates),
    embedding: tensor(SEQUENCE_KEY_IDS.length, UNITS),
    keysKernel: tensor(UNITS, gates),
    keysRecurrent: tensor(UNITS, gates),
    keysBias: tensor(1, gates),
    denseKernel: tensor(3 * UNITS, UNITS),
    denseBias: tensor(1, UNITS),
  };
  return {
    schema: DUAL_BRANCH_WEIGHTS_SCHEMA,
    window: { length: LONG_TEXT, stride: LONG_TEXT / 2 },
    units: { embedding: UNITS, times: UNITS, keys: UNITS, dense: UNITS },
    tensors,
    calibration: { rates: [0.01, 0.1], rows: [{ samples: 10, offset: -8, slope: -3, cutOffs: [4, 2] }] },
  };
}
