import * as tf from '@tensorflow/tfjs-core';
import { seededUniforms } from '../../seeded-normals';
import { dualBranchNetwork } from '../dual-branch-network';
import { DUAL_BRANCH_WEIGHTS_SCHEMA, type DualBranchTensors, type DualBranchUnits, type DualBranchWeights } from '../dual-branch-weights';
import { fitCalibration } from './fit-calibration';
import { judge, PacedAdam, trainStep } from './network-step';
import { type Head, type TfjsNetwork, tfjsNetwork } from './tfjs-network';
import { batchOf } from './training-batch';
import { type CheckedOptions, checkedOptions, type TrainDualBranchOptions } from './training-options';
import { balancedWeights, type Split, shuffle, splitPeople } from './training-set';
import { onBackend } from './wasm-backend';

/** Epochs without a better validation loss after which the learning rate is halved. */
const PLATEAU = 5;
/** Streams of random numbers of one seed. */
const STREAMS = { split: 1, weights: 2, order: 3, dropout: 4 } as const;

/** One pass over the training data. Losses are mean cross-entropies in nats over classes that count alike. */
export interface TrainingEpoch {
  readonly loss: number;
  readonly validationLoss: number;
  /** Share of validation windows whose person is named first. */
  readonly validationAccuracy: number;
  readonly learningRate: number;
}

export interface DualBranchTraining {
  /** Those of the epoch with the least validation loss, with their calibration. */
  readonly weights: DualBranchWeights;
  readonly epochs: readonly TrainingEpoch[];
  /** Index in `epochs`. */
  readonly best: number;
  /** Whether `patience` ran out before the last epoch. */
  readonly stoppedEarly: boolean;
  readonly windows: { readonly training: number; readonly validation: number };
}

/**
 * Trains the dual-branch network to name background people by their typing (softmax, Adam, early stopping on the loss over whole sessions held back) and
 * calibrates its open-set score on other people who were kept out of that.
 *
 * It runs in the thread that calls it and yields after every step: call it in a worker, for a step takes a tenth of a second. The seed decides every
 * random number. The same options give the same weights bit for bit on one machine with one version of TensorFlow.js; another backend or another kind of
 * processor adds in another order, and training makes much of small differences. In browsers call `setWasmPaths` of `@tensorflow/tfjs-backend-wasm` first.
 *
 * @throws TypeError or RangeError for wrong options; WeightsError ERR_WEIGHTS_CALIBRATION where the network has not learned to tell people apart; what
 * `signal` throws, once it is aborted.
 */
export async function trainDualBranch(options: TrainDualBranchOptions): Promise<DualBranchTraining> {
  const checked = checkedOptions(options);
  checked.signal?.throwIfAborted();
  const split = splitPeople(checked, seededUniforms(checked.seed, STREAMS.split));
  return onBackend(checked.backend, () => train(checked, split));
}

async function train(options: CheckedOptions, split: Split): Promise<DualBranchTraining> {
  const { units, entryOptions } = options;
  const network = tfjsNetwork(units, {
    rows: entryOptions.length,
    classes: split.classes,
    masked: [...split.training, ...split.validation].some(({ window }) => window.keys < entryOptions.length),
    random: seededUniforms(options.seed, STREAMS.weights),
  });
  const optimizer = new PacedAdam(options.learningRate);
  try {
    const { tensors, epochs, best } = await fitEpochs(network, optimizer, split, options);
    const window = { length: entryOptions.length, stride: entryOptions.stride };
    const calibration = fitCalibration(split.calibration, entryOptions, dualBranchNetwork(units, tensors));
    return {
      weights: { schema: DUAL_BRANCH_WEIGHTS_SCHEMA, window, units, tensors, calibration },
      epochs,
      best,
      stoppedEarly: epochs.length < options.epochs,
      windows: { training: split.training.length, validation: split.validation.length },
    };
  } finally {
    optimizer.dispose();
    network.dispose();
  }
}

/** All epochs, and the tensors of the best. */
async function fitEpochs(
  network: TfjsNetwork,
  optimizer: PacedAdam,
  split: Split,
  options: CheckedOptions,
): Promise<{ tensors: DualBranchTensors; epochs: TrainingEpoch[]; best: number }> {
  const order = seededUniforms(options.seed, STREAMS.order);
  const dropout = seededUniforms(options.seed, STREAMS.dropout);
  const steps = Math.ceil(split.training.length / options.batch);
  const epochs: TrainingEpoch[] = [];
  let tensors = network.readTensors();
  let best = 0;
  let lowered = 0;
  for (let epoch = 0; epoch < options.epochs && epoch - best <= options.patience; epoch++) {
    shuffle(split.training, order);
    const report = (step: number, loss: number, finished?: TrainingEpoch) =>
      options.onProgress?.({ epoch, epochs: options.epochs, step, steps, loss, ...(finished === undefined ? {} : { finished }) });
    const loss = await oneEpoch(network, optimizer, split, options, dropout, report);
    const current = network.readTensors();
    epochs.push({ loss, ...validate(options.units, current, network.readHead(), split), learningRate: optimizer.pace });
    if (epoch === 0 || epochs[epoch].validationLoss < epochs[best].validationLoss) {
      best = epoch;
      tensors = current;
    } else if (epoch - Math.max(best, lowered) >= PLATEAU) {
      optimizer.pace /= 2;
      lowered = epoch;
    }
    report(steps, loss, epochs[epoch]);
  }
  return { tensors, epochs, best };
}

async function oneEpoch(
  network: TfjsNetwork,
  optimizer: PacedAdam,
  { training, classes }: Split,
  { batch: size, entryOptions, clip, dropout, signal }: CheckedOptions,
  random: () => number,
  report: (step: number, loss: number) => void,
): Promise<number> {
  const step = { classWeights: balancedWeights(training, classes), clip, dropout, random };
  let total = 0;
  for (let start = 0; start < training.length; start += size) {
    const batch = batchOf(training.slice(start, start + size), entryOptions.length);
    total += batch.size * trainStep(network, optimizer, batch, entryOptions.length, step);
    if (!Number.isFinite(total)) {
      throw new RangeError('the loss is no longer finite: learningRate must be lower');
    }
    // Lets messages and an abort through, wherever this runs.
    await tf.nextFrame();
    signal?.throwIfAborted();
    report(start / size + 1, total / (start + batch.size));
  }
  return total / training.length;
}

/** By the forward pass that will serve the weights, so that what is chosen is what is used. */
function validate(
  units: DualBranchUnits,
  tensors: DualBranchTensors,
  head: Head,
  { validation, classes }: Split,
): Pick<TrainingEpoch, 'validationLoss' | 'validationAccuracy'> {
  const embed = dualBranchNetwork(units, tensors);
  const classWeights = balancedWeights(validation, classes);
  let loss = 0;
  let correct = 0;
  for (const { window, label } of validation) {
    const judged = judge(embed(window), head, label);
    loss += classWeights[label] * judged.loss;
    correct += judged.correct ? 1 : 0;
  }
  return { validationLoss: loss / validation.length, validationAccuracy: correct / validation.length };
}
