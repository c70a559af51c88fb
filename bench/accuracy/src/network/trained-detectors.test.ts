import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedTextVectorFrom } from '@tacit-auth/features';
import { DUAL_BRANCH_WEIGHTS_SCHEMA, serializeDualBranchWeights } from '@tacit-auth/models/sequence';
import type { Person } from '@tacit-internal/bench-shared/text-set';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TrainingJob } from './train-in-worker';
import { type FoldProgress, progressLine, type TrainedDetectorsOptions, trainedDetectors, UntrainedError } from './trained-detectors';
import { digestOfCode, digestOfJob } from './weights-cache';

const KEYS = ['KeyA', 'KeyB', 'KeyC'];
const people: Person[] = Array.from({ length: 9 }, (_, person) => ({
  user: `person ${person}`,
  entries: Array.from({ length: 6 }, (_, entry) =>
    fixedTextVectorFrom({ hold: [80 + person, 90 + entry, 70 + 3 * person], pressPress: [150 + 11 * person, 200 - 9 * entry] }),
  ),
}));

/** Weights of one unit each, told apart by one number. */
function weightsBytes(mark: number): Uint8Array {
  const zeros = (length: number) => new Float32Array(length);
  const lstm = { kernel: zeros(20), recurrent: zeros(4), bias: zeros(4) };
  return serializeDualBranchWeights({
    schema: DUAL_BRANCH_WEIGHTS_SCHEMA,
    window: { length: 3, stride: 3 },
    units: { embedding: 1, times: 1, keys: 1, dense: 1 },
    tensors: {
      timesForwardKernel: lstm.kernel,
      timesForwardRecurrent: lstm.recurrent,
      timesForwardBias: lstm.bias,
      timesBackwardKernel: lstm.kernel,
      timesBackwardRecurrent: lstm.recurrent,
      timesBackwardBias: lstm.bias,
      embedding: zeros(97),
      keysKernel: zeros(4),
      keysRecurrent: zeros(4),
      keysBias: zeros(4),
      denseKernel: zeros(3),
      denseBias: Float32Array.of(mark),
    },
    calibration: { rates: [0.01, 0.1], rows: [{ samples: 3, offset: 0, slope: -1, cutOffs: [1, 0] }] },
  });
}

