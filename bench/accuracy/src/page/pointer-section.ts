import { formatMarkdown } from '../../../speed/src/table';
import type { Report, ReportRow } from '../report';
import { interval, rate } from '../report-table';
import { populationLines } from '../windows/population-lines';
import { WINDOW_HEADER, windowTable } from '../windows/window-table';

/** What the page says of the pointer; empty where it was not measured. */
export function pointerSection(report: Report, picture: (name: string) => string): string {
  const { pointer } = report;
  if (pointer === undefined || pointer.rows.length === 0) return '';
  const of = (set: string) => pointer.rows.filter(({ condition }) => condition.split(' ')[0] === set);
  const tables = SETS.flatMap(({ name, title, text }) => {
    const rows = of(name);
    return rows.length === 0 ? [] : [`### ${title}\n\n${text}\n\n${formatMarkdown(WINDOW_HEADER, windowTable(rows), 4)}`];
  });
  const lines = populationLines({ pointer }).map((line) => `- ${line}.`);
  return [
    `## Pointer\n\n${INTRODUCTION}`,
    [...meaning(pointer.rows), ...lines].join('\n'),
    picture('pointer-actions'),
    ...tables,
    `### What these figures do not say\n\n${LIMITS}`,
  ]
    .filter((part) => part.trim() !== '')
    .join('\n\n');
}

const INTRODUCTION = `Actions (movements, clicks, drags) on a grid of time, so that how often a device reports is not what is recognised. No population of pointers ships: rows \`default\` are
insufficient, as the product is. Rows \`window-plda\`: the population is learned from other people of the same set. Rows \`trained\`: from the people of another folder. \`same-rate\` and \`same-client\`: only
impostors whose device reports as often as the customer's, which tells what is left when the device does not help.`;

const SETS = [
  {
    name: 'sapimouse',
    title: 'SapiMouse: a page with shapes to click and drag',
    text: `Two folds by person: half of the people train, the others are tested, and the other way round, so nobody under test, customer or impostor, ever trained. Enrolled on three minutes, tested on a later
minute, whole (\`session\`) or cut into blocks of seconds or of actions. Whole sessions are one genuine probe a person, so a threshold of one's own is trivially good there: ignore \`eer_user\`. The
task is one page, and the two recordings may be of one day: other days and other work are not told.`,
  },
  {
    name: 'balabit',
    title: 'Balabit: remote work',
    text: `\`known\`: the usual protocol, all ten people's training sessions in the population, the labelled test sessions against the account they claim. \`unknown\`: genuine test sessions, each also played against
the nine other accounts, by a population without its author; the account holder is in it, as there are ten people only. The clients report at 16 ms or at 109 ms: \`same-client\` pairs are the figures
to believe. Ten people: intervals are wide.`,
  },
];

const LIMITS = `- Nobody imitated a customer, and no program moved the pointer.
- Mice, touchpads and their gain are part of what is recognised, within a class of devices as well. A customer with another mouse is not in these figures.
- Under ten actions nothing should be decided; FNMR at a false match rate of .01 says what a single block is worth.
- Nothing of touch screens or pens.
- The method's constants were chosen on these very people. Two of them, chosen anew in each training half alone, gave the same
  figures; the others were not tried so. People whom nobody has looked at would be the clean check.`;

function meaning(rows: readonly ReportRow[]): string[] {
  const find = (condition: string) => rows.find((row) => row.detector === 'window-plda' && row.condition === condition);
  const sentence = (condition: string, what: string) => {
    const row = find(condition);
    return row === undefined
      ? []
      : [
          `- ${what}: area under the curve ${rate(row.auc)} ${interval(row.auc_ci)}, equal error rate ${rate(row.eer_global)} ${interval(row.eer_global_ci)} with one threshold for all.`,
        ];
  };
  return [
    ...sentence('sapimouse session', 'SapiMouse, a minute against three, impostors unknown to everybody'),
    ...sentence('sapimouse block=20s', 'SapiMouse, blocks of 20 s'),
    ...sentence('balabit session known', 'Balabit, the usual protocol'),
    ...sentence('balabit session unknown same-client', 'Balabit, unknown impostors on the same kind of client'),
  ];
}
