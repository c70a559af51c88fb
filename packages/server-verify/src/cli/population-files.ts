import { CliError, UsageError } from './cli-error';
import type { CliFiles } from './cli-streams';
import { assertOtherFile } from './output-file';
import { fileError, STDIN } from './read-records';

const ENDING = /\.jsonl?(?:\.gz)?$/;
const MOST_FILES = 10_000;

/**
 * The files that an operand names: itself, or those of a folder that end in .jsonl, .json, .jsonl.gz or .json.gz, by name.
 *
 * @throws CliError where there are none, or too many; UsageError where one of them is `output`
 */
export async function inputFiles(operand: string, output: string, files: CliFiles): Promise<string[]> {
  const names = operand === STDIN ? undefined : await listed(operand, files);
  const inputs =
    names === undefined ? [operand] : names.filter((name) => ENDING.test(name)).map((name) => `${operand.replace(/\/+$/, '')}/${name}`);
  if (inputs.length === 0) {
    throw new CliError(`${operand}: no files in it that end in .jsonl or .jsonl.gz`);
  }
  if (inputs.length > MOST_FILES) {
    throw new CliError(`${operand}: more than ${MOST_FILES} files; put several people into one`);
  }
  if (output === STDIN) {
    throw new UsageError('--out must name a file: a population is no text for standard output');
  }
  for (const input of inputs) {
    await assertOtherFile(input, output, 'out', files);
  }
  return inputs;
}

async function listed(path: string, files: CliFiles): Promise<string[] | undefined> {
  try {
    return await files.list(path);
  } catch (error) {
    throw fileError(error, path);
  }
}
