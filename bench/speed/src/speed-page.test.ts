import { expect, it } from 'vitest';
import { sampleReport } from './sample-report.test-support';
import { speedPage } from './speed-page';

it('holds the machine in two numbers, every table, and the same text for the same report', () => {
  const page = speedPage(sampleReport());
  expect(page).toContain('Node.js 20.0.0 with 2 CPUs');
  expect(page.match(/^## /gm)).toHaveLength(9);
  expect(page).toContain('| score against 100 samples | 100 us |  | kept: at most 200 us |');
  expect(speedPage(sampleReport())).toBe(page);
});
