import type { Report, ReportRow, TravelSummary } from '../report';
import { interval, rate } from '../report-table';

/** What a reader may and may not conclude, with the figures that say so. */
export function meaningSection(report: Report): string {
  const lines = [
    fresh(report),
    stale(report),
    learning(report),
    travelling(report),
    reference(report),
    classical(report),
    ...LIMITS,
  ].filter((line) => line !== '');
  return `## What this means, and what it does not\n\n${lines.map((line) => `- ${line}`).join('\n')}`;
}

function find(report: Report, suite: string, detector: string, condition: string, enrol: number): ReportRow | undefined {
  return report.rows.find((row) => row.suite === suite && row.detector === detector && row.condition === condition && row.enrol === enrol);
}

function fresh(report: Report): string {
  const novice = find(report, 'cmu-practised', 'default', 'novice', 5);
  const practised = find(report, 'cmu-practised', 'default', 'practised', 5);
  const at = novice?.at_targets.find(({ target_fmr }) => target_fmr === 0.01);
  if (novice === undefined || practised === undefined || at === undefined) return '';
  return `With five fresh entries a person's own equal error rate is ${rate(novice.eer_user, 3)} ${interval(novice.eer_user_ci)} against novices and ${rate(practised.eer_user, 3)} against
  people who know the text. One threshold for everybody that lets in 1 % refuses ${rate(novice.fnmr_at_fmr_1pct, 2)} of the customers' own entries, and the shipped one
  ${rate(at.fnmr, 2)}: before about 20 learned entries typing is a hint that asks for one more factor, never a verdict.`;
}

function stale(report: Report): string {
  const old = find(report, 'cmu-static', 'default', 'novice', 5);
  const latest = find(report, 'cmu-practised', 'default', 'novice', 5);
  if (old === undefined || latest === undefined) return '';
  return `Five first entries of a new text say little of the same person weeks later: ${rate(old.eer_user, 3)} where five fresh ones give ${rate(latest.eer_user, 3)}. Practice changes typing
  more than people differ, so a template that does not learn is worth little.`;
}

function learning(report: Report): string {
  const timing = find(report, 'cmu-adaptive', 'default', 'novice gate=timing', 5);
  const product = find(report, 'cmu-adaptive', 'default', 'novice gate=product', 5);
  const twin = find(report, 'cmu-adaptive', 'default', 'practised gate=product', 5);
  if (timing === undefined) return '';
  const rule =
    product === undefined || twin === undefined
      ? ''
      : ` By the product's rule it is ${rate(product.eer_user, 3)} against novices and ${rate(twin.eer_user, 3)} against the practised, with ${rate(product.fnmr_at_fmr_1pct, 2)} of the own entries
  refused at a false match rate of .01: what it costs not to learn from whoever types alike.`;
  return `With learning by the score alone the rate falls to ${rate(timing.eer_user, 3)} ${interval(timing.eer_user_ci)}, with ${rate(timing.fnmr_at_fmr_1pct, 3)} refused at .01.${rule}`;
}

function travelling({ travel_summary }: Report): string {
  const of = (cutOff: string): TravelSummary | undefined =>
    travel_summary.find(({ detector, cut_off, enrol }) => detector === 'default' && cut_off === cutOff && enrol === 'all');
  const shipped = of('target=0.01');
  const cmu = of('cmu-even');
  if (shipped === undefined || cmu === undefined) return '';
  return `On ${shipped.sets} other sets and sizes the shipped threshold for .01 let in ${rate(shipped.fmr_mean, 3)} of strangers in the mean and ${rate(shipped.fmr_worst, 3)} at worst, and refused
  ${rate(shipped.fnmr_mean, 2)} of the own entries. A cut-off set on CMU alone let in ${rate(cmu.fmr_mean, 3)}, ${rate(cmu.fmr_worst, 3)} at worst: a threshold from one text does not travel.`;
}

function reference(report: Report): string {
  const own = find(report, 'cmu-static', 'default', 'novice', 200);
  const known = find(report, 'cmu-static', 'scaled-manhattan', 'novice', 200);
  if (own === undefined || known === undefined) return '';
  return `On the published protocol (200 entries enrolled, novices) scaled Manhattan gives ${rate(known.eer_user)}, as published; the default detector ${rate(own.eer_user)} ${interval(own.eer_user_ci)}. Systems that
  train on other users' entries of the same text report less; they need those entries.`;
}

function classical(report: Report): string {
  const rows = [10, 200].map((n) => find(report, 'cmu-static', 'random-forest-summary', 'novice unknown', n));
  const [young, old] = rows.map((row) => row?.at_classical);
  if (young === undefined || old === undefined) return '';
  return `The classical forest over all customers, at its threshold of .7 of the trees, refuses ${rate(young.fnmr, 3)} of the own entries with ten enrolled and ${rate(old.fnmr, 3)} with 200, and
  lets in ${rate(young.fmr, 4)} and ${rate(old.fmr, 4)} of strangers: a question of who among the enrolled is no verification.`;
}

const LIMITS = [
  `Impostors here make no effort: nobody imitated, recorded or simulated a customer. See the page on attacks for those who do.`,
  `Few people (51 to 100 a set), students and staff, one session or a week, one keyboard or one kind of tablet a set. An interval over people says
  what another draw of such people would give, not what other people on other devices would.`,
  `CMU is dense practice: 50 entries a sitting. Four logins a day over months adapt more slowly; the weekly cap of the product's rule is simulated with four a day.`,
  `The form of the calibration was chosen with GREYC-NISLAB, Keystroke100 and MOBIKEY in view. Expect a new text to land somewhat above the rates shown.`,
  `A false match rate under 3 / attempts is not shown by any row, and pairs of the same people are not independent.`,
];
