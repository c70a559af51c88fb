import { UsageError } from './cli-error';
import type { CliFiles } from './cli-streams';
import { STDIN } from './read-records';

/** Name that stands for standard output. */
export const STDOUT = '-';

/**
 * Checks, before anything is read, that a command does not write over what it reads.
 *
 * @param input a path, or `-` for standard input.
 * @param output a path, or `-` for standard output.
 * @param option name of the option that names the output.
 * @throws UsageError where both are one file, be it by a link or by a redirection of the shell
 */
export async function assertOtherFile(input: string, output: string, option: string, files: CliFiles): Promise<void> {
  if (!(await files.isSameFile(input, output))) {
    return;
  }
  const read = input === STDIN ? 'the file that standard input is read from' : 'the file that is read';
  throw new UsageError(
    output === STDOUT
      ? `standard output goes into ${read}; send it into another one`
      : `--${option} names ${read}, which it would overwrite; name another file`,
  );
}
