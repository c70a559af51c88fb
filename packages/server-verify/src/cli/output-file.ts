import { UsageError } from './cli-error';
import type { CliFiles } from './cli-streams';
import { STDIN } from './read-records';

/**
 * Checks, before anything is read, that a command does not write over the file that it reads.
 *
 * @param option name of the option that names the output.
 * @throws UsageError where both are one file, be it by a link
 */
export async function assertOtherFile(input: string, output: string, option: string, files: CliFiles): Promise<void> {
  if (input !== STDIN && output !== STDIN && (await files.isSameFile(input, output))) {
    throw new UsageError(`--${option} names the file that is read, which it would overwrite; name another file`);
  }
}
