import type { TypingRecord } from '@tacit-auth/models/evaluation';
import { CliError } from './cli-error';

/** Most that is held of a file at once, in keys of about 100 bytes. */
const MOST = 10_000_000;
/** What a sample takes beside its keys and names, in keys. */
const EACH = 16;
/** Characters of a name that count as a key: a name is held by the sample, and again by what is computed of it. */
const NAME = 8;

export interface HeldRecords {
  readonly records: TypingRecord[];
  /** Samples without keys, which were left out. */
  readonly withoutKeys: number;
}

/**
 * Holds every sample of a file that has keys.
 *
 * @param name of the file, for the message.
 * @param most keys, where a sample counts for 16 more and 8 characters of its names for one.
 * @throws CliError where they are more than may be held
 */
export async function holdRecords(found: AsyncIterable<TypingRecord>, name: string, most: number = MOST): Promise<HeldRecords> {
  const records: TypingRecord[] = [];
  let withoutKeys = 0;
  let held = 0;
  for await (const record of found) {
    const { user, group, keys } = record;
    if (keys.length === 0) {
      withoutKeys++;
      continue;
    }
    held += EACH + keys.length + (user.length + (group?.length ?? 0)) / NAME;
    if (held > most) {
      throw new CliError(
        `${name}: more samples, keys and names than ${most} keys take, the most that is held; split the file by its groups`,
      );
    }
    records.push(record);
  }
  return { records, withoutKeys };
}
