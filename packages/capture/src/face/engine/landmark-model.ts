import { createDetector, SupportedModels } from '@tensorflow-models/face-landmarks-detection';
import { FaceEngineError } from './face-engine-error';
import type { MeshPoint } from './landmark-measures';
import { type ModelReader, missing } from './model-reader';
import { type FaceMesh, onProcessor } from './processor-mesh';
import { installWorkerPage } from './worker-page';

/** The landmarks of each face in a frame, in pixels. */
export type LandmarkModel = (frame: OffscreenCanvas) => Promise<MeshPoint[][]>;

/** As many faces as are told apart: one, and more than one. */
const MOST_FACES = 2;

const DATA = 'face-mesh/face_mesh_solution_packed_assets.data';
const SCRIPT = 'face-mesh/face_mesh.js';
const LOADER = 'face-mesh/face_mesh_solution_packed_assets_loader.js';
const GRAPH = 'face-mesh/face_mesh.binarypb';

/** A function that uses SIMD. */
const SIMD = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11]);

function runtime(): { script: string; binary: string } {
  const stem = WebAssembly.validate(SIMD) ? 'face-mesh/face_mesh_solution_simd_wasm_bin' : 'face-mesh/face_mesh_solution_wasm_bin';
  return { script: `${stem}.js`, binary: `${stem}.wasm` };
}

/** Every file that {@link loadLandmarkModel} loads. */
export function landmarkFiles(): string[] {
  const { script, binary } = runtime();
  return [SCRIPT, LOADER, script, GRAPH, DATA, binary];
}

interface Scope {
  FaceMesh: FaceMesh;
  createMediapipeSolutionsPackedAssets?: object;
  importScripts(url: string): void;
}

/**
 * The 478 landmarks of MediaPipe, by face-landmarks-detection, in a worker.
 *
 * The networks run on the processor: where graphics are drawn in software that is six times as fast (30 ms against 170 ms a frame, and 1.3 s
 * against 5.5 s to the first), and it does not wait for shaders elsewhere either.
 *
 * @throws FaceEngineError naming the file where one is missing or altered; `ERR_FACE_ENGINE_UNSUPPORTED` without WebGL.
 */
export async function loadLandmarkModel({ read, count }: ModelReader, folder: string): Promise<LandmarkModel> {
  if (!hasGraphics()) {
    throw new FaceEngineError('ERR_FACE_ENGINE_UNSUPPORTED', 'this browser has no WebGL in workers');
  }
  const scope = globalThis as unknown as Scope;
  const { binary } = runtime();
  const [data, wasmBinary] = await Promise.all([read(DATA), read(binary), read(GRAPH)]);
  let loading = SCRIPT;
  installWorkerPage(scope, (url) => {
    loading = url.slice(folder.length);
    count(loading);
    // What was read and checked is handed over, so that the runtime neither loads it again nor hangs where it cannot; it logs as it works.
    Object.assign(scope.createMediapipeSolutionsPackedAssets!, {
      wasmBinary,
      getPreloadedPackage: () => data.buffer,
      print: () => {},
      printErr: () => {},
    });
  });
  try {
    scope.importScripts(new URL(SCRIPT, folder).href);
    count(SCRIPT);
    scope.FaceMesh = onProcessor(scope.FaceMesh);
    const detector = await createDetector(SupportedModels.MediaPipeFaceMesh, {
      runtime: 'mediapipe',
      refineLandmarks: true,
      maxFaces: MOST_FACES,
      solutionPath: `${folder}face-mesh`,
    });
    return async (frame) => (await detector.estimateFaces(frame as unknown as HTMLCanvasElement)).map(({ keypoints }) => keypoints);
  } catch (cause) {
    throw isLoadFailure(cause)
      ? missing(loading, cause)
      : new FaceEngineError('ERR_FACE_ENGINE_FAILED', 'the landmark runtime did not start', { cause });
  }
}

/** The runtime moves frames through WebGL, whatever computes the networks; without it, it asks for a dialogue that workers do not have. */
function hasGraphics(): boolean {
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext('webgl2') ?? canvas.getContext('webgl');
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}

/** A script that is not there, or is something else, such as a page that says so. */
function isLoadFailure(cause: unknown): boolean {
  return cause instanceof SyntaxError || (cause instanceof DOMException && cause.name === 'NetworkError');
}
