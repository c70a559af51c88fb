import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ROUTES } from './routes';
import { BODIES } from './schemas';

const page = readFileSync(new URL('../../../../docs/http-api.md', import.meta.url), 'utf8');
/** The rows of the table of calls: method, path, body and answer. */
const rows = [...page.matchAll(/^\| `(GET|POST) ([^`?]+)[^`]*` \| (.+?) \| (.+) \|$/gm)].map(([, method, path, body, answer]) => ({
  call: `${method} ${path}`,
  body: body!,
  answer: answer!,
}));

it('are all in the documentation of the HTTP interface, and nothing else is', () => {
  const served = Object.entries(ROUTES).map(([path, { method }]) => `${method} ${path}`);
  expect(rows.map(({ call }) => call).sort()).toEqual(served.sort());
});

it('answer with the status that the documentation names', () => {
  const created = rows.filter(({ answer }) => answer.startsWith('`201')).map(({ call }) => call);
  expect(created).toEqual(Object.entries(ROUTES).flatMap(([path, { method, status }]) => (status === 201 ? [`${method} ${path}`] : [])));
});

/** The fields at the top of an object as the documentation writes it: `{ challenge, texts?: [{ id }] }`. */
function fieldsOf(text: string): string[] {
  let depth = 0;
  let top = '';
  for (const letter of text) {
    depth += '{[('.includes(letter) ? 1 : '}])'.includes(letter) ? -1 : 0;
    top += depth === 1 && letter !== '{' ? letter : '';
  }
  return top
    .split(',')
    .map((field) => field.trim().split(/[?:\s]/)[0]!)
    .filter((field) => field !== '')
    .sort();
}

it('take the bodies that the documentation names, field by field', () => {
  const taken = new Set(Object.values(BODIES).map((schema) => Object.keys(schema.shape).sort().join()));
  const named = rows.filter(({ call }) => call.startsWith('POST')).map(({ body }) => fieldsOf(body).join());
  expect(new Set(named)).toEqual(taken);
});
