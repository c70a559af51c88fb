import type { SessionTrustCalibration, TemplateAge } from '@tacit-auth/models';
import { bootstrapInterval, type Interval } from '@tacit-auth/models/evaluation';
import type { Figures } from '../assemble';
import {
  type Choosing,
  type ChosenByHalf,
  calibrationOf,
  choose,
  HALVES,
  ofSum,
  RISK_LEVELS,
  TRUST_TARGETS,
  trying,
} from './calibrate-trust';
import { type FollowedTrust, type Following, type Found, followTrust, type RiskLevel } from './follow-trust';
import { typistsWithPointers } from './takes-turns';
import { type Half, hoursOf, type StreamKind, type SumKind, type TimedOwner, type TrustCondition } from './trust-steps';
import { LEAST_EXPECTED, type ThresholdOrigin } from './trust-thresholds';

/** What the customer's own streams gave. */
export interface AlarmFigures {
  readonly users: number;
  /** Of activity. */
  readonly hours: number;
  readonly false_alarms: number;
  readonly false_alarms_per_hour: number;
  readonly false_alarms_per_hour_ci: Interval | null;
}

/** What one half of the people chose, and how that did on the other half. */
export interface TrustChoice {
  readonly sum: SumKind;
  readonly half: Half;
  readonly users: number;
  readonly hours: number;
  /** In nats; null where there were too few alarms to say. */
  readonly threshold: number | null;
  readonly threshold_ci: Interval | null;
  readonly origin: ThresholdOrigin;
  readonly on_the_other_half: AlarmFigures | null;
}

/** What the other person had done when half, and nine in ten, of all switches were noticed; null where so many never were. */
export interface DetectedFigures {
  readonly median: number | null;
  readonly median_ci: Interval | null;
  readonly p90: number | null;
}

/** One condition at one level of risk. Intervals are 95 % bootstrap intervals over people; of a rate of which nothing was seen, from 0 to 3 in all hours. */
export interface TrustRow extends AlarmFigures {
  readonly suite: 'session';
  readonly part: 'trust';
  readonly detector: string;
  readonly condition: string;
  readonly enrol: number;
  readonly template: TemplateAge;
  readonly streams: StreamKind;
  readonly level: RiskLevel;
  /** False alarms in an hour of activity that the level is placed at. */
  readonly target_per_hour: number;
  /** Empty for people who do both: the thresholds are those of either part alone. */
  readonly chosen: readonly TrustChoice[];
  /** The product's, the greatest of all that were chosen, in nats: alarms and detections of the row are at these, over both halves. */
  readonly thresholds: { readonly freeText: number | null; readonly pointer: number | null };
  /** The same of the sums beside the session's own beginning. */
  readonly own_thresholds: { readonly freeText: number | null; readonly pointer: number | null };
  /** Whether three false alarms and more are expected at the target in these hours; else their number says little. */
  readonly rate: 'observed' | 'too few hours';
  readonly users_with_false_alarm: number;
  readonly switches: number;
  readonly detected: { readonly seconds: DetectedFigures; readonly keys: DetectedFigures | null; readonly actions: DetectedFigures | null };
  readonly never: number;
  /** Activity of the other people's streams, at the median, in seconds. */
  readonly stream_median: number;
}

export interface TrustReport {
  /** What the product ships; null where a threshold could not be chosen. */
  readonly calibration: SessionTrustCalibration | null;
  readonly rows: readonly TrustRow[];
}

/**
 * Thresholds of each part, chosen by half of the people for the other, and what the greatest of them do: on each part alone, and on people who do both, whose false alarms are those
 * of either part in its own hours unless both come together.
 */
export function trustReport(single: readonly TrustCondition[], figures: Figures): TrustReport {
  const choosings = single.map((condition) => choose(condition, figures));
  const calibration = calibrationOf(choosings);
  if (calibration === undefined) return { calibration: null, rows: [] };
  const both = pairsOf(single).map((condition): Choosing => ({ condition, chosen: [] }));
  const rows = [...choosings, ...both].flatMap((choosing) => RISK_LEVELS.map((level) => rowOf(choosing, level, calibration, figures)));
  return { calibration, rows };
}

/** Conditions of people who type as one and point as another, beside templates of the same age. */
function pairsOf(single: readonly TrustCondition[]): TrustCondition[] {
  return single.flatMap((typing) =>
    typing.streams !== 'typing'
      ? []
      : single
          .filter(({ streams, template }) => streams === 'pointer' && template === typing.template)
          .map(
            (pointer): TrustCondition => ({
              ...typing,
              condition: `${typing.condition} ${pointer.condition}`,
              streams: 'both',
              owners: typistsWithPointers(typing.owners, pointer.owners),
            }),
          ),
  );
}