describe('trainedDetectors', () => {
  let cacheFolder = '';
  let jobs: TrainingJob[] = [];
  const options = (change: Partial<TrainedDetectorsOptions> = {}): TrainedDetectorsOptions => ({
    people,
    keys: KEYS,
    sessionLength: 2,
    cacheFolder,
    trainFold: async (job, onProgress) => {
      jobs.push(job);
      onProgress({ epoch: 0, epochs: 1, step: 1, steps: 1, loss: 1 });
      return weightsBytes(1 + jobs.length);
    },
    ...change,
  });

  beforeEach(async () => {
    cacheFolder = await mkdtemp(join(tmpdir(), 'tacit-network-'));
    jobs = [];
  });
  afterEach(() => rm(cacheFolder, { recursive: true }));

  it('gives everybody the network that was trained without him', async () => {
    const folds: number[] = [];
    const trained = await trainedDetectors(options({ onProgress: ({ fold }) => folds.push(fold) }));
    expect(folds.toSorted()).toEqual([0, 1]);
    expect(jobs.map((job) => job.people.length).toSorted()).toEqual([4, 5]);
    for (const { user } of people) {
      expect(trained.trainedOn(user).has(user)).toBe(false);
    }
    expect([...trained.trainedOn('person 0')]).toEqual(['person 1', 'person 3', 'person 5', 'person 7']);
    expect(trained.detectorFor('person 0')).toBe(trained.detectorFor('person 8'));
    expect(trained.detectorFor('person 0')).not.toBe(trained.detectorFor('person 1'));
    expect(() => trained.detectorFor('nobody')).toThrow(RangeError);
  });

  it('trains on windows as long as the text, sessions in order', async () => {
    await trainedDetectors(options());
    expect(jobs[0]).toMatchObject({ keys: KEYS, window: { length: 3, stride: 3 }, batch: 32, epochs: 30, patience: 15 });
    expect(jobs[0]?.people[0]?.entries.map(({ session }) => session)).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('trains once, and again only for other data or settings', async () => {
    await trainedDetectors(options());
    await trainedDetectors(options());
    expect(jobs.length).toBe(2);
    expect((await readdir(cacheFolder)).length).toBe(2);
    await trainedDetectors(options({ settings: { epochs: 2 } }));
    expect(jobs.length).toBe(4);
    await trainedDetectors(options({ people: people.slice(0, 8) }));
    // the odd half is the same as before
    expect(jobs.length).toBe(5);
  });

  it('does not train where it must not', async () => {
    await expect(trainedDetectors(options({ train: false }))).rejects.toThrow(UntrainedError);
    expect(jobs).toEqual([]);
    await trainedDetectors(options());
    await trainedDetectors(options({ train: false }));
    expect(jobs.length).toBe(2);
  });

  it('trains again where a cached file is not whole', async () => {
    await trainedDetectors(options());
    const [name = ''] = await readdir(cacheFolder);
    await writeFile(join(cacheFolder, name), (await readFile(join(cacheFolder, name))).subarray(0, 100));
    await trainedDetectors(options());
    expect(jobs.length).toBe(3);
  });
});

describe('digestOfJob', () => {
  const job: TrainingJob = {
    people: [{ entries: (people[0]?.entries ?? []).map((vector) => ({ vector, session: 0 })) }],
    seed: 1,
    epochs: 2,
  };

  it('changes with every time, session and setting, and not with the order of settings', () => {
    const [first] = job.people[0]?.entries ?? [];
    if (first === undefined) throw new Error('no entries');
    const moved = fixedTextVectorFrom({
      hold: first.vector.hold.map((time, key) => time + (key === 2 ? 0.1 : 0)),
      pressPress: first.vector.pressPress,
    });
    const digests = [
      job,
      { ...job, epochs: 3 },
      { ...job, people: [{ entries: [{ ...first, vector: moved }] }] },
      { ...job, people: [{ entries: [first] }] },
      { ...job, people: [{ entries: [{ ...first, session: 1 }] }] },
      { ...job, people: [{ entries: [{ ...first, keys: KEYS }] }] },
    ].map((each) => digestOfJob(each));
    expect(new Set(digests).size).toBe(digests.length);
    expect(digestOfJob({ epochs: 2, seed: 1, people: job.people })).toBe(digestOfJob(job));
    expect(digestOfJob(job)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('changes with the code that trains, and with what that imports', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tacit-code-'));
    const write = (name: string, text: string) => writeFile(join(folder, name), text);
    await write('a.ts', "import { b } from './b';\nimport type { C } from '@elsewhere/c';");
    await write('b.ts', "export { a } from './a';\nexport const b = 1;");
    const first = digestOfCode([join(folder, 'a.ts')]);
    expect(digestOfCode([join(folder, 'a.ts')])).toBe(first);
    await write('b.ts', "export { a } from './a';\nexport const b = 2;");
    const second = digestOfCode([join(folder, 'a.ts')]);
    expect(second).not.toBe(first);
    expect(digestOfJob(job, second)).not.toBe(digestOfJob(job, first));
    expect(digestOfJob(job)).toBe(digestOfJob(job, digestOfCode()));
    await rm(folder, { recursive: true });
  });
});

it('writes progress as a line', () => {
  const progress: FoldProgress = { fold: 1, epoch: 2, epochs: 30, step: 7, steps: 190, loss: 1.23456 };
  expect(progressLine(progress)).toBe('network 2/2, epoch 3/30, step 7/190, loss 1.235');
  const finished = { loss: 1.2, validationLoss: 1.1, validationAccuracy: 0.5, learningRate: 0.001 };
  expect(progressLine({ ...progress, finished })).toBe('network 2/2, epoch 3/30: loss 1.235, validation loss 1.100, accuracy 0.500');
});
