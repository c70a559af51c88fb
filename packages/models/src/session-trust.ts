import { ownStanding } from './own-standing';
import { SESSION_TRUST_CALIBRATION } from './session-trust-calibration';
import {
  assertNumber,
  assertTime,
  assertTrustState,
  newTrustState,
  SESSION_TRUST_LIMITS,
  TEMPLATE_AGES,
  type TemplateAge,
  TRUST_CLIP,
  TRUST_PARTS,
  type TrustPart,
  type TrustPartState,
  type TrustState,
} from './session-trust-state';

/** What a session has to show of one part before that part counts, in keys and actions: until one has as much, nothing is decided. */
export const TRUST_MINIMUM = Object.freeze({ freeText: 25, pointer: 10 });
/** Days from which on a template counts as one of several days. Below, people are often far from what they were on that day. */
export const SEVERAL_DAYS = 3;
/**
 * Most doubt that the circumstances bring, as a share of the threshold of medium risk, and the evidence in nats that brings it. They never lower one: whoever sits at
 * the customer's own desk has them all.
 */
export const TRUST_CONTEXT = Object.freeze({ share: 0.1, llr: 2 });
/** How doubt grows while nothing is counted: none at first, then with a half-life towards a share of the threshold of medium risk. */
export const TRUST_IDLE = Object.freeze({ graceMs: 60_000, halfLifeMs: 600_000, share: 0.5 });
/** Risk at the two thresholds: above the first it is medium, above the second high. */
export const TRUST_RISKS = Object.freeze({ medium: 0.5, high: 0.7 });

/** Where the statistic is at the two thresholds. */
const MEDIUM = 1;
const HIGH = 2;
/** A part is a reason from this share of all doubt on. */
const REASON_SHARE = 0.2;

/** Of one part, beside templates of one age: the part's cumulative sum, in nats of evidence against the customer. */
export interface TrustThresholds {
  /** One false alarm in 10 h of activity. From 1 to 5000. */
  readonly medium: number;
  /** One in 100 h: above `medium`. */
  readonly high: number;
}

export interface TrustThresholdsByAge extends Readonly<Record<TemplateAge, TrustThresholds>> {
  /** Of the sum beside the session's own beginning, which is of today whatever the template is. Without it that is not counted. */
  readonly own?: TrustThresholds;
}

/** Thresholds by the age of the template: people type and point otherwise from day to day, least so beside a template of several days. */
export interface SessionTrustCalibration {
  readonly id: string;
  readonly freeText: TrustThresholdsByAge;
  readonly pointer: TrustThresholdsByAge;
}

export interface SessionTrustOptions {
  /** Thresholds of your own population and customers; those measured on public data by default. */
  readonly calibration?: SessionTrustCalibration;
}

/** The next evidence of a session. Windows must not overlap: the same keys would count twice. */
export interface TrustEvidence {
  readonly part: TrustPart;
  /** Calibrated natural-log likelihood ratio, positive = the customer; any finite number. */
  readonly llr: number;
  /** The same of the same windows beside the session's own beginning: see `ownBeginning`. Undefined while there is none. */
  readonly own?: number | undefined;
  /** Keys of free text, actions of the pointer: at least 1. 0 for the context. */
  readonly amount: number;
  /** When it was made, in ms since the epoch. A time before the state's is taken for the state's: clocks of servers differ. */
  readonly at: number;
  /** Days on which the template learned, but for 0: one that was made in this very sitting. */
  readonly templateDays: number;
}

/** What speaks against the customer, most first; `little-evidence` where nothing is decided yet. */
export type TrustReason = 'typing-differs' | 'pointer-differs' | 'unusual-context' | 'idle' | 'little-evidence';
export type TrustLevel = 'unsettled' | 'low' | 'medium' | 'high';

export interface TrustStep {
  /** The state to go on from. */
  readonly state: TrustState;
  /** Doubt of all parts together: 1 where risk becomes medium, 2 where it becomes high. */
  readonly statistic: number;
  /** 1 - risk. */
  readonly confidence: number;
  /** From 0 to below 1: .5 and .7 where held-out customers have one false alarm in 10 h and in 100 h of activity. */
  readonly risk: number;
  /** `medium` above .5, `high` above .7; `unsettled` until one part has its minimum. */
  readonly level: TrustLevel;
  readonly reasons: readonly TrustReason[];
}

export interface SessionTrust {
  readonly calibration: SessionTrustCalibration;
  /** Of a session that begins. */
  start(input: { readonly at: number }): TrustState;
  /** Counts evidence. */
  step(state: TrustState, evidence: TrustEvidence): TrustStep;
  /** The state read at a later time: idle doubt, and nothing counted. */
  at(state: TrustState, at: number): TrustStep;
  /** An independent factor has passed: doubts begin anew, and nothing is decided until there is evidence again. */
  confirm(state: TrustState, at: number): TrustState;
}

