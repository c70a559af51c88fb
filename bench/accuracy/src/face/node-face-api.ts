import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { EnsureNet, FaceApi } from './pipeline';

const require = createRequire(import.meta.url);

export interface NodeFaceApi {
  readonly faceApi: FaceApi;
  readonly ensure: EnsureNet;
}

interface WasmBackend {
  setWasmPaths(folder: string): void;
  setThreadsCount(count: number): void;
}

/** The networks on TensorFlow.js' wasm backend, one thread, with the weights that face-api's package carries. */
export async function nodeFaceApi(): Promise<NodeFaceApi> {
  const wasm = require('@tensorflow/tfjs-backend-wasm') as WasmBackend;
  wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  wasm.setThreadsCount(1);
  const faceApi = require('@vladmandic/face-api/dist/face-api.node-wasm.js') as FaceApi;
  const tf = faceApi.tf as unknown as { setBackend(name: string): Promise<boolean>; ready(): Promise<void> };
  if (!(await tf.setBackend('wasm'))) throw new Error('the wasm backend did not start');
  await tf.ready();
  const models = join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'model');
  const ensure: EnsureNet = async (name) => {
    const net = faceApi.nets[name];
    if (!net.isLoaded) await net.loadFromDisk(models);
  };
  return { faceApi, ensure };
}
