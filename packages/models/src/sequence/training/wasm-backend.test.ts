import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededUniforms } from '../../seeded-normals';
import { PacedAdam, trainStep } from './network-step';
import { tfjsNetwork } from './tfjs-network';
import { type Batch, PADDED_TIME } from './training-batch';
import { onBackend } from './wasm-backend';

const sums = (backend: string, rows: number[][], segments: number[], count: number): Promise<number[]> =>
  onBackend(backend, async () =>
    tf.tidy(() => Array.from(tf.unsortedSegmentSum(tf.tensor2d(rows), tf.tensor1d(segments, 'int32'), count).dataSync())),
  );

describe('UnsortedSegmentSum on wasm', () => {
  it('sums the rows of a segment, gives zeros where there are none, and leaves negative segments out', async () => {
    expect(
      await sums(
        'wasm',
        [
          [1, 10],
          [2, 20],
          [3, 30],
          [4, 40],
        ],
        [2, 0, 2, -1],
        4,
      ),
    ).toEqual([2, 20, 0, 0, 4, 40, 0, 0]);
  });

  it('equals that of the cpu backend', async () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: -1_000, max: 1_000 }), fc.integer({ min: -1, max: 4 })), {
      minLength: 1,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(rows, async (drawn) => {
        const table = drawn.map(([value]) => [value, value / 8]);
        const segments = drawn.map(([, segment]) => segment);
        expect(await sums('wasm', table, segments, 5)).toEqual(await sums('cpu', table, segments, 5));
      }),
      { numRuns: 30 },
    );
  });
});

describe('training steps', () => {
  const UNITS = { embedding: 4, times: 3, keys: 4, dense: 5 };
  const ROWS = 6;

  /** Windows of 2 to 6 keys, padded. */
  function someBatch(): Batch {
    const random = seededUniforms(5, 5);
    const size = 10;
    const batch = {
      size,
      times: new Float32Array(size * ROWS * 5).fill(PADDED_TIME),
      keyIds: new Int32Array(size * ROWS),
      labels: Int32Array.from({ length: size }, (_, index) => index % 3),
    };
    for (let window = 0; window < size; window++) {
      for (let row = 0; row < 2 + Math.floor(5 * random()); row++) {
        batch.keyIds[window * ROWS + row] = 1 + Math.floor(8 * random());
        for (let channel = 0; channel < 5; channel++) {
          batch.times[(window * ROWS + row) * 5 + channel] = random();
        }
      }
    }
    return batch;
  }

  /** Weights after a few steps from the same start, one after the other. */
  function trained(backend: string): Promise<number[]> {
    return onBackend(backend, async () => {
      const random = seededUniforms(3, 3);
      const network = tfjsNetwork(UNITS, { rows: ROWS, classes: 3, masked: true, random });
      const optimizer = new PacedAdam(0.01);
      const classWeights = Float32Array.of(0.5, 1, 1.5);
      const losses = Array.from({ length: 3 }, () =>
        trainStep(network, optimizer, someBatch(), ROWS, { classWeights, clip: 0.5, dropout: 0.4, random }),
      );
      const numbers = [...losses, ...Object.values(network.readTensors()).flatMap((tensor) => Array.from(tensor))];
      optimizer.dispose();
      network.dispose();
      return numbers;
    });
  }

  it('update the weights on wasm as on cpu, the embedding included', async () => {
    const [wasm, cpu] = [await trained('wasm'), await trained('cpu')];
    expect(wasm.length).toBe(cpu.length);
    expect(Math.max(...wasm.map((value, index) => Math.abs(value - cpu[index])))).toBeLessThan(1e-6);
    expect(wasm[2]).toBeLessThan(wasm[0]);
  });
});

describe('onBackend', () => {
  it('gives the thread its former backend back, also after a failure', async () => {
    await tf.setBackend('cpu');
    expect(await onBackend('wasm', async () => tf.getBackend())).toBe('wasm');
    expect(tf.getBackend()).toBe('cpu');
    await expect(onBackend('wasm', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(tf.getBackend()).toBe('cpu');
  });

  it('names a backend that is not there', async () => {
    await expect(onBackend('abacus', async () => 1)).rejects.toThrow(RangeError);
  });
});
