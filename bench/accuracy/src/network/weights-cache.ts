import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DualBranchWeights, parseDualBranchWeights, WeightsError } from '@tacit-auth/models/sequence';
import type { TrainingJob } from './train-in-worker';

/** Ignored by git: weights trained on data that must not be passed on stay here. */
export const CACHE_FOLDER = fileURLToPath(new URL('../../../results/cache', import.meta.url));

/** To be raised when the training code changes what it makes of the same data and settings. */
const RECIPE = 1;

/** SHA-256, in hexadecimal, of the training data and the settings. */
export function digestOfJob({ people, ...settings }: TrainingJob): string {
  const hash = createHash('sha256');
  const sorted = Object.entries(settings).toSorted(([a], [b]) => (a < b ? -1 : 1));
  hash.update(JSON.stringify({ recipe: RECIPE, settings: sorted, people: people.map(({ entries }) => entries.length) }));
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
