import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CACHE_FOLDER, digestOfCode } from '../network/weights-cache';

const PACKAGES = fileURLToPath(new URL('../../../../packages', import.meta.url));
/** What trains, and what makes its windows of recordings. */
const TRAINING_CODE = {
  'free-text': ['models/src/free-text/train-population.ts', 'features/src/free-text-summary.ts', 'features/src/free-text-timings.ts'],
  pointer: ['models/src/pointer/train-population.ts', 'features/src/pointer-actions.ts'],
};

export type PopulationKind = keyof typeof TRAINING_CODE;

/**
 * Where a trained population lies: under the digest of the people and their data, of the settings and of the code that trains. The folder is ignored by
 * git: what is trained on data that must not be passed on stays here.
 *
 * @param data digests of the recordings and whatever else the training depends on.
 */
export function populationPath(kind: PopulationKind, data: readonly unknown[], folder = CACHE_FOLDER): string {
  const code = digestOfCode(TRAINING_CODE[kind].map((file) => `${PACKAGES}/${file}`));
  const digest = createHash('sha256').update(JSON.stringify({ code, data })).digest('hex').slice(0, 32);
  return join(folder, `population-${kind}-${digest}.bin`);
}

export function isTrained(path: string): boolean {
  return existsSync(path);
}

/** Under another name first, so that a reader never sees half a file. */
export async function writePopulation(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(`${path}.${process.pid}`, bytes);
  await rename(`${path}.${process.pid}`, path);
}

export async function readPopulation(path: string): Promise<Uint8Array> {
  return new Uint8Array(await readFile(path));
}
