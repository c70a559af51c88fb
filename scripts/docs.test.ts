import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const packages = readdirSync(join(ROOT, 'packages'));
const PAGES = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  ...packages.map((name) => `packages/${name}/README.md`),
];

/** Without code, which may have brackets of its own. */
const proseOf = (page: string): string =>
  read(page)
    .replace(/^```[\s\S]*?^```/gm, '')
    .replace(/`[^`\n]*`/g, '`code`');

/** As hosts of Git make them: lower case, no punctuation, a hyphen for each space. */
function anchorsOf(page: string): Set<string> {
  const headings = read(page)
    .replace(/^```[\s\S]*?^```/gm, '')
    .matchAll(/^#{1,6} (.+)$/gm);
  return new Set(
    [...headings].map(([, text]) =>
      text!
        .toLowerCase()
        .replace(/[^\p{Letter}\p{Number} _-]/gu, '')
        .replace(/ /g, '-'),
    ),
  );
}

/** The source of a public entry: `@tacit-auth/models/sequence` is packages/models/src/sequence.ts. */
function sourceOf(specifier: string): string {
  const [, name, entry = 'index'] = /^@tacit-auth\/([a-z-]+)(?:\/(.+))?$/.exec(specifier)!;
  return `packages/${name}/src/${entry}.ts`;
}

/** Names that an entry exports, of types too. */
function exportsOf(specifier: string): Set<string> {
  const text = read(sourceOf(specifier));
  const listed = [...text.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, names]) =>
    names!.split(',').map((name) =>
      name
        .trim()
        .replace(/^type /, '')
        .replace(/^.* as /, ''),
    ),
  );
  const declared = [...text.matchAll(/^export (?:async )?(?:const|function|class|interface|type) (\w+)/gm)].map(([, name]) => name!);
  return new Set([...listed, ...declared]);
}

describe.each(PAGES)('%s', (page) => {
  it('leads somewhere by every link', () => {
    const lost = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target]) => target!)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path = '', anchor] = target.split('#');
        const place = path === '' ? page : join(dirname(page), path);
        // A folder shows its README.
        const file = /^packages\/[a-z-]+\/?$/.test(place) ? join(place, 'README.md') : place;
        return !existsSync(join(ROOT, file)) || (anchor !== undefined && !anchorsOf(file).has(anchor));
      });
    expect(lost).toEqual([]);
  });

  it('imports only what the packages export', () => {
    const lost = [...read(page).matchAll(/import (?:type )?\{([^}]+)\} from '(@tacit-auth\/[^']+)'/g)].flatMap(([, names, specifier]) => {
      const known = exportsOf(specifier!);
      return names!
        .split(',')
        .map((name) =>
          name
            .trim()
            .replace(/^type /, '')
            .replace(/ as .*$/, ''),
        )
        .filter((name) => name !== '' && !known.has(name))
        .map((name) => `${name} of ${specifier}`);
    });
    expect(lost).toEqual([]);
  });
});
