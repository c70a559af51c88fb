import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const page = readFileSync(new URL('./frame.html', import.meta.url), 'utf8');

it('the frame’s own document allows no evaluation, before its script is named', () => {
  const policy = page.indexOf('<meta http-equiv="Content-Security-Policy" content="script-src \'self\'" />');
  expect(policy).toBeGreaterThan(0);
  expect(policy).toBeLessThan(page.indexOf('<script'));
});
