import { formatMarkdown } from '../../../speed/src/table';
import type { Report } from '../report';
import { rate } from '../report-table';
import type { SessionRow } from '../session/session-figures';
import { sessionTables } from '../session/session-table';
import { trustSection } from './trust-section';

/** What the page says of evidence over a whole session; empty where it was not measured. */
export function sessionSection({ session }: Pick<Report, 'session'>, picture: (name: string) => string): string {
  if (session === undefined || session.rows.length === 0) return '';
  return [
    `## Sessions in which somebody takes over\n\n${INTRODUCTION}`,
    meaning(session.rows).join('\n'),
    picture('session-keys'),
    picture('session-actions'),
    ...sessionTables(session.rows).map(({ header, rows }) => formatMarkdown(header, rows, 4)),
    trustSection(session.trust),
    `### What these figures do not say\n\n${LIMITS}`,
  ]
    .filter((part) => part.trim() !== '')
    .join('\n\n');
}

const INTRODUCTION = `A customer's stream of windows, and the same stream with another person at the keyboard or pointer from some place within its last window on. Evidence adds up by the product's own sum
(\`sequentialEvidence\`, Page's CUSUM, no window counting for more than 4): an alarm where it reaches \`h\`, which begins anew. \`h\` is chosen on half of the people, as the least from which on false alarms
are as rare as asked for; all figures are of the other half, customers and those who take over alike. What is said of rarity is so an estimate: see the interval, and on how many keys or actions it rests.

Keys, actions: what the other person did from the switch to the alarm (ANIA; where half and nine in ten of all switches were noticed, with those that never were); false alarms in 10,000 of the customer's own
(10,000 / ANGA). \`by 100\`: share of switches noticed by then. \`never\`: not noticed by the end of the other person's stream.

- Aalto: five sentences enrol, the ten later ones of the same sitting are the stream, so this is a session with its own enrolment at its beginning. Villani: three sessions enrol, three sessions of later days are the
  stream: this is what a template across days can do. SapiMouse: three minutes enrol, one later minute is the stream. Balabit: three long sessions enrol, the others are the stream.
- \`trained\`: the population is of Aalto's people who train; for Balabit of SapiMouse's, on other devices and other work. \`window-plda\`: of the other fold of the same set. \`default\`: the population that ships, and for
  Villani, which is part of it, one made alike without the people under test (\`cross-fit\`). \`session-forest\`: the classical isolation forest on session vectors, for comparison.`;

const LIMITS = `- Whoever takes over makes no effort to be the customer, and begins to work at once.
- Thresholds chosen on one sitting do not hold across days: compare \`h\` of Aalto and Villani. Take those of days.
- A threshold for one false alarm in 10,000 rests on a handful of false alarms of people apart, on SapiMouse on none or one.
- Streams end: where half was not noticed by then, the table says \`>\` and their length. Median and p90 have the grain of a window.`;

function meaning(rows: readonly SessionRow[]): string[] {
  const sentence = (detector: string, condition: string, target: number, what: string) => {
    const row = rows.find((each) => each.detector === detector && each.condition === condition && each.target_per_10k === target);
    if (row === undefined || row.false_alarms_per_10k === null) return [];
    const [low, high] = row.false_alarms_per_10k_ci ?? [Number.NaN, Number.NaN];
    const noticed =
      row.detected_median === null
        ? `fewer than half of the others are noticed within ${row.stream_median} ${row.unit}`
        : `half of the others are noticed within ${row.detected_median} ${row.unit}${row.detected_p90 === null ? '' : `, nine in ten within ${row.detected_p90}`}`;
    return [
      `- ${what}, at h = ${row.threshold}: ${noticed}; ${rate(row.never, 3)} never. False alarms in 10,000 ${row.unit}: ${row.false_alarms_per_10k.toPrecision(2)} [${low.toPrecision(2)}, ${high.toPrecision(2)}] (asked for: ${target}).`,
    ];
  };
  return [
    ...sentence('trained', 'villani-freetext keys=50', 1, 'Typing, across days'),
    ...sentence('trained', 'villani-freetext keys=50', 10, 'Typing, across days, with more false alarms'),
    ...sentence('trained', 'aalto-desktop keys=50', 1, 'Typing, within one sitting'),
    ...sentence('default', 'villani-freetext keys=50 cross-fit', 1, 'Typing, across days, population as shipped'),
    ...sentence('window-plda', 'sapimouse actions=10', 100, 'Pointer, one page'),
    ...sentence('trained', 'balabit actions=20', 100, "Pointer, remote work, another site's population"),
  ];
}
