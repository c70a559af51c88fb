import { createHash } from 'node:crypto';
import { type SessionTrustCalibration, TEMPLATE_AGES, type TemplateAge, TRUST_RISKS, type TrustThresholds } from '@tacit-auth/models';
import type { Figures } from '../assemble';
import { followTrust, type RiskLevel } from './follow-trust';
import { type Half, hoursOf, type TrustCondition } from './trust-steps';
import { type AlarmCounts, type ChosenThreshold, chosenThreshold, TRIED } from './trust-thresholds';

/** False alarms in an hour of activity at which a level of risk lies. */
export const TRUST_TARGETS: Readonly<Record<RiskLevel, number>> = { medium: 0.1, high: 0.01 };
export const RISK_LEVELS = Object.keys(TRUST_RISKS) as RiskLevel[];
export const HALVES: readonly Half[] = ['a', 'b'];

/** Resamples of the people for the interval of a threshold. */
const RESAMPLES = 500;

/** What a half of a condition's people chose. */
export interface ChosenByHalf extends ChosenThreshold {
  readonly half: Half;
  readonly level: RiskLevel;
  readonly users: number;
  readonly hours: number;
}

/** A condition and what its halves chose. */
export interface Choosing {
  readonly condition: TrustCondition;
  readonly chosen: readonly ChosenByHalf[];
}

/** Thresholds that the halves of a condition of one part choose: both levels by one curve of alarms over thresholds, each tried as that of medium risk. */
export function choose(condition: TrustCondition, figures: Figures): Choosing {
  const bounded = { ...figures, resamples: Math.min(figures.resamples, RESAMPLES) };
  const chosen = HALVES.flatMap((half) => {
    const counts = alarmCounts(condition, half);
    const head = { half, users: counts.people.length, hours: hoursOf(condition.owners[half]) };
    return RISK_LEVELS.map((level): ChosenByHalf => ({ ...head, level, ...chosenThreshold(counts, TRUST_TARGETS[level], bounded) }));
  });
  return { condition, chosen };
}

function alarmCounts({ owners, template }: TrustCondition, half: Half): AlarmCounts {
  const people = owners[half].map((owner) => ({
    hours: hoursOf([owner]),
    alarms: Uint32Array.from(
      TRIED,
      (threshold) => followTrust({ ...owner, switches: [] }, { calibration: trying(threshold), template, level: 'medium' }).alarms,
    ),
  }));
  return { tried: TRIED, people };
}

/** One threshold of medium risk for everything: idling grows to half of it. */
export function trying(threshold: number): SessionTrustCalibration {
  const thresholds = { medium: threshold, high: threshold + 1 };
  const ages = { sitting: thresholds, day: thresholds, days: thresholds };
  return { id: 'tried', freeText: ages, pointer: ages };
}

/**
 * What the product ships: of each part and age the greatest thresholds that any half of any condition chose, up to the next half of a nat. Undefined where one of them could not be
 * chosen.
 */
export function calibrationOf(choosings: readonly Choosing[]): SessionTrustCalibration | undefined {
  const thresholds = (streams: TrustCondition['streams'], age: TemplateAge): TrustThresholds => {
    const chosen = choosings.flatMap(({ condition, chosen: own }) =>
      condition.streams === streams && condition.template === age ? own : [],
    );
    const greatest = (wanted: RiskLevel) =>
      Math.max(...chosen.flatMap(({ level, threshold }) => (level === wanted && threshold !== null ? [threshold] : [])));
    const [medium, high] = [rounded(greatest('medium')), rounded(greatest('high'))];
    return { medium, high: Math.max(high, medium + 0.5) };
  };
  const byAge = (streams: TrustCondition['streams']) => ({
    sitting: thresholds(streams, 'sitting'),
    day: thresholds(streams, 'day'),
    days: thresholds(streams, 'days'),
  });
  const parts = { freeText: byAge('typing'), pointer: byAge('pointer') };
  const all = Object.values(parts).flatMap((ages) => TEMPLATE_AGES.flatMap((age) => [ages[age].medium, ages[age].high]));
  return all.every(Number.isFinite) ? { id: `session-trust ${digestOf(parts)}`, ...parts } : undefined;
}

function rounded(threshold: number): number {
  return Math.ceil(2 * threshold) / 2;
}

/** Of other numbers the calibration has another id. */
function digestOf(thresholds: unknown): string {
  return createHash('sha256').update(JSON.stringify(thresholds)).digest('hex').slice(0, 12);
}
