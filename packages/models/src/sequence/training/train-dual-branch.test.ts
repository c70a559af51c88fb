import { fixedTextVectorFrom } from '@tacit-auth/features';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { entries, flatVector, simulatedPerson } from '../../simulated-people';
import { dualBranchDetector } from '../dual-branch-detector';
import { parseDualBranchWeights, serializeDualBranchWeights } from '../weights-bytes';
import { trainDualBranch } from './train-dual-branch';
import type { TrainDualBranchOptions, TrainingProgress } from './training-options';
import type { TrainingPerson } from './training-set';

/** Six people with three sessions of ten entries of a text of four keys. */
const people: TrainingPerson[] = Array.from({ length: 6 }, (_, index) => ({
  entries: entries(simulatedPerson(index, 4), 30).map((vector, at) => ({ vector, session: Math.floor(at / 10) })),
}));

/** A tiny network, quickly trained: one step an epoch. */
const TINY: TrainDualBranchOptions = {
  people,
  seed: 7,
  keys: ['KeyA', 'KeyB', 'KeyC', 'KeyD'],
  window: { length: 4, stride: 4 },
  units: { embedding: 2, times: 4, keys: 2, dense: 6 },
  epochs: 2,
  batch: 80,
  learningRate: 0.02,
};

describe('trainDualBranch', () => {
  it('learns to name people, and makes weights that serve', async () => {
    const { weights, epochs, best, windows } = await trainDualBranch({ ...TINY, epochs: 20, learningRate: 0.05, dropout: 0.1 });
    expect(windows).toEqual({ training: 4 * 20, validation: 4 * 10 });
    expect(epochs[best].validationAccuracy).toBeGreaterThan(0.45);
    expect(epochs[best].validationLoss).toBe(Math.min(...epochs.map(({ validationLoss }) => validationLoss)));
    expect(epochs[best].validationLoss).toBeLessThan(0.8 * Math.log(4));
    const detector = dualBranchDetector({ weights: parseDualBranchWeights(serializeDualBranchWeights(weights)), keys: TINY.keys ?? [] });
    const profile = detector.fit(people[0].entries.slice(0, 5).map(({ vector }) => vector));
    if ('status' in profile) throw new Error(profile.reason);
    expect(detector.score(profile, people[0].entries[6].vector)).toMatchObject({ status: 'scored' });
    expect(detector.threshold(profile, 0.1)).toBeGreaterThan(detector.threshold(profile, 0.2));
  });

  it('gives the same bytes for the same seed, and others for another', async () => {
    const bytes = async (seed: number) => serializeDualBranchWeights((await trainDualBranch({ ...TINY, seed })).weights);
    const first = await bytes(7);
    expect(await bytes(7)).toEqual(first);
    expect(await bytes(8)).not.toEqual(first);
  });

  it('says where it is, step by step', async () => {
    const seen: TrainingProgress[] = [];
    const { epochs } = await trainDualBranch({ ...TINY, batch: 40, onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ epoch, step, finished }) => [epoch, step, finished !== undefined])).toEqual([
      [0, 1, false],
      [0, 2, false],
      [0, 2, true],
      [1, 1, false],
      [1, 2, false],
      [1, 2, true],
    ]);
    expect(seen.every(({ epochs: of, steps, loss }) => of === 2 && steps === 2 && loss > 0)).toBe(true);
    expect(seen.filter(({ finished }) => finished).map(({ finished }) => finished)).toEqual(epochs);
  });

  it('stops when patience runs out, having halved the learning rate after 5 epochs in vain, and keeps the best weights', async () => {
    // Steps so long that they spoil what they should better.
    const spoilt = { seed: 2, learningRate: 0.1, patience: 6 };
    const { epochs, best, stoppedEarly, weights } = await trainDualBranch({ ...TINY, ...spoilt, epochs: 40 });
    expect(stoppedEarly).toBe(true);
    expect(epochs.length).toBe(best + 1 + 6);
    expect(epochs.at(-1)?.learningRate).toBe((epochs[best].learningRate ?? 0) / 2);
    const again = await trainDualBranch({ ...TINY, ...spoilt, epochs: best + 1 });
    expect(again.weights.tensors).toEqual(weights.tensors);
  });

  it('makes no weights of a network that does not tell people apart', async () => {
    await expect(trainDualBranch({ ...TINY, learningRate: 1 })).rejects.toMatchObject({ code: 'ERR_WEIGHTS_CALIBRATION' });
  });

  it('takes simulated typists as one more class of as many windows', async () => {
    const drawn: number[] = [];
    const drawImpostor = (index: number) => {
      drawn.push(index);
      return flatVector(4, 60 + index, 150);
    };
    const { windows } = await trainDualBranch({ ...TINY, epochs: 1, drawImpostor });
    expect(windows).toEqual({ training: 2 * 80, validation: 2 * 40 });
    expect(drawn).toEqual(Array.from({ length: 120 }, (_, index) => index));
  });

  it('masks the padding of shorter texts', async () => {
    const mixed = people.map(({ entries: own }, index) => ({
      entries: own.map(({ vector, session }) => {
        const keys = 3 + (index % 2);
        return {
          session,
          keys: [],
          vector: fixedTextVectorFrom({ hold: vector.hold.slice(0, keys), pressPress: vector.pressPress.slice(0, keys - 1) }),
        };
      }),
    }));
    const named = mixed.map((person) => ({
      entries: person.entries.map((entry) => ({ ...entry, keys: Array.from(entry.vector.hold, () => 'KeyA') })),
    }));
    const short = await trainDualBranch({ ...TINY, seed: 2, people: named, epochs: 1 });
    const long = await trainDualBranch({ ...TINY, seed: 2, people: named, epochs: 1, window: { length: 7, stride: 4 } });
    expect(long.epochs[0].loss).toBeCloseTo(short.epochs[0].loss, 5);
    await expect(trainDualBranch({ ...TINY, people: mixed })).rejects.toThrow(/length-mismatch/);
  });

  it('leaves no tensor behind, whether it ends well or not', async () => {
    await trainDualBranch({ ...TINY, epochs: 1 });
    const before = tf.memory().numTensors;
    await trainDualBranch({ ...TINY, epochs: 1 });
    expect(tf.memory().numTensors).toBe(before);
    const abort = new AbortController();
    const stopped = trainDualBranch({ ...TINY, signal: abort.signal, onProgress: () => abort.abort(new Error('enough')) });
    await expect(stopped).rejects.toThrow('enough');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('does not begin under an aborted signal', async () => {
    const seen: unknown[] = [];
    const stopped = trainDualBranch({
      ...TINY,
      signal: AbortSignal.abort(new Error('never')),
      onProgress: (progress) => seen.push(progress),
    });
    await expect(stopped).rejects.toThrow('never');
    expect(seen).toEqual([]);
  });
});

