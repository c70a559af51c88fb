import { parentPort, workerData } from 'node:worker_threads';
import { type Job, type JobResult, JobRunner } from './run-job';

export interface WorkerAnswer {
  readonly result?: JobResult;
  readonly error?: string;
}

const port = parentPort;
if (port === null) throw new Error('this file is run as a worker thread');
const runner = new JobRunner(workerData as { data: string; seed: number });
port.on('message', async (job: Job) => {
  let answer: WorkerAnswer;
  try {
    answer = { result: await runner.run(job) };
  } catch (error) {
    answer = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  port.postMessage(answer);
});
