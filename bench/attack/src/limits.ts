import type { AttackRow, Report } from './report';

const POISONING_FIGURES = ['difference', 'learned', 'changed'] as const;

/** A figure that must stay within bounds, in every row that the limit names. */
export interface Limit {
  /** Name of an attack, or the beginning of the names of several that count as one. */
  readonly attack?: string;
  /** Own entries on a clock of this step in ms. */
  readonly genuine?: { readonly step: number };
  readonly poisoning?: { readonly rule: string; readonly condition: string };
  /** Of poisoning: the difference that his tries made, those of his entries that were learned, and the owners whose template they changed. */
  readonly figure: 'accepted' | 'checked' | (typeof POISONING_FIGURES)[number];
  readonly least?: number;
  readonly most?: number;
  /** Fewest tries that the figure must rest on. */
  readonly tries?: number;
}

export interface JudgedLimit {
  readonly what: string;
  readonly bound: string;
  /** `undefined` where the run did not measure it. */
  readonly value: number | undefined;
  readonly kept: boolean;
}

/** Every limit against a report; attacks at the usual target, template by template. What was not measured is not kept. */
export function judgeLimits(limits: readonly Limit[], report: Report): JudgedLimit[] {
  return limits.flatMap((limit) => {
    const figures = figuresOf(limit, report);
    return (figures.length === 0 ? [{ what: describe(limit), value: undefined, tries: 0 }] : figures).map(({ what, value, tries }) => ({
      what,
      bound: boundOf(limit),
      value,
      kept:
        value !== undefined &&
        value >= (limit.least ?? Number.NEGATIVE_INFINITY) &&
        value <= (limit.most ?? Number.POSITIVE_INFINITY) &&
        tries >= (limit.tries ?? 1),
    }));
  });
}

interface Figure {
  readonly what: string;
  readonly value: number | undefined;
  readonly tries: number;
}

function figuresOf(limit: Limit, { attacks, genuine, poisoning, victims }: Report): Figure[] {
  const { attack, figure } = limit;
  if (attack !== undefined) {
    const sizes = [...new Set(attacks.map(({ size }) => size))];
    return sizes.flatMap((size) => {
      const exact = attacks.filter((row) => row.size === size && row.attack === attack);
      const rows = exact.length > 0 ? exact : attacks.filter((row) => row.size === size && row.attack.startsWith(attack));
      const tries = rows.reduce((sum, row) => sum + row.tries, 0);
      const value = rows.reduce((sum, row) => sum + (attackFigure(row, figure) * row.tries) / tries, 0);
      return tries === 0 ? [] : [{ what: `${attack}: ${figure}, template of ${size}, ${tries} tries at ${victims} victims`, value, tries }];
    });
  }
  if (limit.genuine !== undefined) {
    const { step } = limit.genuine;
    return genuine.clocks
      .filter((clock) => clock.step === step)
      .map(({ checked, entries }) => ({ what: `own entries refused by checks, ${step} ms clock`, value: checked.rate, tries: entries }));
  }
  return poisoning
    .filter((row) => row.rule === limit.poisoning?.rule && row.condition === limit.poisoning.condition)
    .map((row) => ({
      what: `poisoning, ${row.rule}, ${row.condition}, ${row.people}: ${figure}`,
      value: figure === 'difference' ? row.difference.rate : figure === 'learned' || figure === 'changed' ? row[figure] : undefined,
      tries: row.tries,
    }));
}

function attackFigure(row: AttackRow, figure: Limit['figure']): number {
  return figure === 'checked' ? row.checked : (row.accepted[0]?.rate.rate ?? Number.NaN);
}

function describe({ attack, genuine, poisoning, figure }: Limit): string {
  return `${attack ?? (genuine === undefined ? `poisoning, ${poisoning?.rule}` : `own entries, ${genuine.step} ms clock`)}: ${figure}`;
}

function boundOf({ least, most, tries }: Limit): string {
  return [
    least === undefined ? '' : `>= ${least}`,
    most === undefined ? '' : `<= ${most}`,
    tries === undefined ? '' : `on ${tries} tries or more`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** How many limits were kept, and by name those that were not; over how many victims. */
export function limitSummary(judged: readonly JudgedLimit[], { victims, people }: Pick<Report, 'victims' | 'people'>): string {
  const broken = judged.filter(({ kept }) => !kept);
  const part = victims < people ? ` This was a part: ${victims} of ${people} people were attacked.` : '';
  return [
    `Of ${judged.length} limits ${judged.length - broken.length} kept, ${broken.length} broken.${part}`,
    ...broken.map(({ what, bound, value }) => `  ${value === undefined ? 'not measured' : 'broken'}: ${what}, ${bound}`),
  ].join('\n');
}

/** @throws TypeError for a list that holds anything but limits. */
export function parseLimits(text: string): Limit[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new TypeError('limits must be a list');
  list.forEach((each: Partial<Limit> | null, i) => {
    const names = [each?.attack, each?.genuine, each?.poisoning].filter((name) => name !== undefined);
    const bounds = [each?.least, each?.most].filter((bound) => bound !== undefined);
    const known = each?.figure === 'accepted' || each?.figure === 'checked' || POISONING_FIGURES.some((figure) => figure === each?.figure);
    if (names.length !== 1 || !known || bounds.length === 0 || !bounds.every((bound) => typeof bound === 'number')) {
      throw new TypeError(`limits[${i}] must name one row, a figure and a bound`);
    }
  });
  return list as Limit[];
}
