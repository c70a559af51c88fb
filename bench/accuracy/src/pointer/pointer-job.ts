import { isInsufficient, type PointerActions } from '@tacit-auth/features';
import { type PointerDetector, type PointerPopulation, parsePointerPopulation, pointerDetector } from '@tacit-auth/models';
import type { ScoresOf } from '../jobs';
import { readPopulation } from '../windows/population-file';
import { erased, WindowScores } from '../windows/window-scores';
import { pointerProbes } from './pointer-cuts';
import { headOf, type PointerTrial } from './pointer-plan';
import { GRIDS, type PointerPerson, PointerSets } from './pointer-sets';
import { type PointerTraining, trainPointer } from './pointer-training';

/** Scores some customers of a protocol. */
export interface PointerScoring {
  readonly kind: 'score';
  readonly trial: PointerTrial;
  readonly folder: string;
  /** File of the population; null: there is none. */
  readonly population: string | null;
  readonly owners: readonly string[];
  /** Who else attacks; of no use where attacks are labelled. */
  readonly impostors: readonly string[];
}

export type PointerJob = PointerScoring | PointerTraining;

interface PointerProbe {
  readonly illegal: boolean;
  readonly windows: readonly PointerActions[];
}

/** For the threads that run jobs. */
export const jobRunner = (): PointerRunner => new PointerRunner();

/** Runs jobs of the suite, keeping people and populations between them. A job's result depends on the job alone. */
export class PointerRunner {
  readonly #sets = new PointerSets();
  readonly #populations = new Map<string, Promise<PointerPopulation>>();
  readonly #probes = new Map<string, readonly PointerProbe[]>();

  /** @param onProgress told the share of the job that is done. */
  async run(job: PointerJob, onProgress: (share: number) => void = () => {}): Promise<readonly ScoresOf[]> {
    if (job.kind === 'train') {
      await trainPointer(job, this.#sets, onProgress);
      return [];
    }
    return this.#score(job, onProgress);
  }

  async #score({ trial, folder, population, owners, impostors }: PointerScoring, onProgress: (share: number) => void): Promise<ScoresOf[]> {
    const people = new Map<string, PointerPerson>();
    for (const user of new Set([...owners, ...impostors])) {
      people.set(user, await this.#sets.get(folder, trial.set, user, GRIDS[trial.set]));
    }
    const detector = erased(rememberingDetector(population === null ? null : await this.#population(population)));
    return owners.flatMap((user, done) => {
      onProgress(done / owners.length);
      const owner = people.get(user);
      if (owner === undefined) throw new RangeError('an owner is one of the people');
      const others = [...people.values()].filter(
        (person) => person !== owner && impostors.includes(person.user) && (!trial.sameRate || person.rate === owner.rate),
      );
      if (trial.impostors === 'others' && others.length === 0) return [];
      const scores = new WindowScores<PointerActions>(detector, detector.fit(owner.enrolment.map(({ actions }) => actions)));
      for (const { illegal, windows: probe } of this.#probesOf(trial, owner)) {
        if (!illegal) scores.add('genuine', probe);
        else if (trial.impostors === 'labelled') scores.add('impostor', probe);
      }
      if (trial.impostors === 'others') {
        for (const person of others) {
          for (const { illegal, windows: probe } of this.#probesOf(trial, person)) if (!illegal) scores.add('impostor', probe);
        }
      }
      return [{ head: headOf(trial), user: scores.of(user) }];
    });
  }

  /** The same objects for every template: what a detector worked out of a window it need not work out again. */
  #probesOf({ set, cut }: PointerTrial, { user, test }: PointerPerson): readonly PointerProbe[] {
    const key = JSON.stringify([set, cut, user]);
    const known =
      this.#probes.get(key) ??
      test.flatMap(({ actions, duration, illegal = false }) =>
        pointerProbes(actions, duration, cut).map((probe) => ({ illegal, windows: [probe] })),
      );
    this.#probes.set(key, known);
    return known;
  }

  #population(path: string): Promise<PointerPopulation> {
    const loading = this.#populations.get(path) ?? readPopulation(path).then(parsePointerPopulation);
    this.#populations.set(path, loading);
    return loading;
  }
}

/** What a block of actions is does not change: it is worked out once for all templates. */
function rememberingDetector(population: PointerPopulation | null): PointerDetector {
  const detector = pointerDetector({ population });
  const known = new WeakMap<PointerActions, ReturnType<PointerDetector['evidence']>>();
  return {
    ...detector,
    score(profile, blocks) {
      const [block] = blocks;
      if (block === undefined || blocks.length > 1) return detector.score(profile, blocks);
      const evidence = known.get(block) ?? detector.evidence(blocks);
      known.set(block, evidence);
      return isInsufficient(evidence) ? evidence : detector.scoreEvidence(profile, evidence);
    },
  };
}