function rowOf({ condition, chosen }: Choosing, level: RiskLevel, calibration: SessionTrustCalibration, figures: Figures): TrustRow {
  const { owners, template, streams, detector, enrol } = condition;
  const following: Following = { calibration, template, level };
  const all = HALVES.flatMap((half) => owners[half]);
  const followed = all.map((owner) => followTrust(owner, following));
  const found = followed.flatMap((each) => each.found);
  const alarms = alarmFigures(all, followed, figures);
  const detected = (of: (found: Found) => number) => detectedFigures(followed, of, figures);
  return {
    suite: 'session',
    part: 'trust',
    detector,
    condition: condition.condition,
    enrol,
    template,
    streams,
    level,
    target_per_hour: TRUST_TARGETS[level],
    chosen: chosen.filter((each) => each.level === level).map((each) => choiceOf(each, condition, figures)),
    thresholds: {
      freeText: streams === 'pointer' ? null : calibration.freeText[template][level],
      pointer: streams === 'typing' ? null : calibration.pointer[template][level],
    },
    own_thresholds: {
      freeText: streams === 'pointer' ? null : (calibration.freeText.own?.[level] ?? null),
      pointer: streams === 'typing' ? null : (calibration.pointer.own?.[level] ?? null),
    },
    ...alarms,
    rate: TRUST_TARGETS[level] * alarms.hours >= LEAST_EXPECTED ? 'observed' : 'too few hours',
    users_with_false_alarm: followed.filter((each) => each.alarms > 0).length / Math.max(followed.length, 1),
    switches: found.length,
    detected: {
      seconds: detected(({ seconds }) => seconds),
      keys: streams === 'pointer' ? null : detected(({ keys }) => keys),
      actions: streams === 'typing' ? null : detected(({ actions }) => actions),
    },
    never: found.filter((each) => each === null).length / Math.max(found.length, 1),
    stream_median:
      quantile(
        all.flatMap(({ switches }) => switches.map(({ steps }) => (steps.at(-1)?.active ?? 0) / 1_000)),
        0.5,
      ) ?? 0,
  };
}

function choiceOf(
  { sum, half, users, hours, threshold, interval, origin }: ChosenByHalf,
  { owners, template }: TrustCondition,
  figures: Figures,
): TrustChoice {
  const others = owners[half === 'a' ? 'b' : 'a'];
  const follow = (tried: number) =>
    others.map((owner) => followTrust(ofSum(owner, sum), { calibration: trying(tried, sum), template, level: 'medium' }));
  return {
    sum,
    half,
    users,
    hours,
    threshold,
    threshold_ci: interval,
    origin,
    on_the_other_half: threshold === null ? null : alarmFigures(others, follow(threshold), figures),
  };
}

/** So many may have been expected where none was seen, at 95 %. */
const NONE_SEEN = 3;

function alarmFigures(owners: readonly TimedOwner[], followed: readonly FollowedTrust[], { seed, resamples }: Figures): AlarmFigures {
  const hours = owners.map((owner) => hoursOf([owner]));
  const rate = (drawn: (i: number) => number) =>
    followed.reduce((sum, { alarms }, i) => sum + drawn(i) * alarms, 0) / hours.reduce((sum, each, i) => sum + drawn(i) * each, 0);
  const alarms = followed.reduce((sum, each) => sum + each.alarms, 0);
  return {
    users: owners.length,
    hours: hoursOf(owners),
    false_alarms: alarms,
    false_alarms_per_hour: rate(() => 1),
    false_alarms_per_hour_ci:
      alarms === 0
        ? [0, NONE_SEEN / hoursOf(owners)]
        : bootstrapInterval(owners.length, (drawn) => rate((i) => drawn[i] ?? 0), { seed, resamples }),
  };
}

function detectedFigures(followed: readonly FollowedTrust[], of: (found: Found) => number, { seed, resamples }: Figures): DetectedFigures {
  const each = followed.map(({ found }) => found.map((one) => (one === null ? Number.POSITIVE_INFINITY : of(one))));
  const all = each.flat();
  const median = (drawn: Uint32Array) =>
    quantile(
      each.flatMap((own, i) => Array.from({ length: drawn[i] ?? 0 }, () => own).flat()),
      0.5,
    ) ?? Number.NaN;
  return {
    median: quantile(all, 0.5),
    median_ci: bootstrapInterval(followed.length, median, { seed, resamples: Math.min(resamples, 500) }),
    p90: quantile(all, 0.9),
  };
}

/** The least value that so large a share is at or below; null where that is infinite, or there is none. */
function quantile(values: readonly number[], share: number): number | null {
  const sorted = Float64Array.from(values).sort();
  const value = sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)];
  return value === undefined || !Number.isFinite(value) ? null : value;
}
