import { COARSEST_JUDGED_CLOCK_MS } from '@tacit-auth/models';
import { WEEKLY_CAP } from '@tacit-internal/bench-shared/weekly-cap';
import { formatMarkdown } from '../../speed/src/table';
import type { JudgedLimit } from './limits';
import type { Report } from './report';
import {
  ATTACK_HEADER,
  attackTable,
  GENUINE_HEADER,
  genuineTable,
  LIMIT_HEADER,
  limitTable,
  OWNER_HEADER,
  ownerTable,
  POISONING_HEADER,
  poisoningTable,
  share,
} from './report-rows';

/** The page on attacks, made of one report. */
export function attacksPage(report: Report, limits: readonly JudgedLimit[]): string {
  const { victims, people, seed, attacks } = report;
  const sizes = [...new Set(attacks.map(({ size }) => size))];
  const means = new Map(attacks.map(({ attack, means }) => [attack, means]));
  return `# Attacks

Made by \`npm run bench:attack -- --docs\`; do not edit. Seed ${seed}; ${victims} victims of the ${people} people of the CMU password set (Killourhy & Maxion,
DSN 2009: one password, \`.tie5Roanl\`, 400 entries each).

Every attacker here has the right password; the question is what typing adds. Each try is made into the sample that a browser would send, goes through
\`parseTypingSample\`, the checks of \`checkTyping\` with the server's history, and \`defaultDetector\` with its threshold at a target of .01 (and .001), as
the product decides.

How to read the tables:

- **Stopped by checks**: share of the tries that some check refused; the last column says which. One try may fail several. **Clock too coarse**: share that no check
  refused, on a claimed clock of more than ${COARSEST_JUDGED_CLOCK_MS} ms. What claims one escapes checks, so such a try asks for the second factor however it scores; so does an owner whose browser has one.
- **Let in**: share of all tries that passed every check and the score, with its 95 % interval by bootstrap over victims (where all tries came out alike, by the
  bound 3 / n, with a star). That bound takes the tries for independent, which those at one victim are not: it says what more tries at the same victims would
  show, and of other people no more than their number can, which stands beside it. **Odd**: the same for the people of odd number. No threshold was
  fitted on them; the limits of the replay check were chosen by the others, but with these in view. **Victims**: at whom any try succeeded.
- Templates are made of the last 100, or 20, entries before entry 201 and do not learn meanwhile; the server's history holds the last 200 entries, or those 20. Tries
  do not enter the history, so no try is refused for looking like the one before.
- Dictionaries and usual times are made of the practised entries of the people of the other half: a victim's own entries are never among them.
- One-time challenges, throttling, the second factor and alerts stand before and behind all this and are not counted.${worst(report)}

${sizes.map((size) => `${sizeTable(report, size)}`).join('\n\n')}

${[...means].map(([attack, text]) => `- **${attack}**: ${text}`).join('\n')}

## The same checks on the owners

Entries 201-400 of every victim, each against the 200 before it, with the clock's step as said and times cut off to it.

${formatMarkdown(GENUINE_HEADER, genuineTable(report))}

Beside it the score: a template that has not learned for 50 entries.

${formatMarkdown(OWNER_HEADER, ownerTable(report))}

## Poisoning

The nearest of the other people (whose practised entries score highest on average against the owner's last 100) has the password. A template of 20 verified
entries sees 200 logins of its owner; before each a coin decides whether the other tries first, ${tries(report)} times on average, and he never has the independent factor. At
the end 100 entries that he has not sent before are tried: **poisoned** is the share let in. **Not poisoned**: the same, with the same tosses, where he never
tried. The difference is taken person by person, with its 95 % interval by bootstrap over owners. Four logins a day.

- \`product\`: one login of the owner in ten carries the independent factor.
- \`product-step-up\`: a refused entry asks for the factor too. The owner gives it; the other cannot, and each such failure drops what is in quarantine.
- **release all**: when a factor passes, the whole quarantine is learned. **release the likest**: of the quarantine, at most ten entries that score against the
  verified ones as the middle one of these does, and verified entries count three times. **verified only, once each**: nothing is released. **product rule**: nothing is
  released, and verified entries count three times.${unchanged(report)}
- All four run the same learning rule, that of the evaluation library with the server's cap of ${WEEKLY_CAP} entries a week in quarantine, and differ in these numbers alone.
- **Owner refused**: share of the owner's last 50 entries that typing refused.

${formatMarkdown(POISONING_HEADER, poisoningTable(report))}

## Limits

${formatMarkdown(LIMIT_HEADER, limitTable(limits))}
`;
}

/** The attacks that got in more often than not, by their figures. */
function worst({ attacks }: Report): string {
  const names = [...new Set(attacks.map(({ attack }) => attack))];
  const often = names.flatMap((name) => {
    const rates = attacks.filter(({ attack }) => attack === name).map(({ accepted }) => accepted[0]?.rate.rate ?? 0);
    return rates.some((rate) => rate > 0.5) ? [`${name} (${rates.map((rate) => share(rate)).join(', ')})`] : [];
  });
  if (often.length === 0) return ' No attack got in with more than half of its tries.';
  const sizes = [...new Set(attacks.map(({ size }) => size))].join(' and ');
  return ` What got in with more than\n  half of its tries, on templates of ${sizes} entries: ${often.join('; ')}. Against these typing alone does not help.`;
}

/** Tries of an attacker that poisons, on average over victims. */
function tries({ poisoning, victims }: Report): string {
  const row = poisoning.find(({ people }) => people === 'all');
  return row === undefined ? '-' : (row.tries / victims).toFixed(0);
}

/** What the rules that release nothing made of the tries. */
function unchanged({ poisoning }: Report): string {
  const rows = poisoning.filter(({ rule }) => ['verified only, once each', 'product rule'].includes(rule));
  const changed = rows.filter(
    ({ learned, changed, difference }) =>
      learned > 0 || changed > 0 || difference.rate !== 0 || difference.low !== 0 || difference.high !== 0,
  );
  if (rows.length === 0) return '';
  if (changed.length === 0) {
    return ` Under the last two the difference is 0 by\n  construction: what an independent factor has not verified is never learned, so that every template at the end is, byte for byte, the one without his tries.\n  The limits below fail where that no longer holds. What the table adds is how often he is let in at all, and what the rule costs the owner.`;
  }
  const named = changed.map(({ rule, condition, people, difference }) => `${rule}, ${condition}, ${people}: ${share(difference.rate)}`);
  return ` The last two are to learn nothing of him, yet his tries changed something: ${named.join('; ')}.`;
}

function sizeTable(report: Report, size: number): string {
  return `## Templates of ${size} entries\n\n${formatMarkdown(ATTACK_HEADER, attackTable(report, size), 3)}`;
}
