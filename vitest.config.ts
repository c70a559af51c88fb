import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROME_SWITCHES, findChrome } from './scripts/find-chrome.mjs';
import { LongestFirst } from './scripts/longest-first.ts';

const root = fileURLToPath(new URL('.', import.meta.url));

// Tests run on the sources of every public entry, not on builds.
const alias = readdirSync(`${root}packages`).flatMap((name) => {
  const manifest = JSON.parse(readFileSync(`${root}packages/${name}/package.json`, 'utf8')) as { exports: Record<string, unknown> };
  return Object.keys(manifest.exports)
    .filter((entry) => entry !== './package.json')
    .map((entry) => ({
      find: new RegExp(`^@tacit-auth/${name}${entry.slice(1)}$`),
      replacement: `${root}packages/${name}/src/${entry === '.' ? 'index' : entry.slice(2)}.ts`,
    }));
});
alias.push({ find: /^fast-check$/, replacement: `${root}scripts/seeded-fast-check.ts` });
const resolve = { alias };
const chrome = findChrome();

const sourcesForBrowserTests = alias.filter(({ replacement }) => replacement.includes('/packages/features/'));
/** They measure how many frames a second there are, and how long tasks take. */
const MEASURED = ['capture-face', 'engine', 'built-bundle'].map((name) => `packages/capture/face-e2e/${name}.e2e.ts`);
// The long forms repeat the same test many times over, and a machine may be several times slower than the one that they were written on.
const unitTimeout = process.env.TACIT_SOAK === '1' ? 600_000 : 60_000;
const UNIT_TESTS = [
  'packages/{features,models,crypto,server-verify}/src/**/*.test.ts',
  'packages/capture/src/**/*.node.test.ts',
  'examples/*/{src/server,two-servers,compose,proofs}/**/*.test.ts',
  'bench/*/src/**/*.test.ts',
  'scripts/**/*.test.ts',
];
/** Unit tests that need a process of their own: they change its environment, start a database server, or look at what an import does to a bare one. */
const OWN_PROCESS = [
  'packages/server-verify/src/**/*postgres*.test.ts',
  'packages/capture/src/import.node.test.ts',
  'examples/*/proofs/*.test.ts',
];
const BUNDLED_BANK = 'examples/reference-bank/e2e/support/bundle-server.ts';
const browserTests = {
  environment: 'node',
  // Several of them run at once, and what each of them waits for has limits of its own.
  testTimeout: process.env.TACIT_SOAK === '1' ? 1_800_000 : 480_000,
  hookTimeout: 240_000,
};

export default defineConfig({
  resolve,
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        resolve,
        test: {
          name: 'node',
          environment: 'node',
          include: UNIT_TESTS,
          exclude: [...OWN_PROCESS, '**/node_modules/**'],
          testTimeout: unitTimeout,
          // Hundreds of small files: a process and a load of the packages for each took longer than the tests.
          isolate: false,
          unstubEnvs: true,
          unstubGlobals: true,
        },
      },
      {
        resolve,
        test: {
          name: 'alone',
          environment: 'node',
          include: OWN_PROCESS,
          testTimeout: unitTimeout,
        },
      },
      {
        resolve,
        test: {
          name: 'dom',
          environment: 'happy-dom',
          include: ['packages/capture/src/**/*.test.ts', 'examples/*/src/web/**/*.test.{ts,tsx}'],
          exclude: ['**/*.node.test.ts', '**/*.browser.test.ts', '**/node_modules/**'],
          testTimeout: unitTimeout,
          // A document for each file, but not a process.
          isolate: false,
          unstubEnvs: true,
          unstubGlobals: true,
        },
      },
      {
        resolve,
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ['packages/*/src/**/*.test-d.ts'],
            tsconfig: './tsconfig.types.json',
          },
        },
      },
      {
        resolve,
        test: {
          name: 'browser',
          include: ['packages/capture/src/**/*.browser.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(chrome ? { executablePath: chrome } : {}),
                args: [...CHROME_SWITCHES, '--disable-gpu'],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        // The built packages are what runs in the browsers; the wire type that tests write is read from its source.
        resolve: { alias: sourcesForBrowserTests },
        test: {
          ...browserTests,
          name: 'e2e',
          include: ['examples/reference-bank/e2e/*.e2e.ts', 'packages/{capture/face-e2e,server-verify/test-apps}/*.e2e.ts'],
          exclude: [...MEASURED, '**/node_modules/**'],
          globalSetup: BUNDLED_BANK,
          // Each file has a bank and a browser of its own, and waits for most of its time, for hands that type above all.
          maxWorkers: 3,
        },
      },
      {
        // One file at a time, and nothing beside it.
        resolve: { alias: sourcesForBrowserTests },
        test: {
          ...browserTests,
          name: 'face',
          include: MEASURED,
          fileParallelism: false,
        },
      },
    ],
  },
});
