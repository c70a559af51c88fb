import { join } from 'node:path';
import sharp from 'sharp';
import { drawnPicture, HEIGHT, PHOTOS, photoFolder, WIDTH } from '../../../../packages/capture/face-e2e/support/face-pictures';
import { nodeDescriber } from '../../../../packages/capture/face-e2e/support/node-describer';

const folder = photoFolder();

/** Which picture of whom. Without photographs everybody is drawn, and nobody is a stranger. */
export type Photo = 'owner' | 'ownerLater' | 'stranger';

/** A picture in several lights, as a sequence of frames would have it. */
const LIGHTS = [1, 0.92];

async function pictures(photo: Photo): Promise<Buffer[]> {
  const source =
    folder === undefined
      ? sharp(await drawnPicture().frame({ eyes: 1, yaw: 0 }), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
      : sharp(join(folder, PHOTOS[photo].file)).rotate();
  const picture = await source.removeAlpha().toColourspace('srgb').png().toBuffer();
  return Promise.all(
    LIGHTS.map((light) =>
      sharp(picture)
        .resize({ width: 800, withoutEnlargement: true })
        .linear(photo === 'ownerLater' ? light * 0.97 : light, 0)
        .png()
        .toBuffer(),
    ),
  );
}

/**
 * Descriptors of photographs, computed in Node as anybody can: with the public networks, which the bank itself serves to everybody, and without a browser.
 */
export async function photoDescriptors(origin: string): Promise<(photo: Photo) => Promise<Float32Array[]>> {
  const describe = await nodeDescriber(async (path) => {
    // The networks compute for so long without a pause that the bank has closed an idle connection before this side hears of it.
    const response = await fetch(`${origin}/face/${path}`, { headers: { connection: 'close' } });
    if (!response.ok) throw new Error(`the bank does not serve ${path}`);
    return new Uint8Array(await response.arrayBuffer());
  });
  return async (photo) => {
    const described: Float32Array[] = [];
    for (const picture of await pictures(photo)) described.push((await describe(picture)).values);
    return described;
  };
}

export const distanceOf = (one: Float32Array, other: Float32Array): number =>
  Math.hypot(...one.map((value, i) => value - (other[i] ?? Number.NaN)));