describe('misuse', () => {
  const failing = (change: object) => trainDualBranch({ ...TINY, ...change } as TrainDualBranchOptions);

  it.each([
    { people: 'people' },
    { people: [{}, {}, {}, {}] },
    { seed: '7' },
    { epochs: '2' },
    { units: { dense: '6' } },
    { onProgress: 1 },
    { drawImpostor: 1 },
    { signal: {} },
    { backend: 1 },
    { keys: 'abcdef' },
  ])('of a wrong kind throws TypeError: %j', async (change) => {
    await expect(failing(change)).rejects.toThrow(TypeError);
  });

  it.each([
    { people: people.slice(0, 3) },
    { people: [...people.slice(0, 5), { entries: [] }] },
    { people: people.map((person) => ({ entries: person.entries.map((entry) => ({ ...entry, session: 0 })) })) },
    { people: people.map((person) => ({ entries: person.entries.slice(8, 12) })) },
    { seed: 0.5 },
    { epochs: 0 },
    { batch: 0 },
    { dropout: 1 },
    { clip: 0 },
    { validationShare: -1 },
    { calibrationShare: 1 },
    { units: { dense: 129 } },
    { window: { length: 2, stride: 1 } },
    { window: { length: 4, stride: 5 } },
    { backend: 'abacus' },
    { keys: ['KeyA'] },
  ])('of a wrong size throws RangeError', async (change) => {
    await expect(failing(change)).rejects.toThrow(RangeError);
  });
});
