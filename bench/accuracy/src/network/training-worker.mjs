// The body of the worker thread that trains one fold: see train-in-worker.ts. Plain JavaScript, since a thread does not take over the loader of TypeScript.
import { parentPort, workerData } from 'node:worker_threads';
import { serializeDualBranchWeights } from '@tacit-auth/models/sequence';
import { trainDualBranch } from '@tacit-auth/models/sequence-training';

const { weights, best, epochs, stoppedEarly } = await trainDualBranch({
  ...workerData,
  onProgress: (progress) => parentPort.postMessage({ kind: 'progress', progress }),
});
parentPort.postMessage({ kind: 'trained', bytes: serializeDualBranchWeights(weights), best, epochs: epochs.length, stoppedEarly });
