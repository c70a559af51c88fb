import { readFileSync } from 'node:fs';
import { INSUFFICIENT_REASONS } from '@tacit-auth/features';
import { CHECK_IDS } from '@tacit-auth/models';
import { expect, it } from 'vitest';
import { definePolicy } from './policy';
import { testVerifier } from './testing-verifier';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
/** Rows of every table whose first cell is code: its names, and the second cell. */
const rows = [...readme.matchAll(/^\| (`[^|]+`) +\| ([^|]+) \|/gm)].map(([, names, second]) => ({
  names: [...names!.matchAll(/`([^`]+)`/g)].map((match) => match[1]!),
  second: second!,
}));

it('states every default of the policy', () => {
  const stated = rows.filter(({ names }) => names[0]!.includes('.')).map(({ names, second }) => [names[0], Number(second)]);
  const defaults = Object.entries(definePolicy()).flatMap(([group, fields]) =>
    Object.entries(fields).map(([field, value]) => [`${group}.${field}`, value]),
  );
  expect(stated).toEqual(defaults);
});

it('names every verb', async () => {
  const { verifier } = await testVerifier();
  const named = new Set(rows.flatMap(({ names }) => names));
  expect(Object.keys(verifier).filter((name) => name !== 'policy' && !named.has(name))).toEqual([]);
});

it('names every reason that a verdict can have', () => {
  const named = new Set(rows.flatMap(({ names }) => names));
  const ofWindows = ['too-few-windows', 'too-few-actions', 'too-few-events', 'degenerate-input'];
  // What an entry of an enrolled customer can not be.
  const never = new Set(['too-few-samples', 'too-few-values', 'no-duration', 'coarse-clock', 'no-population', ...ofWindows]);
  const own = ['no-consent', 'no-template', 'young-template', 'typing-mismatch'];
  const possible = [...own, ...CHECK_IDS, ...INSUFFICIENT_REASONS.filter((reason) => !never.has(reason))];
  expect(possible.filter((reason) => !named.has(reason))).toEqual([]);
});
