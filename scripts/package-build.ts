import { defineConfig } from 'tsup';

/** One build for every package: ES modules, types and source maps; `TACIT_FAST_BUILD=1` leaves the types out. */
export function packageBuild(entry: string[]) {
  return defineConfig({
    entry,
    format: ['esm'],
    target: 'es2022',
    platform: 'neutral',
    sourcemap: true,
    // A fast build keeps the declarations of the last full one: editors and other packages' type checks read them.
    clean: process.env.TACIT_FAST_BUILD !== '1',
    splitting: true,
    treeshake: true,
    // The rollup worker behind `dts` insists on a baseUrl of its own; paths to sources must not leak into it.
    dts: process.env.TACIT_FAST_BUILD === '1' ? false : { compilerOptions: { paths: {}, ignoreDeprecations: '5.0' } },
    external: [/^node:/],
  });
}
