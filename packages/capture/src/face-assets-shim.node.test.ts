import { describe, expect, it } from 'vitest';
import { type FaceShimEsbuild, faceMeshShim, faceMeshShimEsbuild } from './face-assets-shim';

const REPLACED = [
  '@mediapipe/face_mesh',
  '@tensorflow/tfjs/dist/index.js',
  '@tensorflow/tfjs-backend-wasm/dist/index.js',
  '@tensorflow/tfjs-backend-webgl/dist/index.js',
  '@tensorflow/tfjs-converter',
];
const LEFT = ['@mediapipe/face_mesh/face_mesh.js', '@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm', './face_mesh'];

describe('faceMeshShim', () => {
  const plugin = faceMeshShim();

  it('stands in for what cannot be bundled, and for nothing else', () => {
    for (const name of REPLACED) {
      const id = plugin.resolveId(name);
      expect(id, name).toMatch(/^\0/);
      expect(plugin.load(id!), name).toMatch(/export/);
    }
    for (const name of LEFT) expect(plugin.resolveId(name), name).toBeNull();
    expect(plugin.load('/src/main.ts')).toBeNull();
  });

  it('the stand-in for face_mesh makes the class that the script has left behind, whenever that was', async () => {
    const source = plugin.load(plugin.resolveId('@mediapipe/face_mesh')!)!;
    const { FaceMesh } = (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as {
      FaceMesh: new (config: object) => object;
    };
    const scope = globalThis as { FaceMesh?: unknown };
    class Loaded {
      constructor(readonly config: object) {}
    }
    scope.FaceMesh = Loaded;
    const config = {};
    const made = new FaceMesh(config);
    delete scope.FaceMesh;
    expect(made).toBeInstanceOf(Loaded);
    expect(made).toMatchObject({ config });
  });
});

describe('faceMeshShimEsbuild', () => {
  it('has the same stand-ins', () => {
    const found = new Map<string, string>();
    const resolvers: [RegExp, string][] = [];
    const build: FaceShimEsbuild = {
      onResolve: ({ filter }, callback) => resolvers.push([filter, callback({ path: '' }).path]),
      onLoad({ filter }, callback) {
        const [pattern] = resolvers.find(([, path]) => filter.test(path))!;
        const { contents, resolveDir } = callback({ path: '' });
        expect(resolveDir).toBe('/app');
        found.set(REPLACED.find((name) => pattern.test(name))!, contents);
      },
    };
    faceMeshShimEsbuild({ root: '/app' }).setup(build);
    const plugin = faceMeshShim();
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(REPLACED.map((name) => [name, plugin.load(plugin.resolveId(name)!)!])));
  });
});
