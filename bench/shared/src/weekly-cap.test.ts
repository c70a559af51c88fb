import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { WEEKLY_CAP } from './weekly-cap';

it("is the default of the server's policy", () => {
  const policy = readFileSync(new URL('../../../packages/server-verify/src/policy.ts', import.meta.url), 'utf8');
  expect(/weeklyLearningCap: \[(\d+),/.exec(policy)?.[1]).toBe(String(WEEKLY_CAP));
});
