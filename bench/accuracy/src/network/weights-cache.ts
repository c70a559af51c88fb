import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DualBranchWeights, parseDualBranchWeights, WeightsError } from '@tacit-auth/models/sequence';
import type { TrainingJob } from './train-in-worker';

/** Ignored by git: weights trained on data that must not be passed on stay here. */
export const CACHE_FOLDER = fileURLToPath(new URL('../../../results/cache', import.meta.url));

const PACKAGES = fileURLToPath(new URL('../../../../packages', import.meta.url));
/** What trains, and what makes its windows of entries. */
const TRAINING_CODE = [`${PACKAGES}/models/src/sequence-training.ts`, `${PACKAGES}/features/src/sequence-windows.ts`];

/** SHA-256, in hexadecimal, of source files and of all that they import by relative paths: any change of them, be it of a comment, is a new one. */
export function digestOfCode(entries: readonly string[] = TRAINING_CODE): string {
  const hash = createHash('sha256');
  const found = new Set(entries);
  // A set is walked in the order of insertion, what is added meanwhile included.
  for (const file of found) {
    const text = readFileSync(file, 'utf8');
    hash.update(JSON.stringify(text));
    for (const [, specifier] of text.matchAll(/from '(\.[^']+)'/g)) found.add(join(dirname(file), `${specifier}.ts`));
  }
  return hash.digest('hex');
}

/** SHA-256, in hexadecimal, of the training data, the settings and the code that trains. */
export function digestOfJob({ people, ...settings }: TrainingJob, code = digestOfCode()): string {
  const hash = createHash('sha256');
  const sorted = Object.entries(settings).toSorted(([a], [b]) => (a < b ? -1 : 1));
  hash.update(JSON.stringify({ code, settings: sorted, people: people.map(({ entries }) => entries.length) }));
  for (const { entries } of people) {
    for (const { vector, session, keys } of entries) {
      hash.update(JSON.stringify({ session, keys: keys ?? null, counts: [vector.hold.length, vector.pressPress.length] }));
      for (const times of [vector.hold, vector.pressPress]) hash.update(new Uint8Array(times.buffer, times.byteOffset, times.byteLength));
    }
  }
  return hash.digest('hex');
}

const pathOf = (folder: string, digest: string): string => join(folder, `dual-branch-${digest}.weights`);

/** Weights of that digest, or `undefined` where there are none, or none that are whole. */
export async function readWeights(folder: string, digest: string): Promise<DualBranchWeights | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(pathOf(folder, digest));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return parseDualBranchWeights(bytes);
  } catch (error) {
    if (error instanceof WeightsError) return undefined;
    throw error;
  }
}

/** Under another name first, so that a reader never sees half a file. */
export async function writeWeights(folder: string, digest: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = pathOf(folder, digest);
  await writeFile(`${path}.${process.pid}`, bytes);
  await rename(`${path}.${process.pid}`, path);
}
