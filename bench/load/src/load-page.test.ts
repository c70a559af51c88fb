import { expect, it } from 'vitest';
import { findings, loadPage } from './load-page';
import { type LoadReport, REPORT_SCHEMA } from './report';
import { summary } from './soak';

const MB = 1_048_576;

function measured(p99: number, memoryPerMinute: number) {
  const samples = Array.from({ length: 121 }, (_, i) => ({
    at: i * 5_000,
    // It grows much before minute 3.
    resident: (300 + Math.min(i, 36) + (memoryPerMinute * i) / 12) * MB,
    heap: 0,
    cpu: i * 2_000,
    lag: 12,
    sockets: 10,
  }));
  const windows = Array.from({ length: 1_000 }, (_, i) => (i < 985 ? 60 : p99));
  const figures = { windows, others: [50, 50], refused: {}, closed: {}, unanswered: 0, cpu: 60_000, ms: 600_000 };
  return summary({ sessions: 10, minutes: 10, samples, figures, bytes: [2_000, 3_000] });
}

function reportOf(change: Partial<LoadReport> = {}): LoadReport {
  const stored = [100, 100_000].map((count) => ({ stored: count, cpu: 1 + count / 1e6, spread: 0.1, wall: 2 }));
  return { schema: REPORT_SCHEMA, machine: { node: '20.0.0', cpus: 2 }, soak: measured(400, 0.5), trials: [], stored, ...change };
}

it('sums a run up: percentiles, the slope after minute 3 and no earlier, and shares of a core', () => {
  const { window, memory, serverCpu, cpuPerBatch, batchesPerSecond, state } = measured(400, 0.5);
  expect(window).toEqual({ p50: 60, p99: 400, worst: 400 });
  expect(memory.slope).toBeCloseTo(0.5, 6);
  expect(serverCpu).toBeCloseTo(0.4, 6);
  expect(batchesPerSecond).toBeCloseTo(1.67, 2);
  expect(cpuPerBatch).toBeCloseTo(240_000 / 1_002, 3);
  expect(state).toEqual({ mean: 2_500, most: 3_000 });
});

it('says of each figure whether it is as wanted', () => {
  const kept = (report: LoadReport) => findings(report).flatMap((finding) => (finding.kept === null ? [] : [finding.kept]));
  expect(kept(reportOf())).toEqual([true, true, true, true, true]);
  const stored = [100, 100_000].map((count) => ({ stored: count, cpu: count === 100 ? 1 : 1.6, spread: 0, wall: 2 }));
  const soak = { ...measured(501, 1.1), unanswered: 1, state: { mean: 1, most: 5_000 } };
  expect(kept(reportOf({ soak, stored }))).toEqual([false, false, false, false, false]);
});

it('makes a page of what there is', () => {
  const page = loadPage(reportOf({ trials: [{ sessions: 500, p99: 300 }] }));
  expect(page).toContain('| 500 | 300 ms |');
  expect(page).toContain('| 100000 | 1.10 ms |');
  expect(loadPage(reportOf({ soak: null }))).not.toContain('live sessions');
});
