import type { CheckId } from '@tacit-auth/models';
import type { Condition } from './poisoning-job';

export const REPORT_SCHEMA = 'tacit-attacks/2';

/** Rates are fractions; intervals are 95 %, over people, null where there is one person. */
export interface Rate {
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** Everything that one run measured. Nothing in it names the machine, and nothing depends on it. */
export interface Report {
  readonly schema: typeof REPORT_SCHEMA;
  readonly seed: number;
  readonly people: number;
  readonly victims: number;
  readonly attacks: readonly AttackRow[];
  readonly genuine: GenuineRows;
  readonly poisoning: readonly PoisoningRow[];
}

export interface AttackRow {
  readonly attack: string;
  readonly group: string;
  readonly means: string;
  /** Entries of the victim's template. */
  readonly size: number;
  readonly tries: number;
  /** Share of the tries that the checks refused, and that each check did. */
  readonly checked: number;
  readonly byCheck: Readonly<Record<CheckId, number>>;
  /** Share of the tries that passed the checks, and was sent to a second factor for a clock that they cannot judge. */
  readonly steppedUp: number;
  /** Share of all tries that was let in, target by target, and for people of odd number alone, on whom no threshold was fitted. */
  readonly accepted: readonly { readonly target: number; readonly rate: Rate; readonly odd: number; readonly victims: number }[];
}

export interface GenuineRows {
  readonly clocks: readonly {
    readonly step: number;
    readonly entries: number;
    readonly checked: Rate;
    readonly byCheck: Readonly<Record<CheckId, number>>;
  }[];
  /** The owner's next 50 entries against a template that does not learn. */
  readonly templates: readonly { readonly size: number; readonly refused: readonly { readonly target: number; readonly rate: Rate }[] }[];
}

export interface PoisoningRow {
  readonly rule: string;
  readonly condition: Condition;
  /** Whose figures: everybody's, or those of people of odd number, on whom no number of the rule was chosen. */
  readonly people: 'all' | 'odd';
  /** The nearest impostor's new entries let in after 200 logins of the owner: where he tried all the while, and where he did not. */
  readonly poisoned: number;
  readonly clean: number;
  /** Difference of the two, person by person. */
  readonly difference: Rate;
  readonly refusedPoisoned: number;
  readonly refusedClean: number;
  readonly tries: number;
  readonly letIn: number;
  readonly quarantined: number;
  readonly learned: number;
  /** Owners whose template at the end is another than without his tries, in any byte. */
  readonly changed: number;
}

/** The report of an earlier run. @throws RangeError for that of another version of this bench */
export function parseReport(text: string): Report {
  const report = JSON.parse(text) as Partial<Report> | null;
  if (report?.schema !== REPORT_SCHEMA) throw new RangeError(`the results are not of schema ${REPORT_SCHEMA}: measure again`);
  return report as Report;
}
