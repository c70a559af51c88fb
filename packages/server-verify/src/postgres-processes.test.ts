import { afterEach, beforeEach, it } from 'vitest';
import { postgres } from './postgres';
import { expectWholeTransactions } from './testing-killed-writers';
import { type TestDatabase, testDatabase } from './testing-postgres';

const acknowledgements = process.env.TACIT_SOAK === '1' ? 2_000 : 50;

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
}, 60_000);
afterEach(() => database.close());

it('keeps whole transactions of two processes, and all that were acknowledged, when both are killed', async () => {
  await expectWholeTransactions(database.url, () => postgres({ connectionString: database.url }), acknowledgements);
}, 300_000);