/**
 * How far a session is still trusted to be the customer's.
 *
 * Typing and pointer have each a cumulative sum S = max(0, S - clip(llr)) as `sequentialEvidence` has it, and each its thresholds by the age of its template. Each has another one beside what the
 * session itself began with, O = max(0, O - clip(own - .6 u)), where u is what the customer reaches there himself: the mean of the windows that spoke for him, of about twenty. People
 * differ from day to day, and in how alike they are to themselves; that sum is of one day and one person, so that its thresholds are far lower, but it says nothing of who was there from the start.
 * A part doubts as much as the greater of its two sums, each in units of its own thresholds: S / medium up to there, and 1 + (S - medium) / (high - medium) beyond, at most 3. Doubt is the sum of
 * both parts (Y. Mei, "Efficient scalable schemes for monitoring a large number of data streams", Biometrika 97 (2010) 419-433). So both add up where somebody takes over, and neither excuses the
 * other. A part counts from 25 keys, or 10 actions, on.
 * The context adds what it was last told, max(0, -llr) / 20 up to .1, and is never summed up: the same network said ten times is one thing.
 *
 * While nothing is counted, doubt C below D = .5 comes nearer to it: C(t) = D - (D - C) 2^(-t/10 min), where t is the time since the last evidence less one minute. Idling alone
 * is thereby never medium risk, and never lowers a doubt. What speaks for the customer later takes it back.
 *
 * Risk is half of doubt up to 1, .5 + .2 (C - 1) up to 2, and 1 - .3 exp(-(2/3)(C - 2)) beyond: strictly monotone, .5 and .7 at the thresholds.
 *
 * Pure: the same state and evidence give the same step. All functions throw TypeError or RangeError for wrong arguments.
 */
export function sessionTrust({ calibration = SESSION_TRUST_CALIBRATION }: SessionTrustOptions = {}): SessionTrust {
  assertCalibration(calibration);

  function start({ at }: { readonly at: number }): TrustState {
    assertTime(at, 'at');
    return newTrustState(at);
  }

  function step(state: TrustState, evidence: TrustEvidence): TrustStep {
    assertTrustState(state);
    assertEvidence(evidence);
    const { part, llr, own, amount, at, templateDays } = evidence;
    if (part === 'context') {
      // Circumstances are no sign of life: idling goes on.
      return read({ ...state, context: (TRUST_CONTEXT.share * bounded(-llr, 0, TRUST_CONTEXT.llr)) / TRUST_CONTEXT.llr }, at);
    }
    const template = templateAge(templateDays);
    const { medium, high } = calibration[part][template];
    const against = -bounded(llr, -TRUST_CLIP, TRUST_CLIP);
    const before = state[part];
    const next: TrustState = {
      ...state,
      at: Math.max(state.at, at),
      [part]: {
        amount: Math.min(before.amount + amount, SESSION_TRUST_LIMITS.mostAmount),
        doubt: bounded(before.doubt + against, 0, 2 * high - medium),
        ...besideBeginning(before, part, own),
        template,
      },
      idle: Math.max(idleAt(state, at) + Math.min(against, 0) / medium, 0),
    };
    return read(next, at);
  }

  function at(state: TrustState, time: number): TrustStep {
    assertTrustState(state);
    assertTime(time, 'at');
    return read(state, time);
  }

  function confirm(state: TrustState, time: number): TrustState {
    assertTrustState(state);
    assertTime(time, 'at');
    return newTrustState(Math.max(state.at, time));
  }

  /** What a part counts, in units of its thresholds: nothing until it has its minimum. */
  function counted(state: TrustState, part: Counted): number {
    const { doubt, own, template } = state[part];
    const { own: thresholds, [template]: byAge } = calibration[part];
    return settles(state, part) ? Math.max(inUnits(doubt, byAge), thresholds === undefined ? 0 : inUnits(own, thresholds)) : 0;
  }

  /** The sum beside the session's own beginning, and what the customer reaches there. */
  function besideBeginning(before: TrustPartState, part: Counted, own: number | undefined): Pick<TrustPartState, 'own' | 'usual' | 'seen'> {
    const thresholds = calibration[part].own;
    if (own === undefined || thresholds === undefined) {
      return { own: before.own, usual: before.usual, seen: before.seen };
    }
    return ownStanding(before, part, own, 2 * thresholds.high - thresholds.medium);
  }

  /** Doubt by idling at a time: what was left of earlier, and what has grown since the last evidence. */
  function idleAt(state: TrustState, time: number): number {
    const missing = TRUST_IDLE.share * MEDIUM - counted(state, 'freeText') - counted(state, 'pointer') - state.idle;
    const idle = time - state.at - TRUST_IDLE.graceMs;
    return idle <= 0 || missing <= 0 ? state.idle : state.idle + missing * (1 - 2 ** (-idle / TRUST_IDLE.halfLifeMs));
  }

  function read(state: TrustState, time: number): TrustStep {
    const doubts: readonly (readonly [TrustReason, number])[] = [
      ['typing-differs', counted(state, 'freeText')],
      ['pointer-differs', counted(state, 'pointer')],
      ['unusual-context', state.context],
      ['idle', idleAt(state, time)],
    ];
    const statistic = doubts.reduce((sum, [, doubt]) => sum + doubt, 0);
    const confidence = 1 - riskOf(statistic);
    // So that the two add up to 1 to the last bit.
    const risk = 1 - confidence;
    const settled = settles(state, 'freeText') || settles(state, 'pointer');
    const told = doubts.filter(([, doubt]) => doubt > 0 && doubt >= REASON_SHARE * statistic).toSorted(([, a], [, b]) => b - a);
    return {
      state,
      statistic,
      confidence,
      risk,
      level: settled ? levelOf(risk) : 'unsettled',
      reasons: [...told.map(([reason]) => reason), ...(settled ? [] : (['little-evidence'] as const))],
    };
  }

  return Object.freeze({ calibration, start, step, at, confirm });
}

