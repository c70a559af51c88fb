import { runAdaptive } from './adaptive-job';
import { runCrossTyping } from './cross-typing-job';
import { TextSets } from './data/text-sets';
import { type DetectorFactory, type DetectorOptions, detectorNamed } from './detectors';
import { type Job, type JobResult, NO_RESULT } from './jobs';
import { runStatic } from './static-job';
import { runTypingFile } from './typing-file-job';

/** For the threads that run jobs: see `run-jobs` of the benches' shared package. */
export const jobRunner = (options: DetectorOptions): JobRunner => new JobRunner(options);

/** Runs jobs, keeping data and trained models between them. A job's result depends on the job alone. */
export class JobRunner {
  readonly #options: DetectorOptions;
  readonly #sets: TextSets;
  readonly #factories = new Map<string, Promise<DetectorFactory>>();

  constructor(options: DetectorOptions) {
    this.#options = options;
    this.#sets = new TextSets(options.data);
  }

  /** @param onProgress told the share of the job that is done. */
  async run(job: Job, onProgress: (share: number) => void = () => {}): Promise<JobResult> {
    const choice = detectorNamed(job.detector);
    const loading = this.#factories.get(choice.name) ?? choice.load(this.#options);
    this.#factories.set(choice.name, loading);
    const factory = await loading;
    if (job.kind === 'static') {
      const set = await this.#sets.get(job.trial.set);
      return { ...NO_RESULT, scores: runStatic({ ...job, set, choice, factory, onProgress }) };
    }
    if (choice.others !== 'none') throw new RangeError(`${choice.name} needs other people, which only the suites without learning give it`);
    const nobody = { user: '', entries: [] };
    const detector = factory({ enrolled: { name: '', people: [] }, owner: '', keys: [], seed: job.seed });
    if (job.kind === 'adaptive') return runAdaptive({ ...job, set: await this.#sets.get('cmu'), name: choice.name, detector, onProgress });
    if (job.kind === 'cross-typing') {
      const { people } = await this.#sets.get(job.set);
      const users = job.users.map((place) => people[place] ?? nobody);
      return { ...NO_RESULT, cross: runCrossTyping(detector, users, job.enrol, job.attempts) };
    }
    return { ...NO_RESULT, rows: await runTypingFile({ ...job, name: choice.name, detector, onProgress }) };
  }
}
