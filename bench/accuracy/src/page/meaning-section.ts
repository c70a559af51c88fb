import { isFaceRow } from '../face/face-report';
import type { Report, ReportRow, TravelSummary } from '../report';
import { interval, rate } from '../report-table';
import { isWindowRow } from '../windows/window-table';

/** What a reader may and may not conclude, with the figures that say so. What they do not bear out is not said. */
export function meaningSection(report: Report): string {
  const lines = [
    fresh(report),
    stale(report),
    learning(report),
    travelling(report),
    reference(report),
    classical(report),
    oddPeople(report),
    ...limits(report),
  ].filter((line) => line !== '');
  return `## What this means, and what it does not\n\n${lines.map((line) => `- ${line}`).join('\n')}`;
}

type Rows = readonly ReportRow[];

function find(rows: Rows, suite: string, detector: string, condition: string, enrol: number): ReportRow | undefined {
  return rows.find((row) => row.suite === suite && row.detector === detector && row.condition === condition && row.enrol === enrol);
}

/** An error rate that must be there, since its row is. */
const eer = ({ eer_user }: ReportRow): number => eer_user ?? Number.NaN;

/** Share of the own entries refused from which typing is called a hint. */
const HINT = 0.1;

function fresh({ rows }: Report): string {
  const novice = find(rows, 'cmu-practised', 'default', 'novice', 5);
  const practised = find(rows, 'cmu-practised', 'default', 'practised', 5);
  const at = novice?.at_targets.find(({ target_fmr }) => target_fmr === 0.01);
  if (novice === undefined || practised === undefined || at === undefined) return '';
  const meaning = at.fnmr > HINT ? `: with so few entries typing is a hint that asks for one more factor, never a verdict` : '';
  return `With five fresh entries a person's own equal error rate is ${rate(eer(novice), 3)} ${interval(novice.eer_user_ci)} against novices and ${rate(eer(practised), 3)} against
  people who know the text. One threshold for everybody that lets in 1 % refuses ${rate(novice.fnmr_at_fmr_1pct, 2)} of the customers' own entries, and the shipped one
  ${rate(at.fnmr, 2)}${meaning}.`;
}

function stale({ rows }: Report): string {
  const old = find(rows, 'cmu-static', 'default', 'novice', 5);
  const latest = find(rows, 'cmu-practised', 'default', 'novice', 5);
  if (old === undefined || latest === undefined) return '';
  const figures = `Templates of a person's five first entries of a new text give ${rate(eer(old), 3)} on entries 201-400, where those of entries 196-200 give ${rate(eer(latest), 3)}`;
  return eer(old) > 2 * eer(latest)
    ? `${figures}:
  practice changes how somebody types a text, and a template that does not learn is worth little.`
    : `${figures}.`;
}

function learning({ rows }: Report): string {
  const still = find(rows, 'cmu-practised', 'default', 'novice', 5);
  const timing = find(rows, 'cmu-adaptive', 'default', 'novice gate=timing', 5);
  const product = find(rows, 'cmu-adaptive', 'default', 'novice gate=product', 5);
  const twin = find(rows, 'cmu-adaptive', 'default', 'practised gate=product', 5);
  if (timing === undefined) return '';
  const beside = still === undefined ? '' : ` (five fresh entries that stand still: ${rate(eer(still), 3)})`;
  const alone = `With learning by the score alone the rate is ${rate(eer(timing), 3)} ${interval(timing.eer_user_ci)}${beside}, with ${rate(timing.fnmr_at_fmr_1pct, 3)} of the own entries refused at a false
  match rate of .01.`;
  if (product === undefined || twin === undefined) return alone;
  const cost = eer(product) > eer(timing) ? ': the difference is what it costs to learn verified entries alone' : '';
  return `${alone} By the product's rule it is ${rate(eer(product), 3)} against novices and ${rate(eer(twin), 3)} against the practised, with ${rate(product.fnmr_at_fmr_1pct, 2)}
  refused${cost}.`;
}

function travelling({ travel, travel_summary }: Report): string {
  const of = (cutOff: string): TravelSummary | undefined =>
    travel_summary.find(({ detector, cut_off, enrol }) => detector === 'default' && cut_off === cutOff && enrol === 'all');
  const shipped = of('target=0.01');
  const cmu = of('cmu-even');
  if (shipped === undefined) return '';
  const figures = `On ${shipped.sets} other sets and sizes the shipped threshold for .01 let in ${rate(shipped.fmr_mean, 3)} of strangers in the mean and ${rate(shipped.fmr_worst, 3)} at worst, and refused
  ${rate(shipped.fnmr_mean, 2)} of the own entries.`;
  return `${figures}${oddCmu(travel)}${cmu === undefined ? '' : literalCondition(cmu)}`;
}

