import { createHash } from 'node:crypto';
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FACE_LIMITS } from '@tacit-auth/features';

/** What the pipeline said of one picture. Values are integers in units of 1e-4, as on the wire; null where no face was found. */
export interface DescribedPicture {
  readonly picture: string;
  readonly values: readonly number[] | null;
  /** The detector's score, and which of the three detectors found the face. */
  readonly score: number | null;
  readonly detector: string | null;
}

/**
 * Descriptors on disk, one line a picture, written as soon as they are there: a run that was cut off goes on where it stopped. `key` names all that
 * the descriptors depend on.
 */
export class DescriptorCache {
  readonly #path: string;
  readonly #known = new Map<string, DescribedPicture>();

  constructor(folder: string, key: readonly string[]) {
    mkdirSync(folder, { recursive: true });
    const digest = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32);
    this.#path = join(folder, `faces-${digest}.jsonl`);
    closeSync(openSync(this.#path, 'a'));
    const text = readFileSync(this.#path, 'utf8');
    for (const line of text.split('\n')) {
      const described = parseLine(line);
      if (described !== undefined) this.#known.set(described.picture, described);
    }
    // What a crash left of a line must not run into the next one.
    if (text !== '' && !text.endsWith('\n')) appendFileSync(this.#path, '\n');
  }

  get(picture: string): DescribedPicture | undefined {
    return this.#known.get(picture);
  }

  add(described: DescribedPicture): void {
    appendFileSync(this.#path, `${JSON.stringify(described)}\n`);
    this.#known.set(described.picture, described);
  }
}

/** `undefined` for a line that is not whole. */
function parseLine(line: string): DescribedPicture | undefined {
  let value: Partial<DescribedPicture> | null;
  try {
    value = JSON.parse(line) as Partial<DescribedPicture> | null;
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || typeof value?.picture !== 'string') return undefined;
  const { picture, values = null, score = null, detector = null } = value;
  if (values !== null && (!Array.isArray(values) || values.length !== FACE_LIMITS.descriptorLength || !values.every(Number.isInteger)))
    return undefined;
  return { picture, values, score, detector };
}
