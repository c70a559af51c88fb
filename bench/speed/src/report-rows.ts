import { judgeLimits, type LimitVerdict } from './limits';
import type { Measurement } from './measure';
import type { AsyncMeasurement, Report, Share } from './report';
import { formatBytes, formatNumber, formatTime, type Row } from './table';

export const HEADER = ['measured', 'median', 'spread', 'beside it'] as const;

/** The one table of a report. */
export function reportRows(report: Report): Row[] {
  return [
    'Against the classical forest (51 customers, 10 samples each, 100 trees)',
    ...report.ratios.map(({ own, classical, times }) =>
      row(own, `forest ${formatTime(classical.medianUs)}: ${formatNumber(times)} times as much`),
    ),
    'Parts of a login, CPU time',
    ...report.operations.map((operation) => row(operation)),
    'Comparison detectors, CPU time',
    ...report.comparisons.map((operation) => row(operation)),
    'Free text and pointer, CPU time; what is kept for them',
    ...report.session.operations.map((operation) => row(operation)),
    ...report.session.sizes.map(({ name, bytes }) => [name, formatBytes(bytes), '', '']),
    'verifyTyping, CPU time: template of 100 samples, 200 earlier entries, fresh challenge, fresh entry',
    ...report.verifyTyping.flatMap(({ store, warm, cold, issueChallenge, shares, accepted }) => [
      row(warm, `${wall(warm)}; ${percent(accepted)} accepted`),
      ...(store === 'memory' ? shares : beyondMemory(report, warm)).map(({ name, share }) => [
        `- of it ${name}`,
        formatTime(share * warm.medianUs),
        '',
        percent(share),
      ]),
      row(cold, wall(cold)),
      row(issueChallenge, wall(issueChallenge)),
    ]),
    'Whole logins over HTTP without a password hash, CPU time',
    ...report.logins.map(({ login, perSecond, signedIn }) =>
      row(login, `${wall(login)}: ${formatNumber(perSecond)} logins a second, one at a time; ${percent(1 - signedIn)} asked for the code`),
    ),
    'Passwords, CPU time',
    ...report.passwordHashes.map((hash) => row(hash, wall(hash))),
    'Cases that must look alike, wall-clock time',
    ...report.answerTimes.map(({ name, first, second, pairs, firstMs, secondMs, differenceMs, medianPairMs }) => [
      `${name}: ${first}, ${second}`,
      `${formatNumber(firstMs)} ms, ${formatNumber(secondMs)} ms`,
      '',
      `difference ${formatNumber(differenceMs)} ms; median of ${pairs} pairs ${formatNumber(medianPairMs)} ms`,
    ]),
    'Limits',
    ...judgeLimits(report).map(limitRow),
  ];
}

function row({ name, medianUs, spreadUs, runs }: Measurement, beside = ''): string[] {
  return [name, formatTime(medianUs), runs === 1 ? '' : `+- ${formatTime(spreadUs)}`, beside];
}

/** What a store costs more than the memory store. */
function beyondMemory({ verifyTyping }: Report, warm: Measurement): Share[] {
  const memory = verifyTyping.find(({ store }) => store === 'memory');
  return memory === undefined ? [] : [{ name: 'more than with the memory store', share: 1 - memory.warm.medianUs / warm.medianUs }];
}

function limitRow({ name, value, limit, unit, kept }: LimitVerdict): string[] {
  const format = unit === 'bytes' ? formatBytes : (time: number) => formatTime(time * (unit === 'us' ? 1 : 1_000));
  return [name, format(value), '', `${kept ? 'kept' : 'BROKEN'}: at most ${format(limit)}`];
}

const wall = ({ wallUs }: AsyncMeasurement): string => `${formatTime(wallUs)} of wall-clock time`;
const percent = (share: number): string => `${Math.round(100 * share)} %`;
