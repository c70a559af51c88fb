// Run as a process of its own by the test of retraining: signs a customer in with the code for ever, and prints each login that is learned.
import { writeSync } from 'node:fs';
import { sqlite } from './sqlite';
import { createTypist } from './testing-typists';
import { testVerifier } from './testing-verifier';

const [path] = process.argv.slice(2) as [string];
const bank = await testVerifier({ store: sqlite(path), seed: 77 });
const typist = createTypist(1, { day: 9 });
const card = await bank.giveCard('anna');
for (let i = 1; ; i++) {
  const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
  const { matched } = await bank.answer('anna', card, { heldSample });
  if (!matched) {
    throw new Error('the code was refused');
  }
  writeSync(1, `${i}\n`);
}
