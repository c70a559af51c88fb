import { FOREST_NAME, NETWORK_NAME } from './comparison-operations';
import type { Measurement } from './measure';
import { scoreName, UPDATE_NAME } from './pure-operations';
import type { Report } from './report';
import { FREE_TEXT_NAME, POINTER_ACTION_NAME, POINTER_WINDOW_NAME, POPULATION_NAMES, TEMPLATE_NAMES } from './session-figures';

/** What the product promises. */
export const LIMITS = Object.freeze({
  /** CPU time of parts of a login on their own, medians. */
  operationsUs: { [scoreName(10)]: 20, [scoreName(100)]: 200, [UPDATE_NAME]: 1_000 },
  /** CPU time of the comparison detectors, medians. */
  comparisonsUs: { [FOREST_NAME]: 500_000, [NETWORK_NAME]: 6_000 } as Readonly<Record<string, number>>,
  /** CPU time of the continuous factors, medians. */
  sessionUs: { [FREE_TEXT_NAME]: 1_500, [POINTER_ACTION_NAME]: 60, [POINTER_WINDOW_NAME]: 100 } as Readonly<Record<string, number>>,
  /** Bytes of a population in memory, and of a stored template. */
  bytes: Object.fromEntries([
    ...POPULATION_NAMES.map((name) => [name, 350_000] as const),
    ...TEMPLATE_NAMES.map((name) => [name, 2_048] as const),
  ]) as Readonly<Record<string, number>>,
  /** CPU time of `verifyTyping` with a template of 100 samples, median, on either store of this machine; what PostgreSQL costs is shown beside them. */
  verifyTypingUs: 3_000,
  /** Between the medians of two cases that must look alike, and median of the pairs, in wall-clock time. */
  pairMs: 2,
});

export interface LimitVerdict {
  name: string;
  value: number;
  limit: number;
  unit: 'us' | 'ms' | 'bytes';
  kept: boolean;
}

const PAIRS = ['login', 'registration'] as const;
const STORES = ['memory', 'sqlite'] as const;

/** Every limit with what was measured. What was not measured is not kept. */
export function judgeLimits(report: Report): LimitVerdict[] {
  return [
    ...operationVerdicts(LIMITS.operationsUs, report.operations),
    ...operationVerdicts(LIMITS.comparisonsUs, report.comparisons),
    ...operationVerdicts(LIMITS.sessionUs, report.session.operations),
    ...Object.entries(LIMITS.bytes).map(([wanted, limit]) =>
      verdict(wanted, report.session.sizes.find(({ name }) => name === wanted)?.bytes, limit, 'bytes'),
    ),
    ...STORES.map((kind) => {
      const figures = report.verifyTyping.find(({ store }) => store === kind);
      return verdict(`verifyTyping, ${kind} store`, figures?.warm.medianUs, LIMITS.verifyTypingUs, 'us');
    }),
    ...PAIRS.flatMap((kind) => {
      const times = report.answerTimes.find(({ name }) => name === kind);
      return [
        verdict(`${kind}: difference of the medians`, times?.differenceMs, LIMITS.pairMs, 'ms'),
        verdict(`${kind}: median difference of a pair`, times && Math.abs(times.medianPairMs), LIMITS.pairMs, 'ms'),
      ];
    }),
  ];
}

function operationVerdicts(limits: Readonly<Record<string, number>>, measured: readonly Measurement[]): LimitVerdict[] {
  return Object.entries(limits).map(([wanted, limit]) =>
    verdict(wanted, measured.find(({ name }) => name === wanted)?.medianUs, limit, 'us'),
  );
}

function verdict(name: string, value = Number.NaN, limit: number, unit: LimitVerdict['unit']): LimitVerdict {
  return { name, value, limit, unit, kept: value <= limit };
}
