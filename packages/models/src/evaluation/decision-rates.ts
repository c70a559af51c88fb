import { type BootstrapOptions, bootstrapIntervals, type Interval } from './bootstrap-interval';
import type { ScoredUser } from './scored-probes';

/** What the detector's own threshold for a target did. Rates are fractions of the scored attempts; intervals are 95 %, over people. */
export interface DecisionRates {
  readonly targetFmr: number;
  readonly fmr: number;
  readonly fmrCi: Interval | null;
  readonly fnmr: number;
  readonly fnmrCi: Interval | null;
}

/** Observed rates at the shipped thresholds, one row a target that every user's template has a threshold for. */
export function decisionRates(users: readonly ScoredUser[], options: BootstrapOptions): DecisionRates[] {
  const people = users.filter(({ genuine, impostor }) => genuine.length > 0 && impostor.length > 0);
  const targets = people[0]?.decisions.map(({ targetFmr }) => targetFmr) ?? [];
  return targets.flatMap((targetFmr) => {
    const decisions = people.map((user) => user.decisions.find((decision) => decision.targetFmr === targetFmr));
    if (decisions.includes(undefined)) {
      return [];
    }
    const rates = (drawn: Uint32Array): [fmr: number, fnmr: number] => {
      let accepted = 0;
      let impostors = 0;
      let rejected = 0;
      let genuine = 0;
      people.forEach((user, i) => {
        accepted += drawn[i] * (decisions[i]?.impostorAccepted ?? 0);
        impostors += drawn[i] * user.impostor.length;
        rejected += drawn[i] * (decisions[i]?.genuineRejected ?? 0);
        genuine += drawn[i] * user.genuine.length;
      });
      return [accepted / impostors, rejected / genuine];
    };
    const [fmr, fnmr] = rates(new Uint32Array(people.length).fill(1));
    const [fmrCi, fnmrCi] = bootstrapIntervals(people.length, rates, options);
    return [{ targetFmr, fmr, fmrCi, fnmr, fnmrCi }];
  });
}
