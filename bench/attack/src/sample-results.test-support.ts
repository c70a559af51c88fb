import { CHECK_IDS, type CheckId } from '@tacit-auth/models';
import { assemble } from './assemble';
import { ATTACKS } from './attacks';
import { CLOCKS } from './genuine-job';
import { TEMPLATE_SIZES } from './people';
import { CONDITIONS, RULES } from './poisoning-job';
import type { Report } from './report';
import type { JobResult } from './run-job';

const byCheck = (replayed: number) => ({ ...Object.fromEntries(CHECK_IDS.map((id) => [id, 0])), replayed }) as Record<CheckId, number>;

/** A made-up result of one victim: of every attack so many tries, 2 of them refused as replays, so many let in. */
export function sampleResult(person: number, { tries, accepted }: { tries: number; accepted: number }): JobResult {
  return {
    person,
    attacks: TEMPLATE_SIZES.map((size) => ({
      size,
      counts: ATTACKS.map(({ name }) => ({ attack: name, tries, checked: 2, byCheck: byCheck(2), steppedUp: 1, accepted: [accepted, 0] })),
    })),
    genuine: {
      clocks: CLOCKS.map((step) => ({ step, entries: 200, checked: person, byCheck: byCheck(person) })),
      templates: TEMPLATE_SIZES.map((size) => ({ size, entries: 50, refused: [10, 30] })),
    },
    impostor: person + 1,
    poisoning: CONDITIONS.flatMap((condition) =>
      RULES.flatMap(({ name }) =>
        [false, true].map((poisoned) => {
          const learned = poisoned && name === 'release all' ? 0.2 * person : 0;
          return {
            rule: name,
            condition,
            poisoned,
            accepted: 0.2 + learned,
            refused: 0.1,
            tries: 100,
            letIn: 20,
            quarantined: 15,
            learned: poisoned && name.startsWith('release') ? 10 : 0,
            template: `${person}${poisoned && name === 'release all' ? ' poisoned' : ''}`,
          };
        }),
      ),
    ),
  };
}

export function sampleReport(accepted: number): Report {
  return assemble(
    [0, 1, 2].map((person) => sampleResult(person, { tries: 5_000, accepted })),
    { seed: 7, people: 51 },
  );
}
