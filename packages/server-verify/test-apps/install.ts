import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../..', import.meta.url));
/** Named as builds are: nothing in it is linted, hashed or committed. */
const folder = fileURLToPath(new URL('./dist', import.meta.url));
const docs = fileURLToPath(new URL('../../../docs/frameworks.md', import.meta.url));
const INSTALLED = ['features', 'models', 'crypto', 'server-verify'];

/** A name in a folder of modules, with its scope. */
function* namesIn(modules: string): Generator<string> {
  for (const name of existsSync(modules) ? readdirSync(modules) : []) {
    if (name.startsWith('@')) {
      yield* readdirSync(join(modules, name)).map((own) => `${name}/${own}`);
    } else if (!name.startsWith('.')) {
      yield name;
    }
  }
}

/**
 * The built packages and what they need, as an installation would put them, copied, beside the applications of one test.
 *
 * @returns the folder for these applications
 */
export function installPackages(test: string): string {
  const place = join(folder, test);
  rmSync(place, { recursive: true, force: true });
  const modules = join(place, 'node_modules');
  for (const name of INSTALLED) {
    const from = join(packages, name);
    const to = join(modules, '@tacit-auth', name);
    mkdirSync(to, { recursive: true });
    for (const part of ['package.json', 'dist']) {
      cpSync(join(from, part), join(to, part), { recursive: true });
    }
    for (const dependency of namesIn(join(from, 'node_modules'))) {
      const link = join(modules, dependency);
      if (!dependency.startsWith('@tacit-auth/') && !existsSync(link)) {
        mkdirSync(dirname(link), { recursive: true });
        symlinkSync(join(from, 'node_modules', dependency), link);
      }
    }
  }
  return place;
}

/** Every whole file in the guide, by the name in its first line. */
export function filesOfGuide(): Map<string, string> {
  const guide = readFileSync(docs, 'utf8');
  return new Map([...guide.matchAll(/^```ts\n\/\/ (\S+\.m?js)\n([\s\S]*?)^```/gm)].map(([, name, text]) => [name!, text!]));
}

/** An application of its own, with these files of the guide. */
export function writeApp(app: string, files: readonly string[], more: Readonly<Record<string, string>> = {}): void {
  const guide = filesOfGuide();
  const all: Record<string, string> = { 'package.json': JSON.stringify({ private: true, type: 'module' }), ...more };
  for (const file of files) {
    const text = guide.get(file);
    if (text === undefined) {
      throw new Error(`docs/frameworks.md has no file ${file}`);
    }
    all[file] = text;
  }
  for (const [file, text] of Object.entries(all)) {
    const path = join(app, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
