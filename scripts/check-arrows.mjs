/** Holds the dependency arrows of docs/architecture.md: in every import of every source file, and in every manifest. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './run.mjs';

const ALLOWED = {
  'packages/features': [],
  'packages/crypto': [],
  'packages/models': ['features'],
  'packages/capture': ['features', 'crypto'],
  'packages/server-verify': ['models', 'crypto', 'features'],
  'examples/reference-bank': ['capture', 'server-verify', 'crypto'],
  'bench/accuracy': ['features', 'models', 'capture'],
  'bench/attack': ['features', 'models'],
  'bench/load': ['features', 'models', 'crypto', 'server-verify'],
  'bench/shared': ['features', 'models'],
  'bench/speed': ['features', 'models', 'crypto', 'server-verify'],
};

/** What only tests may use: the browser's checks are held to the server's, and proofs of the whole draw people of their own. */
const ALLOWED_IN_TESTS = { 'packages/capture': ['models'], 'examples/reference-bank': ['features', 'models'] };

/** Files of these folders are tests, whatever their names. */
const TEST_FOLDERS = ['examples/reference-bank/proofs/'];

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (['node_modules', 'dist', '.data'].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.(ts|tsx|mts|mjs)$/.test(entry.name)) yield path;
  }
}

const SIMULATED_PAGES = ['mortal-page', 'fake-locks', 'seeded-chance'].map((name) => `packages/capture/src/${name}.test-support`);
/** What tests of one folder may use of another's tests: the people before the camera, and pages that die by seeded numbers. */
const SHARED_BY_TESTS = {
  'examples/reference-bank/e2e/': ['packages/capture/face-e2e/support/', ...SIMULATED_PAGES],
  'examples/reference-bank/proofs/': SIMULATED_PAGES,
};

function isSharedByTests(file, specifier) {
  const path = relative(ROOT, join(dirname(file), specifier));
  return Object.entries(SHARED_BY_TESTS).some(
    ([from, to]) => relative(ROOT, file).startsWith(from) && to.some((shared) => path.startsWith(shared)),
  );
}

const isTest = (file) => /\.test\.tsx?$/.test(file) || TEST_FOLDERS.some((folder) => relative(ROOT, file).startsWith(folder));

const wrong = [];
for (const [folder, allowed] of Object.entries(ALLOWED)) {
  const inTests = [...allowed, ...(ALLOWED_IN_TESTS[folder] ?? [])];
  const root = join(ROOT, folder);
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.peerDependencies })) {
    const other = /^@tacit-auth\/(.+)$/.exec(name)?.[1];
    const only = name in (manifest.devDependencies ?? {}) ? inTests : allowed;
    if (other && !only.includes(other)) wrong.push(`${folder}/package.json: may not depend on ${name}`);
  }
  for (const file of sources(root)) {
    const text = readFileSync(file, 'utf8');
    for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)) {
      const place = `${file.slice(ROOT.length)}: ${specifier}`;
      const own = /^@tacit-auth\/([^/]+)(\/.*)?$/.exec(specifier);
      if (own) {
        if (!(isTest(file) ? inTests : allowed).includes(own[1])) wrong.push(`${place}: the arrow does not point that way`);
        const entries = JSON.parse(readFileSync(join(ROOT, 'packages', own[1], 'package.json'), 'utf8')).exports;
        if (!(`.${own[2] ?? ''}` in entries)) wrong.push(`${place}: not a public entry`);
      } else if (specifier.startsWith('.') && /(?:^|\/)(packages|examples|bench)\//.test(specifier) && !isSharedByTests(file, specifier)) {
        wrong.push(`${place}: reaches into another package's folder`);
      }
    }
  }
}
for (const group of ['packages', 'examples', 'bench']) {
  for (const entry of readdirSync(join(ROOT, group))) {
    if (existsSync(join(ROOT, group, entry, 'package.json')) && !(`${group}/${entry}` in ALLOWED))
      wrong.push(`${group}/${entry}: has no line in scripts/check-arrows.mjs`);
  }
}
for (const line of wrong) process.stderr.write(`${line}\n`);
process.stdout.write(`dependency arrows: ${wrong.length === 0 ? 'right' : `${wrong.length} wrong`}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
