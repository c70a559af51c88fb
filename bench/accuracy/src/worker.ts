import { parentPort, workerData } from 'node:worker_threads';
import type { DetectorOptions } from './detectors';
import type { Job, JobResult } from './jobs';
import { JobRunner } from './run-job';

export interface WorkerAnswer {
  readonly result?: JobResult;
  readonly error?: string;
  /** Share of the job that is done; the result is still to come. */
  readonly progress?: number;
}

const port = parentPort;
if (port === null) throw new Error('this file is run as a worker thread');
const runner = new JobRunner(workerData as DetectorOptions);
port.on('message', async (job: Job) => {
  const tell = (message: WorkerAnswer) => port.postMessage(message);
  let answer: WorkerAnswer;
  try {
    answer = { result: await runner.run(job, (progress) => tell({ progress })) };
  } catch (error) {
    answer = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  tell(answer);
});
