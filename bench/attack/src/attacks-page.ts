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

- **Stopped by checks**: share of the tries that some check refused; the last column says which. One try may fail several.
- **Let in**: share of all tries that passed every check and the score, with its 95 % interval by bootstrap over victims (where all tries came out alike, by the
  bound 3 / n). **Odd**: the same for the people of odd number, on whom no threshold was fitted. **Victims**: at whom any try succeeded.
- Templates are made of the last 100, or 20, entries before entry 201 and do not learn meanwhile; the server's history holds the last 200 entries, or those 20. Tries
  do not enter the history, so no try is refused for looking like the one before.
- Dictionaries and usual times are made of the practised entries of the people of the other half: a victim's own entries are never among them.
- One-time challenges, throttling, the second factor and alerts stand before and behind all this and are not counted. A recording that the server has never seen is
  the victim's own typing, and typing cannot refuse it; nor can it refuse an attacker who knows the victim's averages key by key.

${sizes.map((size) => `${sizeTable(report, size)}`).join('\n\n')}

${[...means].map(([attack, text]) => `- **${attack}**: ${text}`).join('\n')}

## The same checks on the owners

Entries 201-400 of every victim, each against the 200 before it, with the clock's step as said and times cut off to it.

${formatMarkdown(GENUINE_HEADER, genuineTable(report))}

Beside it the score: a template that has not learned for 50 entries.

${formatMarkdown(OWNER_HEADER, ownerTable(report))}

## Poisoning

The nearest of the other people (whose practised entries score highest on average against the owner's last 100) has the password. A template of 20 verified
entries sees 200 logins of its owner; before each a coin decides whether the other tries first, about 100 times in all, and he never has the independent factor. At
the end 100 entries that he has not sent before are tried: **poisoned** is the share let in. **Not poisoned**: the same, with the same tosses, where he never
tried. The difference is taken person by person, with its 95 % interval by bootstrap over owners. Four logins a day.

- \`product\`: one login of the owner in ten carries the independent factor.
- \`product-step-up\`: a refused entry asks for the factor too. The owner gives it; the other cannot, and each such failure drops what is in quarantine.
- **release all**: when a factor passes, the whole quarantine is learned. **release the likest**: of the quarantine, at most ten entries that score against the
  verified ones as the middle one of these does, and verified entries count three times. **verified only, once each**: nothing is released. **product rule**: nothing is
  released, and verified entries count three times. Under the last two his tries can change nothing, by construction; what the table adds is how often he is let in
  at all, and what the rule costs the owner.
- **Owner refused**: share of the owner's last 50 entries that typing refused.

${formatMarkdown(POISONING_HEADER, poisoningTable(report))}

## Limits

${formatMarkdown(LIMIT_HEADER, limitTable(limits))}
`;
}

function sizeTable(report: Report, size: number): string {
  return `## Templates of ${size} entries\n\n${formatMarkdown(ATTACK_HEADER, attackTable(report, size), 3)}`;
}
