import sharp from 'sharp';
import type { Pixels } from './pipeline';

// One core for the whole of a run.
sharp.concurrency(1);

/** Twice what the pipeline looks at: it halves by itself, and needs no more. */
const LONGEST_SIDE = 1_600;

/** RGB of a JPEG, PNG or WebP file, upright, of at most 1,600 pixels on the long side. */
export async function decodePicture(bytes: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(bytes)
    .rotate()
    .flatten()
    .toColourspace('srgb')
    .resize({ width: LONGEST_SIDE, height: LONGEST_SIDE, fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new RangeError('the picture must have three channels');
  return { width: info.width, height: info.height, channels: 3, data };
}
