import { CliError } from './cli-error';
import type { CliFiles } from './cli-streams';
import { fileError } from './read-records';

/** The bytes of a file that is not large. @throws CliError where it can not be read, or is larger than `most` bytes, which no `what` is */
export async function readBytes(
  file: string,
  { most, what }: { most: number; what: string },
  files: Pick<CliFiles, 'read'>,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of files.read(file)) {
      chunks.push(chunk);
      length += chunk.byteLength;
      if (length > most) {
        throw new CliError(`${file}: larger than ${most} bytes; no ${what} is`);
      }
    }
  } catch (error) {
    throw error instanceof CliError ? error : fileError(error, file);
  }
  return Buffer.concat(chunks);
}
