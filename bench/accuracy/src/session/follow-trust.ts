import { type SessionTrustCalibration, sessionTrust, type TemplateAge, TRUST_RISKS, type TrustState } from '@tacit-auth/models';
import type { TimedOwner, TimedStep } from './trust-steps';

/** When a switch was noticed: how much the other person had done by then. */
export interface Found {
  readonly seconds: number;
  readonly keys: number;
  readonly actions: number;
}

export interface FollowedTrust {
  /** Of the customer's own stream. */
  readonly alarms: number;
  /** Of each switch; null where it never was. */
  readonly found: readonly (Found | null)[];
}

/** Days of a template of an age, as the product is told. */
const DAYS: Readonly<Record<TemplateAge, number>> = { sitting: 0, day: 1, days: 3 };
/** Between the customer's last window and the other person. */
const TAKING_OVER = 1_000;

/** Whose risk is an alarm. */
export type RiskLevel = keyof typeof TRUST_RISKS;

export interface Following {
  readonly calibration: SessionTrustCalibration;
  readonly template: TemplateAge;
  readonly level: RiskLevel;
}

/**
 * Follows a customer's streams by the product's own trust over time. Risk above the level is an alarm; a factor then passes at once, as the customer would show it, and doubts begin anew. At
 * the higher level nothing is asked for before. Doubts go on over the switch.
 */
export function followTrust({ genuine, switches }: TimedOwner, { calibration, template, level }: Following): FollowedTrust {
  const trust = sessionTrust({ calibration });
  const next = (state: TrustState, { part, amount, own }: TimedStep, llr: number, at: number) => {
    // Of a session that begins anew nothing is known beside its beginning; doubts go on.
    const before = own === null ? { ...state, [part]: { ...state[part], usual: 0, seen: 0 } } : state;
    const step = trust.step(before, { part, llr, own: own ?? undefined, amount, at, templateDays: DAYS[template] });
    return { state: step.state, alarm: step.level !== 'unsettled' && step.risk > TRUST_RISKS[level] };
  };
  const states = [trust.start({ at: 0 })];
  let alarms = 0;
  for (const step of genuine) {
    let state = states.at(-1) as TrustState;
    if (step.llr !== null) {
      const { state: reached, alarm } = next(state, step, step.llr, step.elapsed);
      alarms += alarm ? 1 : 0;
      state = alarm ? trust.confirm(reached, step.elapsed) : reached;
    }
    states.push(state);
  }
  const found = switches.map(({ after, steps }): Found | null => {
    let state = states[after] ?? trust.start({ at: 0 });
    const from = (genuine[after - 1]?.elapsed ?? 0) + TAKING_OVER;
    const done = { freeText: 0, pointer: 0 };
    for (const step of steps) {
      done[step.part] += step.amount;
      if (step.llr === null) continue;
      const { state: reached, alarm } = next(state, step, step.llr, from + step.elapsed);
      if (alarm) return { seconds: step.active / 1_000, keys: done.freeText, actions: done.pointer };
      state = reached;
    }
    return null;
  });
  return { alarms, found };
}
