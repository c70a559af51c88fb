import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Flows } from '@tacit-auth/server-verify';

const TERMS = '2026-11';
const DEMO = { identifier: 'demo@fernhill.example', name: 'Dana Demo', password: 'quiet orchard lantern 42' };
const OPERATOR = { identifier: 'operator@fernhill.example', name: 'Olive Operator', password: 'patient harbour signal 58' };

/** Makes the demo customer and the operator when the bank opens for the first time; returns what a visitor should try. */
export async function seedPeople({ flows, dataFolder }: { flows: Flows; dataFolder: string }): Promise<string> {
  const notes = join(dataFolder, 'demo-people.txt');
  if (!existsSync(notes)) {
    await makePeople({ flows, notes }).catch((cause: unknown) => {
      throw new Error(
        `The demonstration's people could not be made. If an earlier first start was cut off more than an hour ago, delete ${dataFolder} and start again.`,
        {
          cause,
        },
      );
    });
  }
  return `${readFileSync(notes, 'utf8')}
What to try
  1. Open an account of your own; mail that the bank sends you is on /mailbox.
  2. Sign in. Until typing has learned 20 of your entries it asks for your card as well, then it goes quiet.
  3. Let somebody else type your password.
  4. Add your face under My security, if there is a camera, and let somebody else look into it.
  5. Turn on the checks under My security, work for a while, and let somebody else go on.
  6. Sign in as the operator in another browser, and watch that session on /operator.
These notes are kept in ${notes}
`;
}

async function makePeople({ flows, notes }: { flows: Flows; notes: string }): Promise<void> {
  const customer = await flows.operators.createCustomer({
    ...DEMO,
    email: DEMO.identifier,
    profile: { name: DEMO.name },
    biometrics: 'granted',
    consentVersion: TERMS,
  });
  const operator = await flows.operators.createOperator({ ...OPERATOR, email: OPERATOR.identifier });
  // A real card is shown once and kept nowhere; these two people are made up, and their cards lie with the demonstration's data.
  const text = [
    `Demo customer  ${DEMO.identifier}  ${DEMO.password}`,
    customer.card.text,
    `Operator       ${OPERATOR.identifier}  ${OPERATOR.password}`,
    operator.card.text,
  ].join('\n\n');
  writeFileSync(notes, `${text}\n`, { mode: 0o600 });
}
