import { formatMarkdown } from '../../../speed/src/table';
import { rate } from '../report-table';
import type { TrustReport, TrustRow } from '../session/trust-figures';
import { AGE_TITLES, CHOICE_HEADER, choiceTable, TRUST_HEADER, trustTable } from '../session/trust-table';

/** What the page says of trust over time; empty where its thresholds were not chosen. */
export function trustSection(trust: TrustReport | undefined): string {
  if (trust === undefined || trust.rows.length === 0) return '';
  return [
    `### Trust over time, in hours\n\n${INTRODUCTION}`,
    trust.rows.flatMap(meaning).join('\n'),
    formatMarkdown(TRUST_HEADER, trustTable(trust), 4),
    `What each half of the people chose, and what that did on the other half:\n\n${formatMarkdown(CHOICE_HEADER, choiceTable(trust), 4)}`,
  ].join('\n\n');
}

const INTRODUCTION = `The product's own \`sessionTrust\`: a risk of .5 is placed at one false alarm in 10 hours of a customer's activity, .7 at one in 100. Hours of activity are the sum of the times between two events (key
presses, or ends of pointer actions) of at most 60 s, by the data's own clock; longer gaps, and what lies between two recordings, do not count. Recordings follow each other in order of time, and doubts go on
over them, but each recording has a beginning of its own. At an alarm a factor passes at once, and doubts begin anew; at the higher level nothing is asked for before. Windows of 50 keys and of 10 actions.

Each part has two sums: of windows beside the template, and beside the session's own beginning (from 200 keys, and 60 actions, on). Either may raise an alarm, so each is placed at half as many: at one in 20 hours and in 200.
The second is of one day and one person: the beginning learns on from what leaves no doubt, that of the pointer until it has 120 actions. At an alarm it stays as it is, where the product begins anew
with who has answered, so that who is asked once is asked more often here. Where the other person takes over the customer has worked for a while, as long as his last recording; who was there from the start is left to the first.

How thresholds are found: each half of the people chooses for the other. Where three false alarms and more are expected in the hours that there are, the threshold is \`observed\`, the least from which on they are as rare
as asked for. Else it is \`extrapolated\`: a straight line of ln(alarms an hour) over the threshold, through those that 3 to 30 alarms reached, weighted by the alarms. The product takes the greatest threshold that any half
of any condition chose, up to the next half of a nat. \`C\` is in nats, of typing, then of the pointer, beside the template / beside the beginning. \`*\`: fewer than three false alarms are expected in these hours, so their number says little.

Rows of typing and pointer together are of people who type as one person does and point as another, both in turns; hours of both add up.`;

function meaning(row: TrustRow): string[] {
  if (row.level !== 'medium' || row.streams === 'pointer' || row.detector !== 'trained') return [];
  const [low, high] = row.false_alarms_per_hour_ci ?? [Number.NaN, Number.NaN];
  const { seconds, keys, actions } = row.detected;
  const amounts = [keys === null ? [] : `${keys.median} keys`, actions === null ? [] : `${actions.median} actions`].flat();
  const noticed =
    seconds.median === null
      ? 'fewer than half of the others are noticed'
      : `half of the others are noticed within ${Math.round(seconds.median)} s of their activity (${amounts.join(', ')})`;
  return [
    `- ${row.streams === 'typing' ? 'Typing' : 'Typing and pointer'}, ${AGE_TITLES[row.template]}, medium risk: ${noticed}; ${rate(row.never, 3)} never, of streams of ${Math.round(row.stream_median)} s. False alarms: ${row.false_alarms} in ${row.hours.toFixed(1)} h, [${rate(low, 3)}, ${rate(high, 3)}] an hour.`,
  ];
}
