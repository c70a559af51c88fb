/// <reference types="node" />
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FACE_MODEL_FILES, FACE_MODEL_PACKAGES } from './face/engine/face-model-files';

/** Every code of a {@link FaceAssetsError}. */
export type FaceAssetsErrorCode =
  /** A package that holds models is not installed. `field` names it. */
  | 'ERR_FACE_ASSETS_PACKAGE'
  /** A file is not there. `field` names it. */
  | 'ERR_FACE_ASSETS_MISSING'
  /** A file is not the one that this version was made with: another version of its package, or altered. `field` names it. */
  | 'ERR_FACE_ASSETS_ALTERED';

/** What {@link copyFaceAssets} rejects with. */
export class FaceAssetsError extends Error {
  override readonly name: string = 'FaceAssetsError';
  readonly code: FaceAssetsErrorCode;
  /** The package or the file at fault. */
  readonly field: string;

  constructor(code: FaceAssetsErrorCode, message: string, field: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.field = field;
  }
}

/** One file of the frame. */
export interface FaceAsset {
  /** Path below the folder, with slashes. */
  path: string;
  bytes: number;
  /** SHA-256 in hexadecimal. */
  sha256: string;
}

export interface CopyFaceAssetsOptions {
  /** The folder to fill, made where it is not there. Serve it from the origin of your page, every file with `faceFrameHeaders()`. */
  to: string;
  /** Where to look for the packages of the models; default the working directory, then this package. */
  from?: string;
}

interface Source extends FaceAsset {
  readonly file: string;
}

/** Beside this file once it is built. */
const FRAME = new URL('./face-frame/', import.meta.url);

/**
 * Fills a folder with all that the face frame needs: `frame.html` and its scripts, and the models out of `@mediapipe/face_mesh` and
 * `@vladmandic/face-api`, which you install beside this package. Every file is checked against a shipped list of SHA-256 before the first is
 * written; none is ever loaded from elsewhere. About 30 MB, of which a browser loads 19, or 10.5 where the server compresses.
 *
 * @returns The files, in order of their paths.
 * @throws TypeError unless `to` is a folder's name; {@link FaceAssetsError} where a package or file is missing or not the right one.
 */
export function copyFaceAssets(options: CopyFaceAssetsOptions): Promise<FaceAsset[]> {
  return copyFrame(FRAME, options);
}

/** {@link copyFaceAssets} for a frame that lies somewhere else. */
export async function copyFrame(frame: URL, { to, from = '.' }: CopyFaceAssetsOptions): Promise<FaceAsset[]> {
  if (typeof to !== 'string' || to === '') {
    throw new TypeError('to must be the path of a folder');
  }
  if (typeof from !== 'string' || from === '') {
    throw new TypeError('from must be the path of a folder');
  }
  const sources = [...(await frameSources(frame)), ...modelSources(resolve(from))].sort((a, b) => (a.path < b.path ? -1 : 1));
  const checked = await Promise.all(sources.map(async (source) => ({ source, content: await readChecked(source) })));
  for (const { source, content } of checked) {
    const target = join(to, ...source.path.split('/'));
    await mkdir(dirname(target), { recursive: true });
    // Whole or not at all: a server may be reading the folder.
    await writeFile(`${target}.part`, content);
    await rename(`${target}.part`, target);
  }
  return sources.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 }));
}

async function readChecked({ path, file, bytes, sha256 }: Source): Promise<Uint8Array> {
  let content: Uint8Array;
  try {
    content = await readFile(file);
  } catch (cause) {
    throw new FaceAssetsError('ERR_FACE_ASSETS_MISSING', `${path} cannot be read: install its package again`, path, cause);
  }
  if (content.byteLength !== bytes || createHash('sha256').update(content).digest('hex') !== sha256) {
    const versions = Object.entries(FACE_MODEL_PACKAGES).map((pair) => pair.join('@'));
    throw new FaceAssetsError(
      'ERR_FACE_ASSETS_ALTERED',
      `${path} is not the file this version was made with: install ${versions.join(' and ')}`,
      path,
    );
  }
  return content;
}

async function frameSources(frame: URL): Promise<Source[]> {
  let list: FaceAsset[];
  try {
    list = JSON.parse(await readFile(new URL('files.json', frame), 'utf8')) as FaceAsset[];
  } catch (cause) {
    throw new FaceAssetsError('ERR_FACE_ASSETS_MISSING', 'the built frame is not in this package: install it again', 'files.json', cause);
  }
  return list.map((asset) => ({ ...asset, file: fileURLToPath(new URL(asset.path, frame)) }));
}

function modelSources(from: string): Source[] {
  const folders = new Map(Object.keys(FACE_MODEL_PACKAGES).map((name) => [name, packageFolder(name, from)]));
  return FACE_MODEL_FILES.map(({ path, bytes, sha256, from: name, file }) => ({
    path,
    bytes,
    sha256,
    file: join(folders.get(name)!, file),
  }));
}

function packageFolder(name: string, from: string): string {
  for (const start of [join(from, 'package.json'), fileURLToPath(import.meta.url)]) {
    try {
      return dirname(createRequire(start).resolve(`${name}/package.json`));
    } catch (cause) {
      if ((cause as { code?: string }).code !== 'MODULE_NOT_FOUND') {
        throw cause;
      }
    }
  }
  const version = FACE_MODEL_PACKAGES[name as keyof typeof FACE_MODEL_PACKAGES];
  throw new FaceAssetsError('ERR_FACE_ASSETS_PACKAGE', `${name} is not installed: add ${name}@${version} to your dependencies`, name);
}
