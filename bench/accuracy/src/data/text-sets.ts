import { readCmu } from '@tacit-internal/bench-shared/cmu';
import { PUBLIC_FILES, type PublicSet } from '@tacit-internal/bench-shared/public-data';
import type { TextSet } from '@tacit-internal/bench-shared/text-set';
import { readGreycNislab } from './greyc-nislab';
import { readKeystroke100 } from './keystroke100';
import { readMeuMobile } from './meu-mobile';
import { readMobikey } from './mobikey';

const READERS: { readonly [Name in PublicSet]: (folder: string) => Promise<TextSet[]> } = {
  cmu: readCmu,
  'greyc-nislab': readGreycNislab,
  keystroke100: readKeystroke100,
  mobikey: readMobikey,
  'meu-mobile': readMeuMobile,
};

/** The source of a set, which comes first in its id. @throws RangeError for one that there is not. */
export function sourceOf(id: string): PublicSet {
  const source = PUBLIC_FILES.find(({ name }) => id === name || id.startsWith(`${name} `));
  if (source === undefined) throw new RangeError(`no such set: ${id}`);
  return source.name;
}

/** Reads text sets, each file once. */
export class TextSets {
  readonly #folder: string;
  readonly #read = new Map<PublicSet, Promise<readonly TextSet[]>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param id as `mobikey easy`: the name of the source, and of the text where the source has several. */
  async get(id: string): Promise<TextSet> {
    const source = sourceOf(id);
    const reading = this.#read.get(source) ?? this.#readAll(source);
    this.#read.set(source, reading);
    const set = (await reading).find((candidate) => candidate.id === id);
    if (set === undefined) throw new RangeError(`no such text: ${id}`);
    return set;
  }

  async #readAll(source: PublicSet): Promise<readonly TextSet[]> {
    try {
      return await READERS[source](this.#folder);
    } catch (cause) {
      const file = PUBLIC_FILES.find(({ name }) => name === source)?.file;
      throw new Error(`${this.#folder}/${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  }
}