type Counted = 'freeText' | 'pointer';

function templateAge(days: number): TemplateAge {
  return days === 0 ? 'sitting' : days < SEVERAL_DAYS ? 'day' : 'days';
}

function settles(state: TrustState, part: Counted): boolean {
  return state[part].amount >= TRUST_MINIMUM[part];
}

function riskOf(statistic: number): number {
  const { medium, high } = TRUST_RISKS;
  if (statistic <= MEDIUM) {
    return (medium * statistic) / MEDIUM;
  }
  const over = (statistic - MEDIUM) / (HIGH - MEDIUM);
  // Beyond, with the slope that it has before.
  return over <= 1 ? medium + (high - medium) * over : 1 - (1 - high) * Math.exp(((medium - high) / (1 - high)) * (over - 1));
}

function levelOf(risk: number): TrustLevel {
  return risk > TRUST_RISKS.high ? 'high' : risk > TRUST_RISKS.medium ? 'medium' : 'low';
}

function inUnits(sum: number, { medium, high }: TrustThresholds): number {
  return sum <= medium ? sum / medium : MEDIUM + (sum - medium) / (high - medium);
}

function bounded(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function assertEvidence(value: unknown): asserts value is TrustEvidence {
  const evidence = value as Partial<TrustEvidence> | null | undefined;
  if (typeof evidence !== 'object' || evidence === null || !TRUST_PARTS.includes(evidence.part as TrustPart)) {
    throw new TypeError(`evidence.part must be one of ${TRUST_PARTS.join(', ')}`);
  }
  const { part, llr, own, amount, at, templateDays } = evidence;
  for (const [name, ratio] of [
    ['llr', llr],
    ['own', own === undefined ? 0 : own],
  ] as const) {
    if (typeof ratio !== 'number') {
      throw new TypeError(`evidence.${name} must be a number`);
    }
    if (!Number.isFinite(ratio)) {
      throw new RangeError(`evidence.${name} must be finite`);
    }
  }
  const [least, most] = part === 'context' ? [0, 0] : [1, SESSION_TRUST_LIMITS.mostAmount];
  assertNumber(amount, 'evidence.amount', least, most);
  assertTime(at, 'evidence.at');
  assertNumber(templateDays, 'evidence.templateDays', 0, SESSION_TRUST_LIMITS.mostDays);
}

function assertCalibration(value: unknown): asserts value is SessionTrustCalibration {
  const calibration = value as Partial<SessionTrustCalibration> | null | undefined;
  if (typeof calibration !== 'object' || calibration === null || typeof calibration.id !== 'string') {
    throw new TypeError('calibration must have an id and thresholds');
  }
  for (const part of ['freeText', 'pointer'] as const) {
    const own = calibration[part]?.own === undefined ? [] : (['own'] as const);
    for (const age of [...TEMPLATE_AGES, ...own]) {
      const name = `calibration.${part}.${age}`;
      const thresholds = calibration[part]?.[age] as Partial<TrustThresholds> | null | undefined;
      if (typeof thresholds !== 'object' || thresholds === null) {
        throw new TypeError(`${name} must be thresholds`);
      }
      // A sum goes beyond the higher one, and has to stay within what a state may hold.
      const most = SESSION_TRUST_LIMITS.mostDoubt / 2;
      assertNumber(thresholds.medium, `${name}.medium`, 1, most);
      assertNumber(thresholds.high, `${name}.high`, 1, most);
      if (!(thresholds.medium < thresholds.high)) {
        throw new RangeError(`${name}.medium must be below its high`);
      }
    }
  }
}
