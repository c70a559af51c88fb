import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../', import.meta.url);
const read = (path: string) => JSON.parse(readFileSync(new URL(path, root), 'utf8'));

describe('type tests', () => {
  // A path that is left out is looked for in a build, and a fresh clone has none with types.
  it('read every public entry from its source', () => {
    const entries = readdirSync(new URL('packages', root)).flatMap((name) =>
      Object.keys(read(`packages/${name}/package.json`).exports)
        .filter((entry) => entry !== './package.json')
        .map((entry) => [
          `@tacit-auth/${name}${entry.slice(1)}`,
          [`./packages/${name}/src/${entry === '.' ? 'index' : entry.slice(2)}.ts`],
        ]),
    );
    expect(read('tsconfig.types.json').compilerOptions.paths).toEqual(Object.fromEntries(entries));
  });
});
