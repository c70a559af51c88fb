import { SEQUENCE_CHANNELS } from '@tacit-auth/features';
import * as tf from '@tensorflow/tfjs-core';
import type { Head, TfjsNetwork } from './tfjs-network';
import type { Batch } from './training-batch';

/** Adam whose learning rate may be lowered on the way without losing its moments. */
export class PacedAdam extends tf.AdamOptimizer {
  constructor(learningRate: number) {
    super(learningRate, 0.9, 0.999, 1e-7);
  }

  get pace(): number {
    return this.learningRate;
  }

  set pace(value: number) {
    this.learningRate = value;
  }
}

export interface StepOptions {
  readonly classWeights: Float32Array;
  /** Largest Euclidean norm of the gradient of one tensor. */
  readonly clip: number;
  /** Share of the outputs of the branches that is dropped. */
  readonly dropout: number;
  readonly random: () => number;
}

/** One step of training on a batch. Returns its mean weighted cross-entropy in nats. */
export function trainStep(network: TfjsNetwork, optimizer: tf.Optimizer, batch: Batch, rows: number, options: StepOptions): number {
  return tf.tidy(() => {
    const times = tf.tensor3d(batch.times, [batch.size, rows, SEQUENCE_CHANNELS.length]);
    const keyIds = tf.tensor2d(batch.keyIds, [batch.size, rows], 'int32');
    const classes = options.classWeights.length;
    const truth = tf.mul(tf.oneHot(tf.tensor1d(batch.labels, 'int32'), classes), options.classWeights);
    const { value, grads } = tf.variableGrads(() => {
      const dense = network.dense(times, keyIds, dropoutFactors(network, batch.size, options));
      return tf.div<tf.Scalar>(tf.neg(tf.sum(tf.mul(truth, tf.logSoftmax(network.logits(dense))))), batch.size);
    }, network.variables);
    const clipped = Object.entries(grads).map(([name, gradient]) => [name, clipNorm(gradient, options.clip)]);
    optimizer.applyGradients(Object.fromEntries(clipped) as tf.NamedTensorMap);
    return value.dataSync()[0];
  });
}

function dropoutFactors(network: TfjsNetwork, size: number, { dropout, random }: StepOptions): tf.Tensor | undefined {
  if (dropout === 0) {
    return undefined;
  }
  const width = network.joinedWidth;
  const kept = 1 / (1 - dropout);
  return tf.tensor2d(
    Float32Array.from({ length: size * width }, () => (random() < dropout ? 0 : kept)),
    [size, width],
  );
}

function clipNorm(gradient: tf.Tensor, limit: number): tf.Tensor {
  return tf.mul(gradient, tf.minimum(1, tf.div(limit, tf.maximum(tf.norm(gradient), 1e-12))));
}

/** Weighted cross-entropy in nats and correctness of one window, by the outputs of its dense layer. */
export function judge(dense: Float64Array, { kernel, bias }: Head, label: number): { loss: number; correct: boolean } {
  const logits = Float64Array.from(bias);
  for (let i = 0; i < dense.length; i++) {
    for (let person = 0; person < logits.length; person++) {
      logits[person] += dense[i] * kernel[i * logits.length + person];
    }
  }
  const highest = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - highest), 0);
  return { loss: highest + Math.log(sum) - logits[label], correct: logits[label] === highest };
}
