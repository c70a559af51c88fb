import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readCmu } from './cmu';
import { readGreycNislab } from './greyc-nislab';
import { readKeystroke100 } from './keystroke100';
import { readMeuMobile } from './meu-mobile';
import { readMobikey } from './mobikey';
import type { TextSet } from './text-set';

const SOURCES = [
  { name: 'cmu', file: 'cmu/DSL-StrongPasswordData.csv', read: readCmu },
  { name: 'greyc-nislab', file: 'greyc-nislab/greyc_nislab.csv.gz', read: readGreycNislab },
  { name: 'keystroke100', file: 'keystroke100/latency.csv', read: readKeystroke100 },
  { name: 'mobikey', file: 'mobikey/keystrokes.csv.gz', read: readMobikey },
  { name: 'meu-mobile', file: 'meu-mobile/meu_mobile.csv.gz', read: readMeuMobile },
] as const;

export const SOURCE_NAMES: readonly string[] = SOURCES.map(({ name }) => name);

/** Reads text sets, each file once. */
export class TextSets {
  readonly #folder: string;
  readonly #read = new Map<string, Promise<readonly TextSet[]>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param id as `mobikey easy`: the name of the source, and of the text where the source has several. */
  async get(id: string): Promise<TextSet> {
    const source = SOURCES.find(({ name }) => id === name || id.startsWith(`${name} `));
    if (source === undefined) throw new RangeError(`no such set: ${id}`);
    const reading = this.#read.get(source.name) ?? source.read(this.#folder);
    this.#read.set(source.name, reading);
    const set = (await reading).find((candidate) => candidate.id === id);
    if (set === undefined) throw new RangeError(`no such text: ${id}`);
    return set;
  }
}

export interface SourceDigest {
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
}

/** Digests of those files that are there. */
export async function digestSources(folder: string): Promise<SourceDigest[]> {
  const digests: SourceDigest[] = [];
  for (const { name, file } of SOURCES) {
    const path = `${folder}/${file}`;
    if (existsSync(path)) digests.push({ name, file, sha256: await digestOf(path) });
  }
  return digests;
}

export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
