import { expect, it } from 'vitest';
import { FOREST_NAME, NETWORK_NAME } from './comparison-operations';
import { judgeLimits, LIMITS } from './limits';
import type { Report } from './report';
import { sampleReport } from './sample-report.test-support';
import { FREE_TEXT_NAME, POINTER_ACTION_NAME, POINTER_WINDOW_NAME, POPULATION_NAMES, TEMPLATE_NAMES } from './session-figures';

const broken = (report: Report) => judgeLimits(report).filter(({ kept }) => !kept);

it('keeps every limit up to the limit itself', () => {
  const report = sampleReport();
  for (const operation of report.operations) operation.medianUs = LIMITS.operationsUs[operation.name]!;
  for (const comparison of report.comparisons) comparison.medianUs = LIMITS.comparisonsUs[comparison.name]!;
  for (const operation of report.session.operations) operation.medianUs = LIMITS.sessionUs[operation.name]!;
  for (const size of report.session.sizes) size.bytes = LIMITS.bytes[size.name]!;
  for (const { store, warm } of report.verifyTyping)
    warm.medianUs = store === 'postgres' ? 10 * LIMITS.verifyTypingUs : LIMITS.verifyTypingUs;
  for (const times of report.answerTimes) Object.assign(times, { differenceMs: LIMITS.pairMs, medianPairMs: -LIMITS.pairMs });
  expect(broken(report)).toEqual([]);
});

it.each<[string, (report: Report) => void]>([
  ['score against 10 samples', ({ operations: [score] }) => Object.assign(score!, { medianUs: 20.1 })],
  ['score against 100 samples', ({ operations: [, score] }) => Object.assign(score!, { medianUs: 200.1 })],
  ['update without calibration, 100 samples', ({ operations: [, , update] }) => Object.assign(update!, { medianUs: 1_000.1 })],
  [FOREST_NAME, ({ comparisons: [forest] }) => Object.assign(forest!, { medianUs: 500_001 })],
  [NETWORK_NAME, ({ comparisons: [, network] }) => Object.assign(network!, { medianUs: 6_000.1 })],
  [FREE_TEXT_NAME, ({ session }) => Object.assign(session.operations[0]!, { medianUs: 1_500.1 })],
  [POINTER_ACTION_NAME, ({ session }) => Object.assign(session.operations[1]!, { medianUs: 60.1 })],
  [POINTER_WINDOW_NAME, ({ session }) => Object.assign(session.operations[2]!, { medianUs: 100.1 })],
  [POPULATION_NAMES[0], ({ session }) => Object.assign(session.sizes[0]!, { bytes: 350_001 })],
  [POPULATION_NAMES[1], ({ session }) => Object.assign(session.sizes[1]!, { bytes: 350_001 })],
  [TEMPLATE_NAMES[0], ({ session }) => Object.assign(session.sizes[2]!, { bytes: 2_049 })],
  [TEMPLATE_NAMES[1], ({ session }) => Object.assign(session.sizes[3]!, { bytes: 2_049 })],
  ['verifyTyping, memory store', ({ verifyTyping: [memory] }) => Object.assign(memory!.warm, { medianUs: 3_000.1 })],
  ['verifyTyping, sqlite store', ({ verifyTyping: [, sqlite] }) => Object.assign(sqlite!.warm, { medianUs: 3_000.1 })],
  ['login: difference of the medians', ({ answerTimes: [login] }) => Object.assign(login!, { differenceMs: 2.1 })],
  ['login: median difference of a pair', ({ answerTimes: [login] }) => Object.assign(login!, { medianPairMs: -2.1 })],
  ['registration: difference of the medians', ({ answerTimes: [, other] }) => Object.assign(other!, { differenceMs: 2.1 })],
])('names a broken limit: %s', (name, breakIt) => {
  const report = sampleReport();
  breakIt(report);
  expect(broken(report).map((verdict) => verdict.name)).toEqual([name]);
});

it('does not keep what was not measured', () => {
  const report = sampleReport();
  report.operations = [];
  report.comparisons.pop();
  report.session.operations.pop();
  report.session.sizes.pop();
  report.verifyTyping = report.verifyTyping.filter(({ store }) => store !== 'sqlite');
  report.answerTimes.pop();
  expect(broken(report).map(({ name }) => name)).toEqual([
    'score against 10 samples',
    'score against 100 samples',
    'update without calibration, 100 samples',
    NETWORK_NAME,
    POINTER_WINDOW_NAME,
    TEMPLATE_NAMES[1],
    'verifyTyping, sqlite store',
    'registration: difference of the medians',
    'registration: median difference of a pair',
  ]);
});
