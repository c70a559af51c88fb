import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, vi } from 'vitest';
import { dropTestStores } from './testing-stores';

// The flows' own tests once more, on stores in PostgreSQL: all of them in the long form, those that touch most kinds of records in the short one.
vi.stubEnv('TACIT_TEST_STORE', 'postgres');
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const folder = fileURLToPath(new URL('./flows', import.meta.url));
/** These step a clock of their own while the store is at work, and have a test with PostgreSQL of their own where it matters. */
const STEPPED = ['continuous.test.ts', 'session-risk-servers.test.ts'];
const suites =
  process.env.TACIT_SOAK === '1'
    ? readdirSync(folder).filter((name) => name.endsWith('.test.ts') && !STEPPED.includes(name))
    : ['lost-card.test.ts'];

// Hooks of a suite are for it alone.
describe.each(suites)('%s on PostgreSQL', async (suite) => {
  await import(`${folder}/${suite}`);
});

afterAll(dropTestStores);
