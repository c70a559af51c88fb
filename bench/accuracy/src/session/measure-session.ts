import { existsSync } from 'node:fs';
import { FREE_TEXT_FILES } from '../free-text/free-text-sets';
import { POINTER_FILES } from '../pointer/pointer-sets';
import type { SetFiles } from '../windows/digest-files';
import type { WindowSuiteOptions } from '../windows/window-options';
import { type SessionCurve, type SessionRow, sessionCurve, sessionRow } from './session-figures';
import { headOf, SESSION_SETS, type SessionSetName, sessionTrials, TARGETS } from './session-plan';
import type { SessionReport } from './session-report';
import { runTrials } from './session-runs';
import type { OwnerSteps } from './session-steps';
import { type TrustReport, trustReport } from './trust-figures';
import { TRUST_TRIALS, type TrustTrial } from './trust-plan';
import type { TimedOwner, TrustCondition } from './trust-steps';

/** The sets' files that the suite reads. */
export const SESSION_FILES: readonly SetFiles[] = [
  ...FREE_TEXT_FILES,
  ...POINTER_FILES.filter(({ name }) => name !== 'balabit test' && name !== 'balabit labels'),
];

/** Follows streams in which others take over; populations that an earlier run trained are taken from the cache. */
export async function measureSession(options: WindowSuiteOptions): Promise<SessionReport> {
  const { data, trainData, detectors, small, seed, resamples } = options;
  const sets = SESSION_SETS.filter((set) => existsSync(`${data}/${set}`));
  const trials = sessionTrials({ sets, trained: trainData !== null, detectors, small });
  const module = new URL('./session-job.ts', import.meta.url);
  const rows: SessionRow[] = [];
  const curves: SessionCurve[] = [];
  for (const { trial, ...halves } of await runTrials<(typeof trials)[number], OwnerSteps>(trials, options, { module, name: 'session' })) {
    const head = headOf(trial);
    rows.push(...TARGETS[trial.unit].map((target) => sessionRow(head, halves, target, { seed, resamples })));
    curves.push(sessionCurve(head, halves));
  }
  return { rows, curves, ...(asksTrust(options, sets) ? { trust: await measureTrust(options) } : {}) };
}

/** Thresholds are chosen on whole sets, or not at all. */
function asksTrust({ detectors, small, quick, trainData }: WindowSuiteOptions, sets: readonly SessionSetName[]): boolean {
  return detectors.length === 0 && !small && !quick && trainData !== null && sets.length === SESSION_SETS.length;
}

/** Chooses the thresholds of the product's trust over time, and measures them. */
export async function measureTrust(options: WindowSuiteOptions): Promise<TrustReport> {
  const module = new URL('./trust-job.ts', import.meta.url);
  const results = await runTrials<TrustTrial, TimedOwner>(TRUST_TRIALS, options, { module, name: 'trust' });
  return trustReport(
    results.map(({ trial, choose, report }): TrustCondition => {
      const { detector, condition, enrol } = headOf(trial);
      const streams = trial.unit === 'keys' ? 'typing' : 'pointer';
      return { detector, condition, enrol, template: trial.template, streams, owners: { a: choose, b: report } };
    }),
    options,
  );
}
