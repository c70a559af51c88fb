import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { BenchError } from './bench-error';

/** The public sets' files, with the SHA-256 of those that the floors and limits were set on. */
export const PUBLIC_FILES = [
  {
    name: 'cmu',
    file: 'cmu/DSL-StrongPasswordData.csv',
    sha256: '38612f33475c8f8ca63ba2fe2c8e6a17a683840eb64721c5ad8b5636ec0fa36e',
  },
  {
    name: 'greyc-nislab',
    file: 'greyc-nislab/greyc_nislab.csv.gz',
    sha256: 'a58f0fc19891e2835d8fb4d3cf413147db0ebebec169363d19e7812f9e0cc205',
  },
  {
    name: 'keystroke100',
    file: 'keystroke100/latency.csv',
    sha256: '0726b2583c7c43706005d2f949b6a709e08521e75772c1490b5c72e6bce0b6b8',
  },
  {
    name: 'mobikey',
    file: 'mobikey/keystrokes.csv.gz',
    sha256: '27a42038e9f7a303723379768317904884748794c410c7e66d37e00c651b6c99',
  },
  {
    name: 'meu-mobile',
    file: 'meu-mobile/meu_mobile.csv.gz',
    sha256: '76c398007c14295ac09b729e97862d9cbca595ee7749550faad07a683dc240e7',
  },
] as const;

export type PublicSet = (typeof PUBLIC_FILES)[number]['name'];

export interface PublicDataNeeds {
  readonly folder: string;
  /** The sets that the run reads. */
  readonly sets: readonly PublicSet[];
  /** Whether bounds will be judged: each file must then be the very one that they were set on. */
  readonly check: boolean;
}

/**
 * Whether there is a data folder at all. One that lacks a set that is needed, or holds a damaged one where bounds will be judged, is an error: figures of
 * a part must never pass for those of the whole.
 *
 * @throws BenchError that names every file at fault.
 */
export async function publicDataIsThere({ folder, sets, check }: PublicDataNeeds): Promise<boolean> {
  if (!existsSync(folder)) return false;
  const wrong: string[] = [];
  for (const { name, file, sha256 } of PUBLIC_FILES) {
    if (!sets.includes(name)) continue;
    const path = `${folder}/${file}`;
    if (!existsSync(path)) wrong.push(`${path} is missing`);
    else if (check && (await digestOf(path)) !== sha256) {
      wrong.push(`${path} is damaged, or of another edition than the one that the bounds were set on (SHA-256 ${sha256})`);
    }
  }
  if (wrong.length > 0)
    throw new BenchError(`The public data are not whole, so nothing was measured:\n${wrong.map((line) => `- ${line}\n`).join('')}`);
  return true;
}

/** What is said where there is no data folder. */
export function noDataLine(folder: string): string {
  return `There is no folder of public data sets at ${folder}, so nothing was measured: name it by --data or TACIT_DATA.\n`;
}

export interface SourceDigest {
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
}

/** Digests of those files that are there. */
export async function digestSources(folder: string): Promise<SourceDigest[]> {
  const digests: SourceDigest[] = [];
  for (const { name, file } of PUBLIC_FILES) {
    const path = `${folder}/${file}`;
    if (existsSync(path)) digests.push({ name, file, sha256: await digestOf(path) });
  }
  return digests;
}

/** SHA-256 in hexadecimal. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
