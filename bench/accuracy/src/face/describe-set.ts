import { fileURLToPath } from 'node:url';
import { FACE_PIPELINE, faceDescriptorValues } from '@tacit-auth/features';
import { decodePicture } from './decode-picture';
import { type DescribedPicture, DescriptorCache } from './descriptor-cache';
import type { FaceSet } from './face-sets';
import type { NodeFaceApi } from './node-face-api';
import { describeFace, type Pixels } from './pipeline';

/** Ignored by git: descriptors of people stay here. */
export const CACHE_FOLDER = fileURLToPath(new URL('../../../results/cache', import.meta.url));

/** To be raised when this code makes other descriptors of the same pictures. */
const RECIPE = 1;

/** A picture as it is tried: in other light, or as another frame of a film. */
export interface Variant {
  readonly name: string;
  /** The same for the same seed. */
  readonly of: (picture: Pixels, seed: number) => Pixels;
}

export interface DescribeSet {
  readonly set: FaceSet;
  readonly variant: Variant;
  /** Only these pictures; all of them by default. */
  readonly wanted?: ReadonlySet<string>;
  /** Called once, and only where a picture is not in the cache. */
  readonly faceApi: () => Promise<NodeFaceApi>;
  readonly cacheFolder?: string;
  readonly onPicture?: (described: DescribedPicture) => void;
}

/** Descriptors of a set's pictures, by name. What an earlier run described is taken from the cache. */
export async function describeSet({
  set,
  variant,
  wanted,
  faceApi,
  cacheFolder = CACHE_FOLDER,
  onPicture,
}: DescribeSet): Promise<Map<string, DescribedPicture>> {
  const cache = new DescriptorCache(cacheFolder, [String(RECIPE), FACE_PIPELINE, set.name, set.sha256, variant.name]);
  const all = new Map<string, DescribedPicture>();
  let loaded: NodeFaceApi | undefined;
  for await (const { name, bytes } of set.pictures()) {
    if (wanted !== undefined && !wanted.has(name)) continue;
    let described = cache.get(name);
    if (described === undefined) {
      loaded ??= await faceApi();
      described = await describe(loaded, name, bytes, variant);
      cache.add(described);
    }
    all.set(name, described);
    onPicture?.(described);
  }
  return all;
}

async function describe({ faceApi, ensure }: NodeFaceApi, picture: string, bytes: Uint8Array, variant: Variant): Promise<DescribedPicture> {
  const found = await describeFace(variant.of(await decodePicture(bytes), seedOf(picture)), faceApi, ensure);
  if (found.status === 'no-face') return { picture, values: null, score: null, detector: null };
  return { picture, values: faceDescriptorValues(found.values), score: found.score, detector: found.detector };
}

/** FNV-1a of the name. */
function seedOf(name: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01_00_01_93);
  return hash >>> 0;
}
