import { POINTER_DEVICES } from '@tacit-auth/features';
import type { Arguments } from './arguments';
import { CliError, EXIT, UsageError } from './cli-error';
import type { CliWorld } from './cli-streams';
import { type Command, columns } from './command';
import { inputFiles } from './population-files';
import { inspectionRows, inspectPopulation } from './population-inspection';
import { type FoundPeople, pointerPeople, typingPeople } from './population-people';
import type { PopulationJob } from './population-training';
import { startProgress } from './progress';
import { fileError, STDIN } from './read-records';

/** Fewest people of a population: fewer do not show how people differ. */
const LEAST_USERS = 50;
/** Printable ASCII. */
const SOURCE = /^[\x20-\x7e]{1,120}$/;

export const populationTrainCommand: Command = {
  name: 'population train',
  usage: 'FILE|DIR --kind KIND --out FILE [options]',
  summary: "trains a population of your own people's typing or pointer use",
  details: `Continuous evidence compares a customer with a population of other people. One of your own customers,
at your own pages, is the best; it takes minutes of one core, and no person can be found in it: keys
and pairs of keys that fewer than 10 people typed leave no trace, and no text, name or time is kept.

FILE has one sample a line, plain or gzip, or is - for standard input. DIR: all its .jsonl and
.jsonl.gz files. --kind free-text takes the typing format of tacit evaluate --help, --kind pointer
  {"user":"7","session":0,"sample":{"version":1,"device":"mouse",...}}
with pointer samples as browsers send them.`,
  options: {
    kind: { value: 'KIND', help: 'free-text or pointer' },
    out: { value: 'FILE', help: 'the file to write' },
    'min-users': { value: 'K', help: `fewest people, ${LEAST_USERS} or more (default ${LEAST_USERS})` },
    source: { value: 'NAME', help: 'where the people come from, kept in the file' },
    device: { value: 'NAME', help: `of pointer samples: ${POINTER_DEVICES.join(', ')} (default mouse)` },
    seed: { value: 'S', help: 'integer; the same seed gives the same population (default 1)' },
    json: { help: 'print JSON' },
  },
  operands: [1, 1],
  examples: [
    'population train windows.jsonl.gz --kind free-text --out typing.population',
    'population train pointers/ --kind pointer --out pointer.population --source "online banking"',
  ],
  async run(given, world) {
    const [operand] = given.operands as readonly [string];
    const asked = optionsOf(given);
    const inputs = await inputFiles(operand, asked.out, world.files);
    const { job, found } = await jobOf(inputs, operand === STDIN ? 'standard input' : operand, asked, world);

    const signal = world.interruption();
    const progress = startProgress(world.stderr, `training on ${job.people.length} people`);
    let population: Uint8Array;
    try {
      population = await world.training.run(job, { signal, onProgress: (share) => progress.step(Math.floor(100 * share), 100) });
    } catch (error) {
      if (signal.aborted) {
        world.stderr.write('tacit population train: interrupted; nothing was written\n');
        return EXIT.interrupted;
      }
      throw error;
    } finally {
      progress.end();
    }
    const inspection = inspectPopulation(population, asked.out);
    await world.files.write(asked.out, population).catch((error: unknown) => {
      throw fileError(error, asked.out);
    });

    const amount = { [job.kind === 'free-text' ? 'keys' : 'actions']: found.amount };
    world.stdout.write(
      given.has('json')
        ? `${JSON.stringify({ schema: 'tacit-population/1', ...inspection, ...amount, left_out: found.leftOut }, null, 2)}\n`
        : `${columns([...inspectionRows(inspection), ['from', `${found.amount} ${Object.keys(amount)[0]}`]]).join('\n')}\n`,
    );
    if (found.leftOut > 0) {
      const why = job.kind === 'free-text' ? 'no window of 25 keys that are told apart' : 'another device, or no action';
      world.stderr.write(`tacit population train: ${found.leftOut} ${found.leftOut === 1 ? 'sample' : 'samples'} left out: ${why}\n`);
      return EXIT.incomplete;
    }
    return EXIT.done;
  },
};

interface Asked {
  readonly kind: PopulationJob['kind'];
  readonly out: string;
  readonly minimumUsers: number;
  readonly source: string;
  readonly device: (typeof POINTER_DEVICES)[number];
  readonly seed: number;
}

function optionsOf(given: Arguments): Asked {
  const kind = given.choice('kind', ['free-text', 'pointer']);
  if (kind === undefined) {
    throw new UsageError('--kind is missing: free-text or pointer');
  }
  const out = given.text('out');
  if (out === undefined) {
    throw new UsageError('--out is missing: the file to write');
  }
  const device = given.choice('device', POINTER_DEVICES);
  if (device !== undefined && kind !== 'pointer') {
    throw new UsageError('--device needs --kind pointer');
  }
  const source = given.text('source') ?? 'own people';
  if (!SOURCE.test(source)) {
    throw new UsageError('--source must be 1 to 120 printable ASCII characters');
  }
  return {
    kind,
    out,
    minimumUsers: given.integer('min-users', LEAST_USERS, 1_000_000) ?? LEAST_USERS,
    source,
    device: device ?? 'mouse',
    seed: given.integer('seed', -2_147_483_648, 2_147_483_647) ?? 1,
  };
}

async function jobOf(
  inputs: readonly string[],
  name: string,
  { kind, minimumUsers, source, device, seed }: Asked,
  world: CliWorld,
): Promise<{ job: PopulationJob; found: FoundPeople<unknown> }> {
  const common = { source, minimumUsers, seed };
  if (kind === 'free-text') {
    const found = await typingPeople(inputs, world);
    assertEnough(found, minimumUsers, name);
    return { job: { kind, ...common, people: found.people }, found };
  }
  const found = await pointerPeople(inputs, device, world);
  assertEnough(found, minimumUsers, name);
  return { job: { kind, ...common, people: found.people }, found };
}

function assertEnough({ people }: FoundPeople<unknown>, least: number, name: string): void {
  if (people.length < least) {
    throw new CliError(`${name}: ${people.length} people with samples that can be used, of at least ${least}; nothing was written`);
  }
}
