import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { netLoader } from '../../src/face/engine/descriptor-nets';
import { describeFace, type FaceApi, type FaceDescription } from '../../src/face/engine/descriptor-pipeline';

const require = createRequire(import.meta.url);

/** The descriptor pipeline in Node, on the build of face-api for it, with the model files of a folder. */
export async function nodeDescriber(models: string): Promise<(file: string) => Promise<FaceDescription>> {
  const build = require.resolve('@vladmandic/face-api/dist/face-api.node-wasm.js');
  const wasm = createRequire(build)('@tensorflow/tfjs-backend-wasm') as { setWasmPaths(folder: string): void };
  wasm.setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist/'));
  const faceApi = require(build) as FaceApi & { tf: { setBackend(name: string): Promise<boolean> } };
  if (!(await faceApi.tf.setBackend('wasm'))) throw new Error('the wasm backend did not start');
  const ensure = netLoader(faceApi, async (path) => new Uint8Array(await readFile(join(models, path))));
  return async (file) => {
    const { data, info } = await sharp(file).rotate().removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const found = await describeFace({ width: info.width, height: info.height, channels: 3, data: new Uint8Array(data) }, faceApi, ensure);
    if (found.status !== 'described') throw new Error(`no face in ${file}`);
    return found;
  };
}
