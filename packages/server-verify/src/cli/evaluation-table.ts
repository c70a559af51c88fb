import type { FixedTextEvaluation, GroupEvaluation, Interval } from '@tacit-auth/models/evaluation';
import { columns } from './command';
import type { EvaluationRun } from './evaluation-json';

/** Most groups that get a line of their own; all of them are in the JSON. */
const MOST_GROUPS = 40;

/** The figures for people. */
export function evaluationTable(evaluation: FixedTextEvaluation, run: EvaluationRun, heading: (text: string) => string): string {
  const { figures, decisions, groups, adaptive, enrol } = evaluation;
  const lines = [
    heading(`${evaluation.detector}, ${enrol} samples enrolled, ${adaptive === null ? 'no learning' : `learning by gate ${adaptive}`}`),
    ...columns([
      ['samples', `${run.samples} in ${counted(groups.length, 'text')}`],
      ['templates', `${templatesOf(groups)} of ${counted(figures.users, 'person', 'people')}${leftOut(groups)}`],
      ['attempts', `${figures.genuine} genuine, ${figures.impostor} impostor; ${percent(figures.insufficient)} could not be judged`],
      ['seed', String(run.seed)],
    ]),
    '',
    heading('Error rates, with 95 % intervals over people'),
    ...columns([
      ["EER, mean of each person's own", rate(figures.eer_user, figures.eer_user_ci)],
      ['EER, one threshold for all', rate(figures.eer_global, figures.eer_global_ci)],
      ['FNMR at FMR 1 %', rate(figures.fnmr_at_fmr_1pct, figures.fnmr_at_fmr_1pct_ci)],
      ['FNMR at FMR 0.1 %', `${rate(figures.fnmr_at_fmr_01pct, figures.fnmr_at_fmr_01pct_ci)}${doubt(figures.fmr_claimable)}`],
      ['AUC', fraction(figures.auc, figures.auc_ci)],
    ]),
  ];
  if (decisions.length > 0) {
    lines.push(
      '',
      heading("At the detector's own thresholds"),
      ...columns(
        decisions.map(({ targetFmr, fmr, fmrCi, fnmr, fnmrCi }) => [
          `set for FMR ${percent(targetFmr)}`,
          `FMR ${rate(fmr, fmrCi)}   FNMR ${rate(fnmr, fnmrCi)}`,
        ]),
      ),
    );
  }
  if (groups.length > 1) {
    lines.push('', heading("By text: EER as the mean of each person's own, then with one threshold for all"), ...byGroup(groups));
  }
  return `${lines.join('\n')}\n`;
}

function byGroup(groups: readonly GroupEvaluation[]): string[] {
  const rows = groups
    .slice(0, MOST_GROUPS)
    .map(({ group, keys, holds, users, figures }): [string, string] => [
      printable(group ?? '(no group)'),
      `${keys} keys${holds ? '' : ' without releases'}, ${counted(users.length, 'person', 'people')}: ${rate(figures.eer_user, figures.eer_user_ci)}, ${rate(figures.eer_global, figures.eer_global_ci)}`,
    ]);
  const more = groups.length - rows.length;
  return [...columns(rows), ...(more > 0 ? [`  and ${more} more; see --json`] : [])];
}

/** Names from a file, safe to print: no control characters, and not endless. */
function printable(name: string): string {
  const clean = name.replace(/\p{C}/gu, '?');
  return clean.length > 40 ? `${clean.slice(0, 39)}…` : clean;
}

function templatesOf(groups: readonly GroupEvaluation[]): number {
  return groups.reduce((sum, { users }) => sum + users.length, 0);
}

function leftOut(groups: readonly GroupEvaluation[]): string {
  const count = groups.reduce((sum, { unenrolled }) => sum + unenrolled, 0);
  return count === 0 ? '' : `; ${count} left out for too few samples of the text`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function doubt(claimable: number | null): string {
  return claimable === null || claimable <= 0.001 ? '' : ` (too few impostors: no FMR below ${percent(claimable)} can be claimed)`;
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(2))} %`;
}

function rate(share: number | null, interval: Interval | null): string {
  if (share === null) {
    return 'nothing to compute it from';
  }
  const range = interval === null ? '' : ` [${(100 * interval[0]).toFixed(2)}, ${(100 * interval[1]).toFixed(2)}]`;
  return `${(100 * share).toFixed(2)} %${range}`;
}

function fraction(value: number | null, interval: Interval | null): string {
  if (value === null) {
    return 'nothing to compute it from';
  }
  return `${value.toFixed(4)}${interval === null ? '' : ` [${interval[0].toFixed(4)}, ${interval[1].toFixed(4)}]`}`;
}
