import { formatMarkdown } from '../../../speed/src/table';
import type { Report } from '../report';
import { interval, rate } from '../report-table';

/** Templates that learn: rows, the first days, and what was learned. */
export function adaptiveSection({ curves, learning }: Report, rows: string, picture: (name: string) => string): string {
  const days = curves.filter(({ suite }) => suite === 'cmu-adaptive');
  const header = ['entries', 'eer_user', '95 %', 'eer_global', 'fnmr@1%', 'fmr/fnmr at .01'];
  const tables = days.flatMap(({ detector, condition, points }) => [
    `First days, ${detector}, ${condition}`,
    ...points.map((point) => [
      `${point.from}-${point.attempts}`,
      rate(point.eer_user),
      interval(point.eer_user_ci),
      rate(point.eer_global),
      rate(point.fnmr_at_fmr_1pct, 3),
      `${rate(point.fmr_at_threshold)} / ${rate(point.fnmr_at_threshold, 3)}`,
    ]),
  ]);
  const learned = learning.map((each) => [
    `${each.detector}, ${each.condition}`,
    rate(each.own_learned, 3),
    rate(each.own_learned_least, 3),
    rate(each.foreign_learned, 4),
    rate(each.foreign_share, 4),
    rate(each.foreign_share_most, 3),
  ]);
  const learnedHeader = [
    'template',
    'own entries learned',
    'least of any customer',
    "others' attempts learned",
    "others' share of all learned",
    'most of any template',
  ];
  return `## Learning as it goes: CMU

Enrolled on entries 1-5, then 6-400 in order of time; one attempt in ten is a random other person's, half of those novices. Genuine entries are scored
before they may be learned, and count from 201 on; impostors meet the template as it stands after 200, 250, 300 and 350 entries. Four logins a day.

- \`gate=timing\`: learned by the score alone, unsupervised. The figure to compare with other work.
- \`gate=product\`: the product's rule. While the template has fewer than 20 entries every login carries an independent factor; then one in ten does, drawn
  by chance. What typing alone accepts waits in quarantine, and \`judgeRelease\` says what becomes of it when a factor passes.
- \`gate=product release=10\`: the same, but a factor releases up to ten of the entries in quarantine, those most like the verified ones. The page on attacks
  says what that costs against somebody who types alike.
- \`gate=product-step-up\`: the same, and a genuine entry that typing refuses is followed by the code, so that it too is verified.

${picture('det-cmu-adaptive')}
${rows}

### What was learned

Shares of all that was learned count an entry as often as it counts in the template: a verified one several times.

${formatMarkdown(learnedHeader, learned)}

${picture('first-days-novice')}
${picture('first-days-practised')}
${formatMarkdown(header, tables, 3)}`;
}
