import '@tensorflow/tfjs-backend-cpu';
import { type SequenceWindow, sequenceWindowsFrom } from '@tacit-auth/features';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { seededUniforms } from '../seeded-normals';
import { simulatedPerson } from '../simulated-people';
import { dualBranchNetwork } from './dual-branch-network';
import type { DualBranchUnits } from './dual-branch-weights';
import { initialTensors } from './training/initial-tensors';
import { tfjsNetwork } from './training/tfjs-network';
import { batchOf } from './training/training-batch';
import { onBackend } from './training/wasm-backend';

const PUBLISHED = { embedding: 32, times: 32, keys: 32, dense: 32 };
const CODES = ['KeyA', 'KeyB', 'Digit5', 'Space', null, 'Enter'];

/** Windows of texts of many lengths, most of them padded. */
function someWindows(length: number, random: () => number): SequenceWindow[] {
  return [3, 4, 7, 11, 30, 49, 50, 75].flatMap((keys) => {
    const entry = simulatedPerson(keys, keys)();
    const windows = sequenceWindowsFrom(entry, {
      length,
      keys: Array.from({ length: keys }, () => CODES[Math.floor(random() * CODES.length)]),
    });
    return windows as SequenceWindow[];
  });
}

/** Outputs of the dense layer by TensorFlow.js and by hand, of a network of random weights. */
async function both(backend: string, units: DualBranchUnits, length: number, masked: boolean, seed: number) {
  const random = seededUniforms(seed, 1);
  const windows = someWindows(length, random).filter((window) => masked || window.keys === length);
  return onBackend(backend, async () => {
    const network = tfjsNetwork(units, { rows: length, classes: 3, masked, random });
    // Initial weights are small; sharper ones drive the gates to their ends.
    for (const variable of network.variables) {
      variable.assign(tf.mul(variable, 1 + 2 * random()));
    }
    const batch = batchOf(
      windows.map((window) => ({ window, label: 0 })),
      length,
    );
    const outputs = tf.tidy(
      () =>
        network
          .dense(tf.tensor3d(batch.times, [batch.size, length, 5]), tf.tensor2d(batch.keyIds, [batch.size, length], 'int32'))
          .dataSync() as Float32Array,
    );
    const embed = dualBranchNetwork(units, network.readTensors());
    network.dispose();
    return { theirs: Array.from(outputs), ours: windows.flatMap((window) => Array.from(embed(window))) };
  });
}

function largestDifference({ theirs, ours }: { theirs: number[]; ours: number[] }): number {
  expect(ours.length).toBe(theirs.length);
  return Math.max(...ours.map((value, index) => Math.abs(value - theirs[index])));
}

describe('the forward pass by hand', () => {
  it.each(['cpu', 'wasm'])('equals TensorFlow.js on %s to 1e-5, padded windows masked', async (backend) => {
    const results = await both(backend, PUBLISHED, 50, true, 1);
    expect(Math.max(...results.theirs)).toBeGreaterThan(0.3);
    expect(largestDifference(results)).toBeLessThan(1e-5);
  });

  it('equals it without masking where nothing is padded, and with other sizes', async () => {
    expect(largestDifference(await both('cpu', PUBLISHED, 7, false, 2))).toBeLessThan(1e-5);
    expect(largestDifference(await both('cpu', { embedding: 3, times: 5, keys: 2, dense: 7 }, 11, true, 3))).toBeLessThan(1e-5);
  });

  it('gives the same for a window whatever its padding, and again when it has run on others', () => {
    const random = seededUniforms(4, 1);
    const units = { embedding: 4, times: 4, keys: 4, dense: 8 };
    const network = dualBranchNetwork(units, initialTensors(units, random));
    const [short] = sequenceWindowsFrom(simulatedPerson(1, 9)(), { length: 9 }) as SequenceWindow[];
    const [padded] = sequenceWindowsFrom(simulatedPerson(1, 9)(), { length: 50 }) as SequenceWindow[];
    const first = network(short);
    network((sequenceWindowsFrom(simulatedPerson(2, 30)()) as SequenceWindow[])[0]);
    expect(network(padded)).toEqual(first);
  });
});
