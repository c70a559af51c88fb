import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { BenchError } from '@tacit-internal/bench-shared/bench-error';
import { digestOf, type SourceDigest } from '@tacit-internal/bench-shared/public-data';
import { type TarFile, tarFiles } from './tar-files';

/** Two pictures and whether they are of one person, as the set's protocol lists them. */
export interface FacePair {
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
}

/** A set of photographs of faces. */
export interface FaceSet {
  readonly name: string;
  /** SHA-256 of the file that holds the pictures, or of the list of them. */
  readonly sha256: string;
  readonly count: number;
  /** One after the other, the name first. */
  pictures(): AsyncIterable<TarFile>;
}

/** The files of the sets, with the SHA-256 of those that the floors were set on. */
export const FACE_FILES = [
  { name: 'lfw', file: 'lfw/lfw_devtest.tar', sha256: 'f0a2a44ed6a2650e48e6ddb8b6aafa6799de1f8f0b844ee6b00cb58027a31a21' },
  { name: 'lfw pairs', file: 'lfw/pairs.csv', sha256: '12d3e69676fbe60681dca21250e61cbfd99a77a6285fb414f320f0b613a855b5' },
  { name: 'faces-deepface', file: 'faces-deepface/index.csv', sha256: 'aa26d8b631cf6723c07816856b2af440808f24df794fd9a255ac1ce336c90cc5' },
] as const;

/**
 * Digests of the sets' files.
 *
 * @throws BenchError that names every file that is missing and, where bounds will be judged, every other one than those that they were set on.
 */
export async function faceFiles(data: string, check: boolean): Promise<SourceDigest[]> {
  const digests: SourceDigest[] = [];
  const wrong: string[] = [];
  for (const { name, file, sha256: known } of FACE_FILES) {
    const path = `${data}/${file}`;
    if (!existsSync(path)) {
      wrong.push(`- ${path} is missing\n`);
      continue;
    }
    const sha256 = await digestOf(path);
    if (check && sha256 !== known)
      wrong.push(`- ${path} is damaged, or of another edition than the one that the bounds were set on (SHA-256 ${known})\n`);
    digests.push({ name, file, sha256 });
  }
  if (wrong.length > 0) throw new BenchError(`The public face data are not whole, so nothing was measured:\n${wrong.join('')}`);
  return digests;
}

const LFW_PICTURES = 1_549;

/** Labeled Faces in the Wild, View 1, development test part. */
export async function lfwSet(data: string): Promise<FaceSet> {
  const path = `${data}/lfw/lfw_devtest.tar`;
  return { name: 'lfw', sha256: await digestOf(path), count: LFW_PICTURES, pictures: () => tarFiles(path) };
}

/** @throws RangeError for a line that is no pair. */
export async function lfwPairs(data: string): Promise<FacePair[]> {
  const [header, ...lines] = (await readFile(`${data}/lfw/pairs.csv`, 'utf8')).trim().split('\n');
  if (header?.trim() !== 'a,b,same') throw new RangeError('the list of pairs must begin with a,b,same');
  return lines.map((line, index) => {
    const [a, b, same] = line.trim().split(',');
    if (a === undefined || b === undefined || (same !== '0' && same !== '1'))
      throw new RangeError(`line ${index + 2} of the pairs is no pair`);
    return { a, b, same: same === '1' };
  });
}

/** Who is on a picture of {@link lfwSet}, by its name. */
export function lfwPerson(picture: string): string {
  return picture.slice(0, picture.indexOf('/'));
}

export interface FacePhoto {
  readonly file: string;
  readonly person: string;
}

/** The photographs of faces-deepface and who is on them. */
export async function deepfaceSet(data: string): Promise<{ readonly set: FaceSet; readonly photos: readonly FacePhoto[] }> {
  const folder = `${data}/faces-deepface`;
  const index = `${folder}/index.csv`;
  const photos = (await readFile(index, 'utf8'))
    .trim()
    .split('\n')
    .slice(1)
    .map((line): FacePhoto => {
      const [file = '', person = ''] = line.trim().split(',');
      return { file, person };
    });
  const set: FaceSet = {
    name: 'faces-deepface',
    sha256: await digestOf(index),
    count: photos.length,
    async *pictures() {
      for (const { file } of photos) yield { name: file, bytes: await readFile(`${folder}/${file}`) };
    },
  };
  return { set, photos };
}
