import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { netLoader } from '../../src/face/engine/descriptor-nets';
import { describeFace, type FaceApi, type FaceDescription } from '../../src/face/engine/descriptor-pipeline';

export { FACE_PIPELINE } from '@tacit-auth/features';

const require = createRequire(import.meta.url);

/**
 * The descriptor pipeline in Node, on the build of face-api for it.
 *
 * @param read hands over the model files, by the paths that they have in the folder of the frame.
 */
export async function nodeDescriber(
  read: (path: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<(picture: string | Buffer) => Promise<FaceDescription>> {
  const build = require.resolve('@vladmandic/face-api/dist/face-api.node-wasm.js');
  const wasm = createRequire(build)('@tensorflow/tfjs-backend-wasm') as { setWasmPaths(folder: string): void };
  wasm.setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist/'));
  const faceApi = require(build) as FaceApi & { tf: { setBackend(name: string): Promise<boolean> } };
  if (!(await faceApi.tf.setBackend('wasm'))) throw new Error('the wasm backend did not start');
  const ensure = netLoader(faceApi, read);
  return async (picture) => {
    const { data, info } = await sharp(picture).rotate().removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const found = await describeFace({ width: info.width, height: info.height, channels: 3, data: new Uint8Array(data) }, faceApi, ensure);
    if (found.status !== 'described') throw new Error('no face is seen in the picture');
    return found;
  };
}
