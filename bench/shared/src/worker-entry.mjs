// The body of a worker thread: see run-jobs.ts. Plain JavaScript, since a thread does not take over the loader of TypeScript.
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { jobRunner } = await import(workerData.runner);
const runner = jobRunner(workerData.options);
parentPort.on('message', async (job) => {
  let answer;
  try {
    answer = { result: await runner.run(job, (progress) => parentPort.postMessage({ progress })) };
  } catch (error) {
    answer = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  parentPort.postMessage(answer);
});
