// Run as a process of its own by the test of retraining: signs a customer in with the code for ever, and prints how many logins were learned after each of them.
import { writeSync } from 'node:fs';
import { sqlite } from './sqlite';
import { createTypist } from './testing-typists';
import { testVerifier } from './testing-verifier';

const [path] = process.argv.slice(2) as [string];
const bank = await testVerifier({ store: sqlite(path), seed: 77 });
const typist = createTypist(1, { day: 9 });
const card = await bank.giveCard('anna');
for (let learned = 0; ; ) {
  const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
  const { matched } = await bank.answer('anna', card, { heldSample });
  if (!matched) {
    throw new Error('the code was refused');
  }
  // One of some hundred is so like an earlier one that it passes for a recording of it.
  learned += heldSample === undefined ? 0 : 1;
  writeSync(1, `${learned}\n`);
}
