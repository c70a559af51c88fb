/** A module that stands in for another. */
interface StandIn {
  readonly filter: RegExp;
  readonly contents: string;
}

/** face_mesh.js exports nothing: it is loaded as a script and leaves its class on the global object. */
const FACE_MESH: StandIn = {
  filter: /^@mediapipe\/face_mesh$/,
  contents: 'export function FaceMesh(config) {\n  return new globalThis.FaceMesh(config);\n}\n',
};

/** Of TensorFlow.js, the core and its chained operators are all that the networks use. */
const CORE: StandIn = {
  filter: /^@tensorflow\/tfjs\/dist\/index\.js$/,
  contents: "import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';\nexport * from '@tensorflow/tfjs-core';\n",
};

const WASM: StandIn = {
  filter: /^@tensorflow\/tfjs-backend-wasm\/dist\/index\.js$/,
  contents: "export * from '@tensorflow/tfjs-backend-wasm';\n",
};

const WEBGL: StandIn = { filter: /^@tensorflow\/tfjs-backend-webgl\/dist\/index\.js$/, contents: 'export {};\n' };

/** Loads graphs from a hub of models for the other runtime of face-landmarks-detection, which is not used: nothing is fetched from elsewhere. */
const CONVERTER: StandIn = {
  filter: /^@tensorflow\/tfjs-converter$/,
  contents: "export function loadGraphModel() {\n  throw new Error('only the MediaPipe runtime is part of this bundle');\n}\n",
};

const STAND_INS: readonly StandIn[] = [FACE_MESH, CORE, WASM, WEBGL, CONVERTER];
const PREFIX = '\0tacit-face:';

/** As much of an esbuild build as the plugin uses. */
export interface FaceShimEsbuild {
  onResolve(options: { filter: RegExp }, callback: (args: { path: string }) => { path: string; namespace: string }): void;
  onLoad(
    options: { filter: RegExp; namespace: string },
    callback: (args: { path: string }) => { contents: string; loader: 'js'; resolveDir: string },
  ): void;
}

/** A plugin for Vite and Rollup. */
export interface FaceShimPlugin {
  readonly name: string;
  /** Vite: before its own resolution. */
  readonly enforce: 'pre';
  resolveId(source: string): string | null;
  load(id: string): string | null;
}

/** A plugin for esbuild and tsup. */
export interface FaceShimEsbuildPlugin {
  readonly name: string;
  setup(build: FaceShimEsbuild): void;
}

/**
 * For those who bundle `@tacit-auth/capture/face-frame` and `@tacit-auth/capture/face-worker` themselves with Vite or Rollup; the files that
 * `copyFaceAssets` copies need nothing of it. Without it a production build by Vite throws `(void 0) is not a constructor`, because face_mesh.js
 * has no exports, and face-api brings a second TensorFlow.js along.
 *
 * The worker must be a classic one (`iife`), because the landmark runtime loads its scripts by importScripts.
 */
export function faceMeshShim(): FaceShimPlugin {
  return {
    name: 'tacit-face-shim',
    enforce: 'pre',
    resolveId(source) {
      const index = STAND_INS.findIndex(({ filter }) => filter.test(source));
      return index < 0 ? null : `${PREFIX}${index}`;
    },
    load(id) {
      return id.startsWith(PREFIX) ? STAND_INS[Number(id.slice(PREFIX.length))]!.contents : null;
    },
  };
}

/**
 * {@link faceMeshShim} for esbuild and tsup.
 *
 * @param options.root The folder from which the packages are found; default the working directory.
 */
export function faceMeshShimEsbuild({ root = '.' }: { root?: string } = {}): FaceShimEsbuildPlugin {
  return {
    name: 'tacit-face-shim',
    setup(build) {
      STAND_INS.forEach(({ filter, contents }, index) => {
        build.onResolve({ filter }, () => ({ path: String(index), namespace: 'tacit-face' }));
        build.onLoad({ filter: new RegExp(`^${index}$`), namespace: 'tacit-face' }, () => ({ contents, loader: 'js', resolveDir: root }));
      });
    },
  };
}
