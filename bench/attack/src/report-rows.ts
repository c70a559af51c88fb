import { CHECK_IDS, type CheckId } from '@tacit-auth/models';
import type { Row } from '../../speed/src/table';
import type { JudgedLimit } from './limits';
import type { AttackRow, PoisoningRow, Rate, Report } from './report';

export const ATTACK_HEADER = [
  'attack',
  'tries',
  'stopped by checks',
  'clock too coarse',
  'let in at .01',
  '95 %',
  'odd',
  'victims',
  'at .001',
  'which checks',
] as const;
export const GENUINE_HEADER = ['own entries 201-400', 'entries', 'refused', '95 %', 'which checks'] as const;
export const OWNER_HEADER = ['own entries 201-250 refused by the score', 'target', 'refused', '95 %', ''] as const;
export const POISONING_HEADER = [
  'rule, whose figures',
  'poisoned',
  'not poisoned',
  'difference',
  '95 %',
  'owner refused',
  'not poisoned',
  'let in, quarantined, learned, of tries',
] as const;
export const LIMIT_HEADER = ['limit', 'measured', 'kept', 'bound'] as const;

/** A row of each attack on templates of one size, by what the attacker knows. */
export function attackTable({ attacks, victims }: Report, size: number): Row[] {
  const rows = attacks.filter((row) => row.size === size);
  const groups = [...new Set(rows.map(({ group }) => group))];
  return groups.flatMap((group): Row[] => [group, ...rows.filter((row) => row.group === group).map((row) => attackCells(row, victims))]);
}

function attackCells({ attack, tries, checked, steppedUp, byCheck, accepted }: AttackRow, victims: number): string[] {
  const [usual, strict] = accepted;
  return [
    attack,
    String(tries),
    share(checked),
    share(steppedUp),
    share(usual?.rate.rate),
    range(usual?.rate, victims),
    share(usual?.odd),
    `${usual?.victims ?? 0} of ${victims}`,
    share(strict?.rate.rate),
    checksOf(byCheck),
  ];
}

export function genuineTable({ genuine, victims }: Report): Row[] {
  return genuine.clocks.map(({ step, entries, checked, byCheck }) => [
    `clock of ${step} ms`,
    String(entries),
    share(checked.rate),
    range(checked, victims),
    checksOf(byCheck),
  ]);
}

export function ownerTable({ genuine, victims }: Report): Row[] {
  return genuine.templates.flatMap(({ size, refused }) =>
    refused.map(({ target, rate }) => [`template of ${size}`, String(target), share(rate.rate), range(rate, victims), '']),
  );
}

export function poisoningTable({ poisoning }: Report): Row[] {
  const conditions = [...new Set(poisoning.map(({ condition }) => condition))];
  return conditions.flatMap((condition): Row[] => [
    `Poisoning, gate=${condition}`,
    ...poisoning.filter((row) => row.condition === condition).map(poisoningCells),
  ]);
}

function poisoningCells(row: PoisoningRow): string[] {
  return [
    `${row.rule}, ${row.people}`,
    share(row.poisoned),
    share(row.clean),
    signed(row.difference.rate),
    `${signed(row.difference.low)} to ${signed(row.difference.high)}`,
    share(row.refusedPoisoned),
    share(row.refusedClean),
    `${row.letIn}, ${row.quarantined}, ${row.learned} of ${row.tries}`,
  ];
}

/** Counts as they are, rates in per cent. */
function measured(what: string, value: number): string {
  return /: (learned|changed)$/.test(what) ? String(value) : share(value);
}

export function limitTable(judged: readonly JudgedLimit[]): Row[] {
  return judged.map(({ what, bound, value, kept }) => [
    what,
    value === undefined ? 'not measured' : measured(what, value),
    kept ? 'yes' : 'NO',
    bound,
  ]);
}

/** What each check refused, the most first; checks that refused nothing are left out. */
function checksOf(byCheck: Readonly<Record<CheckId, number>>): string {
  return CHECK_IDS.filter((id) => byCheck[id] > 0)
    .sort((a, b) => byCheck[b] - byCheck[a])
    .map((id) => `${id} ${share(byCheck[id])}`)
    .join(', ');
}

/** In per cent, with as many digits as tell it from 0 and from 100. */
export function share(rate = Number.NaN): string {
  if (Number.isNaN(rate)) return '-';
  const percent = 100 * rate;
  const toEnd = Math.min(Math.abs(percent), Math.abs(100 - percent));
  if (toEnd < 5e-4) return `${Math.round(percent) + 0} %`;
  return `${percent.toFixed(toEnd < 0.1 ? 3 : toEnd < 10 && Math.abs(percent) < 50 ? 2 : 1)} %`;
}

function signed(rate: number): string {
  return rate > 0 ? `+${share(rate)}` : share(rate);
}

/** With a star and the number of victims where it is 3 / n. */
function range(rate: Rate | undefined, victims: number): string {
  if (rate === undefined) return '';
  const bound = rate.rate === 0 || rate.rate === 1 ? `*, ${victims} victims` : '';
  return `${share(rate.low)} to ${share(rate.high)}${bound}`;
}
