import { formatMarkdown } from '../../../speed/src/table';
import type { Report, ReportRow } from '../report';
import { interval, rate } from '../report-table';
import { populationLines } from '../windows/population-lines';
import { WINDOW_HEADER, windowTable } from '../windows/window-table';

/** What the page says of free text; empty where it was not measured. */
export function freeTextSection(report: Report, picture: (name: string) => string): string {
  const { free_text } = report;
  if (free_text === undefined || free_text.rows.length === 0) return '';
  const of = (set: string) => free_text.rows.filter(({ condition }) => condition.split(' ')[0] === set);
  const tables = SETS.flatMap(({ name, title, text }) => {
    const rows = of(name);
    return rows.length === 0 ? [] : [`### ${title}\n\n${text}\n\n${formatMarkdown(WINDOW_HEADER, windowTable(rows), 4)}`];
  });
  const lines = populationLines({ free_text }).map((line) => `- ${line}.`);
  return [
    `## Free text\n\n${INTRODUCTION}`,
    [...meaning(free_text.rows), ...lines].join('\n'),
    picture('free-text-keys'),
    picture('free-text-enrolment'),
    ...tables,
    `### What these figures do not say\n\n${LIMITS}`,
  ]
    .filter((part) => part.trim() !== '')
    .join('\n\n');
}

const INTRODUCTION = `Windows of key classes and times, whatever was typed; what is longer than 50 keys is judged as several windows together. Rows \`trained\`: the population is learned from other people of
Aalto's set, as a bank learns it from its own customers. Rows \`default\`: the population that ships, which was learned from the people of villani-freetext and monaco-fable; on those two sets it
is therefore learned again in five folds by person (\`cross-fit=5\`), and nobody is tested, as a customer or as an impostor, by a population that he trained: 34 people are in both sets under numbers of their own in each, and are in one fold. \`n\`: enrolled sentences or sessions.
Impostors: one probe of each other person, unless the row says otherwise. \`centred\`: the population is centred on the enrolled templates, without knowing who is who.`;

const SETS = [
  {
    name: 'aalto-desktop',
    title: 'Aalto: sentences of one sitting',
    text: `Each sentence enrols with its first 50 keys. \`protocol=5x50\`: sentences 11-15 are probes one at a time, cut to 50 keys, against all templates, which tells how unlike people are; it has no other day
in it. Other rows: probes of exactly so many keys from sentences 6-15 on end (11-15 where ten enrol). \`clock=16ms\`: all times floored to a clock of 16 ms, on both sides or of the probe only, which tells whether the clock and not
the person was recognised.`,
  },
  {
    name: 'villani-freetext',
    title: 'Villani: letters on several days',
    text: `Sessions of 500 keys, the first ones enrol whole, the later ones are cut into probes. The honest figures of this page for other days; the clock ticks at 15.6 ms, and the people are 55 students.`,
  },
  {
    name: 'monaco-fable',
    title: 'Fable: copied text',
    text: `Sessions of 100 keys of the same text, the first one or two enrol, the last two are probes; 200 keys are both together. It tells nothing of other texts, as everybody typed the same.`,
  },
];

const LIMITS = `- Impostors make no effort: nobody recorded, imitated or simulated a customer.
- Aalto's people sat once, on their own computers and keyboards: some of what is recognised is the keyboard, and nothing tells of another day. Villani's figures do.
- English on keyboards with the letters of QWERTY. Nothing of touch screens.
- One window is no verdict: see what a false match rate of .001 refuses. Evidence adds up over windows; see what a session needs.
- Populations of other people may serve less: the gap between \`trained\` and \`default\` on Aalto is one such step.`;

function meaning(rows: readonly ReportRow[]): string[] {
  const find = (detector: string, condition: string, enrol: number) =>
    rows.find((row) => row.detector === detector && row.condition === condition && row.enrol === enrol);
  const sentence = (row: ReportRow | undefined, what: string) =>
    row === undefined
      ? []
      : [
          `- ${what}: equal error rate ${rate(row.eer_global)} ${interval(row.eer_global_ci)} with one threshold for all, ${rate(row.eer_user)} ${interval(row.eer_user_ci)} with one each.`,
        ];
  return [
    ...sentence(find('trained', 'aalto-desktop keys=50 protocol=5x50', 5), 'Aalto, five sentences against one, population of its own kind'),
    ...sentence(find('default', 'aalto-desktop keys=50 protocol=5x50', 5), 'The same by the shipped population'),
    ...threshold(find('trained', 'aalto-desktop keys=50 protocol=5x50', 5), find('default', 'aalto-desktop keys=50 protocol=5x50', 5)),
    ...sentence(
      find('trained', 'villani-freetext sessions=3 keys=200', 3),
      'Other days: Villani, three sessions against 200 keys, population of Aalto',
    ),
    ...sentence(find('default', 'villani-freetext sessions=3 keys=200 cross-fit=5', 3), 'The same by the shipped kind of population'),
    ...clock(
      find('trained', 'aalto-desktop keys=50 protocol=5x50', 5),
      find('trained', 'aalto-desktop keys=50 protocol=5x50 clock=16ms', 5),
    ),
  ];
}

/** Whether thresholds hold on people of another kind than those who trained. */
function threshold(own: ReportRow | undefined, other: ReportRow | undefined): string[] {
  const [kept, travelled] = [own, other].map((row) => row?.at_targets.find(({ target_fmr }) => target_fmr === 0.01));
  if (kept === undefined || travelled === undefined) return [];
  const meaning = travelled.fmr > 1.5 * kept.fmr ? ': a calibration belongs to its population, and a bank should train its own' : '';
  return [
    `- The threshold for a false match rate of .01 let in ${rate(kept.fmr)} with the population of its own kind and ${rate(travelled.fmr)} with the shipped one${meaning}.`,
  ];
}

function clock(exact: ReportRow | undefined, coarse: ReportRow | undefined): string[] {
  if (exact === undefined || coarse === undefined) return [];
  const cost = (coarse.eer_global ?? Number.NaN) - (exact.eer_global ?? Number.NaN);
  return [
    `- Times floored to 16 ms on both sides cost ${rate(Math.max(cost, 0))} of the equal error rate${cost < 0.01 ? ': it is not the clock that is recognised' : ''}.`,
  ];
}
