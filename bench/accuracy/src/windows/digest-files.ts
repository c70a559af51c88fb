import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { BenchError } from '@tacit-internal/bench-shared/bench-error';
import { digestOf, type SourceDigest } from '@tacit-internal/bench-shared/public-data';

/** A file of a set, or a folder of which all files with this ending count. */
export interface SetFiles {
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
}

/** SHA-256 of a file, or over the names and digests of the packed tables of a folder. */
export async function digestOfSet(path: string): Promise<string> {
  if (!path.endsWith('/')) return digestOf(path);
  const names = readdirSync(path).filter((name) => name.endsWith('.csv.gz'));
  const hash = createHash('sha256');
  for (const name of names.toSorted()) hash.update(`${name} ${await digestOf(`${path}${name}`)}\n`);
  return hash.digest('hex');
}

/**
 * Digests of the files that a suite reads.
 *
 * @throws BenchError that names every one that is missing and, where bounds will be judged, every other one than those that they were set on.
 */
export async function setFiles(data: string, files: readonly SetFiles[], check: boolean): Promise<SourceDigest[]> {
  const digests: SourceDigest[] = [];
  const wrong: string[] = [];
  for (const { name, file, sha256: known } of files) {
    const path = `${data}/${file}`;
    if (!existsSync(path)) {
      wrong.push(`- ${path} is missing\n`);
      continue;
    }
    const sha256 = await digestOfSet(path);
    if (check && sha256 !== known)
      wrong.push(`- ${path} is damaged, or of another edition than the one that the bounds were set on (SHA-256 ${known})\n`);
    digests.push({ name, file, sha256 });
  }
  if (wrong.length > 0) throw new BenchError(`The public data are not whole, so nothing was measured:\n${wrong.join('')}`);
  return digests;
}
