import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** Packages that an entry imports, by way of all its files. */
function packagesOf(path: string, seen = new Set<string>()): Set<string> {
  const packages = new Set<string>();
  if (seen.has(path)) {
    return packages;
  }
  seen.add(path);
  for (const [, specifier] of readFileSync(path, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) {
    if (specifier.startsWith('.')) {
      const file = join(dirname(path), `${specifier}.ts`);
      expect(existsSync(file)).toBe(true);
      packagesOf(file, seen).forEach((name) => {
        packages.add(name);
      });
    } else {
      packages.add(specifier);
    }
  }
  return packages;
}

const entry = (name: string) => fileURLToPath(new URL(`./${name}.ts`, import.meta.url));

it('serves the network without TensorFlow.js', () => {
  expect([...packagesOf(entry('sequence'))]).toEqual(['@tacit-auth/features']);
});

it('needs TensorFlow.js for training, and nothing else', () => {
  expect([...packagesOf(entry('sequence-training'))].toSorted()).toEqual([
    '@tacit-auth/features',
    '@tensorflow/tfjs-backend-wasm',
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-layers',
  ]);
});
