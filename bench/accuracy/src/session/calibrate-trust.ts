import { createHash } from 'node:crypto';
import { type SessionTrustCalibration, TEMPLATE_AGES, type TemplateAge, TRUST_RISKS, type TrustThresholds } from '@tacit-auth/models';
import type { Figures } from '../assemble';
import { followTrust, type RiskLevel } from './follow-trust';
import { type Half, hoursOf, type SumKind, type TimedOwner, type TrustCondition } from './trust-steps';
import { type AlarmCounts, type ChosenThreshold, chosenThreshold, TRIED } from './trust-thresholds';

/** False alarms in an hour of activity at which a level of risk lies. */
export const TRUST_TARGETS: Readonly<Record<RiskLevel, number>> = { medium: 0.1, high: 0.01 };
export const RISK_LEVELS = Object.keys(TRUST_RISKS) as RiskLevel[];
export const HALVES: readonly Half[] = ['a', 'b'];
export const SUMS: readonly SumKind[] = ['template', 'own'];
/** Each part has two sums, and either may raise an alarm: each is placed at half as many. */
export const SHARE_OF_SUM = 1 / SUMS.length;

/** Resamples of the people for the interval of a threshold. */
const RESAMPLES = 500;

/** What a half of a condition's people chose. */
export interface ChosenByHalf extends ChosenThreshold {
  readonly sum: SumKind;
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

/** Thresholds that the halves of a condition of one part choose for each sum: both levels by one curve of alarms over thresholds, each tried as that of medium risk. */
export function choose(condition: TrustCondition, figures: Figures): Choosing {
  const bounded = { ...figures, resamples: Math.min(figures.resamples, RESAMPLES) };
  const chosen = SUMS.flatMap((sum) =>
    HALVES.flatMap((half) => {
      const counts = alarmCounts(condition, half, sum);
      const head = { sum, half, users: counts.people.length, hours: hoursOf(condition.owners[half]) };
      return RISK_LEVELS.map(
        (level): ChosenByHalf => ({ ...head, level, ...chosenThreshold(counts, SHARE_OF_SUM * TRUST_TARGETS[level], bounded) }),
      );
    }),
  );
  return { condition, chosen };
}

function alarmCounts({ owners, template }: TrustCondition, half: Half, sum: SumKind): AlarmCounts {
  const people = owners[half].map((owner) => {
    const alone = ofSum(owner, sum);
    return {
      hours: hoursOf([owner]),
      alarms: Uint32Array.from(
        TRIED,
        (threshold) => followTrust(alone, { calibration: trying(threshold, sum), template, level: 'medium' }).alarms,
      ),
    };
  });
  return { tried: TRIED, people };
}

/** A customer's own stream as far as one sum is concerned: where it is the one beside the session's own beginning, nothing speaks against him beside the template. */
export function ofSum({ user, genuine }: TimedOwner, sum: SumKind): TimedOwner {
  const steps = sum === 'template' ? genuine : genuine.map((step) => ({ ...step, llr: step.llr === null ? null : Math.max(step.llr, 0) }));
  return { user, genuine: steps, switches: [] };
}

/** One threshold of medium risk for everything: idling grows to half of it. */
export function trying(threshold: number, sum: SumKind = 'template'): SessionTrustCalibration {
  const thresholds = { medium: threshold, high: threshold + 1 };
  const ages = { sitting: thresholds, day: thresholds, days: thresholds, ...(sum === 'own' ? { own: thresholds } : {}) };
  return { id: 'tried', freeText: ages, pointer: ages };
}

/**
 * What the product ships: of each part and age, and of the sum beside a session's own beginning, which knows no age, the greatest thresholds that any half of any condition chose, up to the next half
 * of a nat. Undefined where one of them could not be chosen.
 */
export function calibrationOf(choosings: readonly Choosing[]): SessionTrustCalibration | undefined {
  const thresholds = (streams: TrustCondition['streams'], age: TemplateAge | undefined): TrustThresholds => {
    const chosen = choosings
      .filter(({ condition }) => condition.streams === streams && (age === undefined || condition.template === age))
      .flatMap(({ chosen: all }) => all.filter(({ sum }) => sum === (age === undefined ? 'own' : 'template')));
    const greatest = (wanted: RiskLevel) =>
      Math.max(...chosen.flatMap(({ level, threshold }) => (level === wanted && threshold !== null ? [threshold] : [])));
    const [medium, high] = [rounded(greatest('medium')), rounded(greatest('high'))];
    return { medium, high: Math.max(high, medium + 0.5) };
  };
  const byAge = (streams: TrustCondition['streams']) => ({
    sitting: thresholds(streams, 'sitting'),
    day: thresholds(streams, 'day'),
    days: thresholds(streams, 'days'),
    own: thresholds(streams, undefined),
  });
  const parts = { freeText: byAge('typing'), pointer: byAge('pointer') };
  const all = Object.values(parts).flatMap((ages) =>
    [...TEMPLATE_AGES, 'own' as const].flatMap((age) => [ages[age].medium, ages[age].high]),
  );
  return all.every(Number.isFinite) ? { id: `session-trust ${digestOf(parts)}`, ...parts } : undefined;
}

function rounded(threshold: number): number {
  return Math.ceil(2 * threshold) / 2;
}

/** Of other numbers the calibration has another id. */
function digestOf(thresholds: unknown): string {
  return createHash('sha256').update(JSON.stringify(thresholds)).digest('hex').slice(0, 12);
}
