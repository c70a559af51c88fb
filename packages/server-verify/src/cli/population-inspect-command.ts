import { EXIT } from './cli-error';
import { type Command, columns } from './command';
import { inspectionRows, inspectPopulation, MOST_POPULATION_BYTES } from './population-inspection';
import { readBytes } from './read-bytes';

export const populationInspectCommand: Command = {
  name: 'population inspect',
  usage: 'FILE [options]',
  summary: 'what a population is, and of how many people',
  details: `Prints kind, id, the number of people and the source of a file that tacit population train wrote.
Checks the whole of it. A population holds nothing of a single person.`,
  options: { json: { help: 'print JSON' } },
  operands: [1, 1],
  examples: ['population inspect typing.population', 'population inspect typing.population --json'],
  async run(given, { stdout, files }) {
    const [file] = given.operands as readonly [string];
    const data = await readBytes(file, { most: MOST_POPULATION_BYTES, what: 'population' }, files);
    const inspection = inspectPopulation(data, file);
    stdout.write(
      given.has('json')
        ? `${JSON.stringify({ schema: 'tacit-population/1', ...inspection }, null, 2)}\n`
        : `${columns(inspectionRows(inspection)).join('\n')}\n`,
    );
    return EXIT.done;
  },
};
