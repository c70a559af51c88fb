import { CHECK_IDS, type CheckId } from '@tacit-auth/models';
import { bootstrapInterval } from '@tacit-auth/models/evaluation';
import { TARGETS } from './attack-job';
import { ATTACKS } from './attacks';
import { CLOCKS } from './genuine-job';
import { TEMPLATE_SIZES } from './people';
import { CONDITIONS, RULES } from './poisoning-job';
import type { AttackRow, GenuineRows, PoisoningRow, Rate, Report } from './report';
import { REPORT_SCHEMA } from './report';
import type { JobResult } from './run-job';

/** The report of all persons' results. */
export function assemble(results: readonly JobResult[], { seed, people }: { seed: number; people: number }): Report {
  return {
    schema: REPORT_SCHEMA,
    seed,
    people,
    victims: results.length,
    attacks: TEMPLATE_SIZES.flatMap((size) => ATTACKS.map(({ name }, at) => attackRow(results, size, name, at, seed))),
    genuine: genuineRows(results, seed),
    poisoning: CONDITIONS.flatMap((condition) =>
      RULES.flatMap((rule) => (['all', 'odd'] as const).map((whose) => poisoningRow(results, condition, rule.name, whose, seed))),
    ),
  };
}

function attackRow(results: readonly JobResult[], size: number, name: string, at: number, seed: number): AttackRow {
  const { group, means } = ATTACKS[at]!;
  const counts = results.map(({ person, attacks }) => {
    const found = attacks.find((each) => each.size === size)?.counts[at];
    if (found?.attack !== name) throw new RangeError(`no result of ${name}`);
    return { ...found, person };
  });
  const tries = total(counts.map((each) => each.tries));
  return {
    attack: name,
    group,
    means,
    size,
    tries,
    checked: total(counts.map((each) => each.checked)) / tries,
    byCheck: shares(
      counts.map(({ byCheck }) => byCheck),
      tries,
    ),
    steppedUp: total(counts.map((each) => each.steppedUp)) / tries,
    accepted: TARGETS.map((target, t) => {
      const odd = counts.filter(({ person }) => person % 2 === 1);
      return {
        target,
        rate: rateOf(
          counts.map((each) => each.accepted[t]!),
          counts.map((each) => each.tries),
          seed,
        ),
        odd: total(odd.map((each) => each.accepted[t]!)) / total(odd.map((each) => each.tries)),
        victims: counts.filter((each) => each.accepted[t]! > 0).length,
      };
    }),
  };
}

function genuineRows(results: readonly JobResult[], seed: number): GenuineRows {
  return {
    clocks: CLOCKS.map((step, at) => {
      const counts = results.map(({ genuine }) => genuine.clocks[at]!);
      const each = counts.map(({ entries }) => entries);
      return {
        step,
        entries: total(each),
        checked: rateOf(
          counts.map(({ checked }) => checked),
          each,
          seed,
        ),
        byCheck: shares(
          counts.map(({ byCheck }) => byCheck),
          total(each),
        ),
      };
    }),
    templates: TEMPLATE_SIZES.map((size, at) => {
      const counts = results.map(({ genuine }) => genuine.templates[at]!);
      return {
        size,
        refused: TARGETS.map((target, t) => ({
          target,
          rate: rateOf(
            counts.map(({ refused }) => refused[t]!),
            counts.map(({ entries }) => entries),
            seed,
          ),
        })),
      };
    }),
  };
}

function poisoningRow(
  results: readonly JobResult[],
  condition: PoisoningRow['condition'],
  rule: string,
  people: PoisoningRow['people'],
  seed: number,
): PoisoningRow {
  const chosen = results.filter(({ person }) => people === 'all' || person % 2 === 1);
  const pairs = chosen.map(({ poisoning }) => {
    const of = (poisoned: boolean) =>
      poisoning.find((each) => each.rule === rule && each.condition === condition && each.poisoned === poisoned)!;
    return { poisoned: of(true), clean: of(false) };
  });
  const mean = (value: (pair: (typeof pairs)[number]) => number) => total(pairs.map(value)) / pairs.length;
  const differences = pairs.map(({ poisoned, clean }) => poisoned.accepted - clean.accepted);
  const interval = bootstrapInterval(
    pairs.length,
    (drawn) => differences.reduce((sum, each, i) => sum + each * drawn[i]!, 0) / pairs.length,
    {
      seed,
    },
  );
  const rate = total(differences) / pairs.length;
  return {
    rule,
    condition,
    people,
    poisoned: mean(({ poisoned }) => poisoned.accepted),
    clean: mean(({ clean }) => clean.accepted),
    difference: { rate, low: interval?.[0] ?? rate, high: interval?.[1] ?? rate },
    refusedPoisoned: mean(({ poisoned }) => poisoned.refused),
    refusedClean: mean(({ clean }) => clean.refused),
    tries: total(pairs.map(({ poisoned }) => poisoned.tries)),
    letIn: total(pairs.map(({ poisoned }) => poisoned.letIn)),
    quarantined: total(pairs.map(({ poisoned }) => poisoned.quarantined)),
    learned: total(pairs.map(({ poisoned }) => poisoned.learned)),
    changed: pairs.filter(({ poisoned, clean }) => poisoned.template !== clean.template).length,
  };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function shares(counts: readonly Readonly<Record<CheckId, number>>[], tries: number): Record<CheckId, number> {
  return Object.fromEntries(CHECK_IDS.map((id) => [id, total(counts.map((each) => each[id])) / tries])) as Record<CheckId, number>;
}

/**
 * A share with its 95 % interval over people. Where all tries came out alike a resample shows nothing, so that the bound is 3 / n, which holds for independent
 * tries. Those at one victim are not: the report prints beside it how many victims there were.
 */
export function rateOf(hits: readonly number[], tries: readonly number[], seed: number): Rate {
  const all = total(tries);
  const rate = total(hits) / all;
  if (rate === 0 || rate === 1) {
    const bound = Math.min(3 / all, 1);
    return rate === 0 ? { rate, low: 0, high: bound } : { rate, low: 1 - bound, high: 1 };
  }
  const weighed = (values: readonly number[], drawn: Uint32Array) => values.reduce((sum, value, i) => sum + value * drawn[i]!, 0);
  const interval = bootstrapInterval(hits.length, (drawn) => weighed(hits, drawn) / weighed(tries, drawn), { seed });
  return { rate, low: interval?.[0] ?? rate, high: interval?.[1] ?? rate };
}
