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
    latest: i === 0 ? 900 : 40,
    collecting: { sum: 50, longest: i === 60 ? 30 : 5 },
    collected: (100 + i / 120) * MB,
    own: { p50: 50, p99: 90, worst: 200 },
    sockets: 10,
  }));
  // A tenth, and half of it in the third minute.
  const times = samples.map((_, i) => ({ total: 1_000 * i, busy: 800 * i, steal: 100 * i + 400 * Math.min(Math.max(i - 24, 0), 12) }));
  const windows = Array.from({ length: 1_000 }, (_, i) => (i < 985 ? 60 : p99));
  // A hundred a minute; the last of all is answered in the moment after the end.
  const windowsAt = windows.map((_, i) => (i === 999 ? 600_003 : 600 * i));
  const figures = {
    windows,
    windowsAt,
    times: times.filter((_, i) => i % 12 === 0),
    others: [50, 50],
    refused: {},
    closed: {},
    unanswered: 0,
    cpu: 60_000,
    ms: 600_000,
    lag: { p99: 20, worst: 70 },
  };
  return summary({ sessions: 10, minutes: 10, samples, times, flags: [], figures, bytes: [2_000, 3_000] });
}

function reportOf(change: Partial<LoadReport> = {}): LoadReport {
  const stored = [100, 100_000].map((count) => ({ stored: count, cpu: 1 + count / 1e6, spread: 0.1, wall: 2 }));
  return { schema: REPORT_SCHEMA, machine: { node: '20.0.0', cpus: 2 }, soak: measured(400, 0.5), trials: [], stored, ...change };
}

it('sums a run up: percentiles, the slope after minute 3 and no earlier, and shares of a core', () => {
  const { window, memory, serverCpu, cpuPerBatch, batchesPerSecond, state } = measured(400, 0.5);
  expect(window).toEqual({ p50: 60, p99: 400, worst: 400 });
  expect(memory.slope?.slope).toBeCloseTo(0.5, 6);
  expect(memory.slope?.error).toBeCloseTo(0, 6);
  expect(memory.floor?.slope).toBeCloseTo(0.5, 1);
  expect(memory.collected?.slope).toBeCloseTo(0.1, 6);
  expect(serverCpu).toBeCloseTo(0.4, 6);
  expect(batchesPerSecond).toBeCloseTo(1.67, 2);
  expect(cpuPerBatch).toBeCloseTo(240_000 / 1_002, 3);
  expect(state).toEqual({ mean: 2_500, most: 3_000 });
});

it('tells what else took time: the host, the collector, and the clients themselves', () => {
  const { steal, perMinute, collecting, latest, clientLag } = measured(400, 0.5);
  expect(perMinute.map(({ steal: share }) => Number(share?.toFixed(3)))).toEqual([0.1, 0.1, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]);
  expect(perMinute.map(({ windows }) => windows)).toEqual(Array.from({ length: 10 }, () => 100));
  expect(perMinute.map(({ p99 }) => p99)).toEqual([...Array.from({ length: 9 }, () => 60), 400]);
  expect(steal).toBeCloseTo(0.14, 6);
  expect(collecting).toEqual({ share: 0.01, longest: 30 });
  // What came before the first sample is not of the run.
  expect([latest, clientLag.worst]).toEqual([40, 70]);
});

it('finds no growth in a swing, and tells the slope of all samples beside it', () => {
  const swing = (i: number) => (i % 6) * (i > 60 ? 20 : 2);
  const figures = {
    windows: [1],
    windowsAt: [0],
    times: [null, null],
    others: [],
    refused: {},
    closed: {},
    unanswered: 0,
    cpu: 1,
    ms: 600_000,
    lag: { p99: 0, worst: 0 },
  };
  const rest = {
    heap: 0,
    cpu: 0,
    lag: 0,
    latest: 0,
    collecting: { sum: 0, longest: 0 },
    collected: null,
    own: { p50: 0, p99: 0, worst: 0 },
    sockets: 0,
  };
  const samples = Array.from({ length: 121 }, (_, i) => ({ ...rest, at: i * 5_000, resident: (300 + swing(i)) * MB }));
  const { memory, steal, perMinute } = summary({
    sessions: 1,
    minutes: 10,
    samples,
    times: samples.map(() => null),
    flags: [],
    figures,
    bytes: [1],
  });
  expect(memory.floor).toEqual({ slope: 0, error: 0 });
  expect(memory.slope?.slope).toBeGreaterThan(5);
  expect(memory.slope?.error).toBeGreaterThan(0.5);
  expect([memory.collected, steal, perMinute]).toEqual([null, null, [{ windows: 1, p99: 1, steal: null }]]);
});

it('says of each figure whether it is as wanted', () => {
  const kept = (report: LoadReport) => findings(report).flatMap((finding) => (finding.kept === null ? [] : [finding.kept]));
  expect(kept(reportOf())).toEqual([true, true, true, true, true, true, true]);
  const stored = [100, 100_000].map((count) => ({ stored: count, cpu: count === 100 ? 1 : 1.6, spread: 0, wall: 2 }));
  const soak = { ...measured(501, 1.1), unanswered: 1, state: { mean: 1, most: 5_000 } };
  expect(kept(reportOf({ soak, stored }))).toEqual([false, false, false, false, true, false, false]);
});

it('makes a page of what there is', () => {
  const page = loadPage(reportOf({ trials: [{ sessions: 500, p99: 300 }] }));
  expect(page).toContain('| 500 | 300 ms |');
  expect(page).toContain('| 100000 | 1.10 ms |');
  expect(page).toContain('| 3 | 100 | 60 ms | 50.0 % |');
  expect(loadPage(reportOf({ soak: null }))).not.toContain('live sessions');
});
