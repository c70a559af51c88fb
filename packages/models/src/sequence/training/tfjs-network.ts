import { SEQUENCE_CHANNELS, SEQUENCE_KEY_IDS } from '@tacit-auth/features';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import {
  DUAL_BRANCH_TENSORS,
  type DualBranchTensor,
  type DualBranchTensors,
  type DualBranchUnits,
  dualBranchShapes,
} from '../dual-branch-weights';
import { initialHead, initialTensors } from './initial-tensors';
import { PADDED_TIME } from './training-batch';

/** Softmax over the people, used for training only. */
export interface Head {
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/** The network while it is trained. Every tensor it makes is its own or disposed. */
export interface TfjsNetwork {
  readonly variables: tf.Variable[];
  /** Outputs of the two branches together. */
  readonly joinedWidth: number;
  /**
   * @param times [windows, rows, 5], padded rows {@link PADDED_TIME}.
   * @param keyIds [windows, rows], int32, 0 where padded.
   * @param dropout factors [windows, 2 x times + keys] on the outputs of the two branches.
   */
  dense(times: tf.Tensor, keyIds: tf.Tensor, dropout?: tf.Tensor): tf.Tensor;
  /** Scores of the people before the softmax. */
  logits(dense: tf.Tensor): tf.Tensor;
  readTensors(): DualBranchTensors;
  readHead(): Head;
  dispose(): void;
}

/**
 * Times through masking to a bidirectional LSTM; key ids through an embedding to an LSTM; both to a dense layer with relu, then one number for each of
 * the people. Layers of TensorFlow.js, with weights drawn by `random`: Glorot uniform kernels, orthogonal recurrent ones, 1 on the forget gate.
 *
 * @param masked false leaves masking out where no window is padded: exactly the same numbers in two thirds of the time.
 */
export function tfjsNetwork(
  units: DualBranchUnits,
  { rows, classes, masked, random }: { rows: number; classes: number; masked: boolean; random: () => number },
): TfjsNetwork {
  const lstm = (size: number) =>
    layers.layers.lstm({ units: size, recurrentActivation: 'sigmoid', kernelInitializer: 'zeros', recurrentInitializer: 'zeros' });
  const timesLayer = layers.layers.bidirectional({ layer: lstm(units.times) as layers.RNN, mergeMode: 'concat' });
  const embeddingLayer = layers.layers.embedding({
    inputDim: SEQUENCE_KEY_IDS.length,
    outputDim: units.embedding,
    maskZero: masked,
    embeddingsInitializer: 'zeros',
  });
  const keysLayer = lstm(units.keys);
  const denseLayer = layers.layers.dense({ units: units.dense, activation: 'relu', kernelInitializer: 'zeros' });
  const headLayer = layers.layers.dense({ units: classes, kernelInitializer: 'zeros' });

  const times = layers.input({ shape: [rows, SEQUENCE_CHANNELS.length] });
  const keyIds = layers.input({ shape: [rows], dtype: 'int32' });
  const unmasked = masked ? (layers.layers.masking({ maskValue: PADDED_TIME }).apply(times) as layers.SymbolicTensor) : times;
  const branches = layers.model({
    inputs: [times, keyIds],
    outputs: [timesLayer.apply(unmasked), keysLayer.apply(embeddingLayer.apply(keyIds))] as layers.SymbolicTensor[],
  });
  const joined = layers.input({ shape: [2 * units.times + units.keys] });
  const top = layers.model({ inputs: joined, outputs: denseLayer.apply(joined) as layers.SymbolicTensor });
  const last = layers.input({ shape: [units.dense] });
  const head = layers.model({ inputs: last, outputs: headLayer.apply(last) as layers.SymbolicTensor });

  const shapes = dualBranchShapes(units);
  const weighted = [timesLayer, embeddingLayer, keysLayer, denseLayer];
  let next = 0;
  const initial = initialTensors(units, random);
  for (const layer of weighted) {
    const names = DUAL_BRANCH_TENSORS.slice(next, next + layer.weights.length);
    next += layer.weights.length;
    setWeights(
      layer,
      names.map((name) => [initial[name], name.endsWith('Bias') ? [shapes[name][1]] : [...shapes[name]]]),
    );
  }
  const { kernel, bias } = initialHead(units.dense, classes, random);
  setWeights(headLayer, [
    [kernel, [units.dense, classes]],
    [bias, [classes]],
  ]);

  return {
    variables: [...weighted, headLayer].flatMap((layer) => layer.trainableWeights.map((weight) => weight.read() as tf.Variable)),
    joinedWidth: 2 * units.times + units.keys,
    dense(timesBatch, keyIdsBatch, dropout) {
      const outputs = branches.apply([timesBatch, keyIdsBatch]) as tf.Tensor[];
      const both = tf.concat(outputs, 1);
      return top.apply(dropout === undefined ? both : tf.mul(both, dropout)) as tf.Tensor;
    },
    logits: (dense) => head.apply(dense) as tf.Tensor,
    readTensors() {
      const values = weighted.flatMap(readWeights);
      return Object.fromEntries(DUAL_BRANCH_TENSORS.map((name, index) => [name, values[index]])) as {
        [Name in DualBranchTensor]: Float32Array;
      };
    },
    readHead() {
      const [headKernel, headBias] = readWeights(headLayer);
      return { kernel: headKernel, bias: headBias };
    },
    dispose() {
      for (const model of [branches, top, head]) {
        model.dispose();
      }
    },
  };
}

type Layer = Pick<layers.LayersModel, 'getWeights' | 'setWeights'>;

function setWeights(layer: Layer, values: [Float32Array, number[]][]): void {
  const tensors = values.map(([value, shape]) => tf.tensor(value, shape));
  layer.setWeights(tensors);
  tf.dispose(tensors);
}

function readWeights(layer: Layer): Float32Array[] {
  // A copy: on some backends the array is a view of memory that the next step overwrites.
  return layer.getWeights().map((tensor) => Float32Array.from(tensor.dataSync()));
}