/** The people of CMU whom nothing was fitted on, apart from the means: their text is the one that numbers of the calibration come from. */
function oddCmu(travel: Report['travel']): string {
  const rows = travel.filter(
    ({ detector, cut_off, set }) => detector === 'default' && cut_off === 'target=0.01' && set.startsWith('cmu odd'),
  );
  if (rows.length === 0) return '';
  const mean = (figure: 'fmr' | 'fnmr') => rows.reduce((sum, row) => sum + row[figure], 0) / rows.length;
  return ` Apart from these, on the odd-numbered people of CMU: ${rate(mean('fmr'), 4)} let in, ${rate(mean('fnmr'), 2)} refused.`;
}

/** Most that a cut-off for .01 may let in on a text it was not set on, and in the mean over such texts, to be called one that travels. */
const TRAVELS = { worst: 0.06, mean: 0.03 } as const;

function literalCondition({ fmr_mean, fmr_worst }: TravelSummary): string {
  const holds = fmr_worst <= TRAVELS.worst && fmr_mean <= TRAVELS.mean;
  const figures = ` A cut-off set for .01 on the even-numbered people of CMU alone and applied unchanged let in ${rate(fmr_mean, 3)} in the
  mean and ${rate(fmr_worst, 3)} at worst`;
  const bounds = `at most ${TRAVELS.mean} in the mean and ${TRAVELS.worst} anywhere`;
  return holds
    ? `${figures}, within the condition that a threshold set there should travel (${bounds}).`
    : `${figures}: the condition that a threshold set on CMU alone travels (${bounds})
  **does not hold**. The shipped cut-offs therefore rest on phrases glued from the free text of Aalto typists: people are easier told apart by CMU's dense practice
  of one text, so that a cut-off from there alone is too lax elsewhere. They are stricter, and on CMU they refuse more of the own entries for it.`;
}

/** Killourhy & Maxion 2009, table 2, scaled Manhattan. */
const PUBLISHED = 0.0962;

function reference({ rows }: Report): string {
  const own = find(rows, 'cmu-static', 'default', 'novice', 200);
  const known = find(rows, 'cmu-static', 'scaled-manhattan', 'novice', 200);
  if (own === undefined || known === undefined) return '';
  const published = rate(eer(known)) === rate(PUBLISHED) ? ', as published' : ` (published: ${rate(PUBLISHED)})`;
  return `On the published protocol (200 entries enrolled, novices) scaled Manhattan gives ${rate(eer(known))}${published}; the default detector ${rate(eer(own))} ${interval(own.eer_user_ci)}. Systems that
  train on other users' entries of the same text have reported .055 (GMM-UBM), .035 (deep belief net) and .007 (Siamese network); they need those entries.`;
}

function classical({ rows }: Report): string {
  const [young, old] = [10, 200].map((n) => find(rows, 'cmu-static', 'random-forest-summary', 'novice unknown', n)?.at_classical);
  if (young === undefined || old === undefined) return '';
  const meaning =
    Math.min(young.fnmr, old.fnmr) > 0.5
      ? ': which of the enrolled it is most like is another question than whether it is the customer'
      : '';
  return `The classical forest over all customers, at its threshold of .7 of the trees, refuses ${rate(young.fnmr, 3)} of the own entries with ten enrolled and ${rate(old.fnmr, 3)} with 200, and
  lets in ${rate(young.fmr, 4)} and ${rate(old.fmr, 4)} of strangers${meaning}.`;
}

/** Whether the people whom no number was chosen on are judged as well as all. */
function oddPeople({ rows, rows_odd }: Report): string {
  const pairs = rows_odd.flatMap((odd) => {
    const whole = find(rows, odd.suite, odd.detector, odd.condition, odd.enrol);
    return odd.detector === 'default' && whole !== undefined ? [{ odd, whole }] : [];
  });
  if (pairs.length === 0) return '';
  const worse = pairs.filter(({ odd, whole }) => eer(odd) > eer(whole)).length;
  const outside = pairs.filter(({ odd, whole: { eer_user_ci: ci } }) => ci !== null && eer(odd) > ci[1]).length;
  return `No number of the default detector was chosen on the odd-numbered people of CMU. Of its ${pairs.length} rows there, theirs has a higher equal error rate than that of
  all in ${worse}, above the interval of all in ${outside}.`;
}

function limits({ rows }: Report): string[] {
  const users = rows.filter((row) => row.users > 0 && !isFaceRow(row) && !isWindowRow(row)).map((row) => row.users);
  const people = users.length === 0 ? '' : ` (${Math.min(...users)} to ${Math.max(...users)} a row)`;
  return [
    `Impostors here make no effort: nobody imitated, recorded or simulated a customer. See the page on attacks for those who do.`,
    `Few people${people}, students and staff, one session or a few weeks, one keyboard or one kind of tablet a set. An interval over people says
  what another draw of such people would give, not what other people on other devices would.`,
    `CMU is dense practice: 50 entries a sitting. Four logins a day over months are another matter; the weekly cap of the product's rule is simulated with four a day.`,
    `The form of the calibration was chosen with GREYC-NISLAB, Keystroke100 and MOBIKEY in view: their rates may flatter, and a new text may do worse.`,
    `A false match rate under 3 / attempts is not shown by any row, and pairs of the same people are not independent.`,
  ];
}
