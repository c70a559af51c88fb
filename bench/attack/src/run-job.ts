import { readCmu } from '@tacit-internal/bench-shared/cmu';
import { type AttackCounts, runAttacks } from './attack-job';
import { type GenuineCounts, runGenuine } from './genuine-job';
import { type Crowd, crowdOf, type People, TEMPLATE_SIZES, victimOf } from './people';
import { CONDITIONS, nearestImpostor, type PoisoningCounts, RULES, runPoisoning } from './poisoning-job';

/** All that one person is measured for, so that threads share nothing. */
export interface Job {
  readonly person: number;
}

export interface JobResult {
  readonly person: number;
  readonly attacks: readonly { readonly size: number; readonly counts: readonly AttackCounts[] }[];
  readonly genuine: GenuineCounts;
  readonly impostor: number;
  readonly poisoning: readonly PoisoningCounts[];
}

/** For the threads that run jobs: see `run-jobs` of the benches' shared package. */
export const jobRunner = (options: { data: string; seed: number }): JobRunner => new JobRunner(options);

/** Runs jobs, keeping the data between them. A job's result depends on the job and the seed alone. */
export class JobRunner {
  readonly #data: string;
  readonly #seed: number;
  #people: Promise<People> | undefined;
  readonly #crowds = new Map<number, Crowd>();

  constructor({ data, seed }: { data: string; seed: number }) {
    this.#data = data;
    this.#seed = seed;
  }

  async run({ person }: Job): Promise<JobResult> {
    this.#people ??= readPeople(this.#data);
    return measurePerson(await this.#people, person, this.#seed, (half) => this.#crowd(half));
  }

  async #crowd(half: 0 | 1): Promise<Crowd> {
    const known = this.#crowds.get(half) ?? crowdOf((await this.#people)!, half, this.#seed);
    this.#crowds.set(half, known);
    return known;
  }
}

export async function measurePerson(
  people: People,
  person: number,
  seed: number,
  crowd: (half: 0 | 1) => Promise<Crowd>,
): Promise<JobResult> {
  const other = await crowd(person % 2 === 0 ? 1 : 0);
  const impostor = nearestImpostor(people, person);
  const owner = people[person]!;
  const attacker = people[impostor]!;
  return {
    person,
    attacks: TEMPLATE_SIZES.map((size) => ({ size, counts: runAttacks(victimOf(people, person, size, other), person, seed) })),
    genuine: runGenuine(people, person, seed),
    impostor,
    poisoning: CONDITIONS.flatMap((condition) =>
      RULES.flatMap((rule) => [false, true].map((poisoned) => runPoisoning({ rule, condition, poisoned, owner, attacker, seed, person }))),
    ),
  };
}

export async function readPeople(data: string): Promise<People> {
  const [set] = await readCmu(data);
  if (set === undefined) throw new RangeError('the set holds nobody');
  return set.people.map(({ entries }) => entries);
}
