import { parentPort, workerData } from 'node:worker_threads';
import { answerTo, type TrainingAnswer } from './cli/population-thread';
import { type PopulationJob, trainPopulation } from './cli/population-training';

/** The thread of `tacit population train`. Its data are one job; see `population-thread.ts` for what it answers. */
const port = parentPort;
if (port === null) {
  throw new Error('population-worker runs in a worker thread only');
}
const answer = (message: TrainingAnswer): void => port.postMessage(message);
try {
  answer({ population: trainPopulation(workerData as PopulationJob, (share) => answer({ share })) });
} catch (error) {
  answer(answerTo(error));
}
