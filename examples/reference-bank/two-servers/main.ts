import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedDatabase } from './embedded-database';
import { startTwoServers } from './two-servers';

const folder = resolve(process.env.BANK_DATA ?? join(fileURLToPath(new URL('..', import.meta.url)), '.data-two'));
mkdirSync(folder, { recursive: true });

const given = process.env.BANK_DATABASE_URL;
if (given === undefined) process.stdout.write('starting PostgreSQL (a few seconds the first time)\n');
const database = given === undefined ? await startEmbeddedDatabase({ folder }) : { url: given, stop: async () => undefined };
process.stdout.write('starting two servers\n');
const bank = await startTwoServers({ databaseUrl: database.url, dataFolder: folder, port: Number(process.env.PORT ?? 3000) }).catch(
  async (error: unknown) => {
    await database.stop();
    throw error;
  },
);
const [first, second] = bank.servers;
process.stdout.write(`
Fernhill Bank is open on ${bank.origin}: two servers, one PostgreSQL

  first server    ${bank.addresses[0]}  process ${first.pid}
  second server   ${bank.addresses[1]}  process ${second.pid}

Kill one of them (kill -9 ${first.pid}) and go on: the other has every session. The people to sign in as are in ${join(folder, 'demo-people.txt')}
Ctrl-C ends all.
`);

let ending = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The package that brings PostgreSQL would end this process by itself, before its servers have ended.
  process.removeAllListeners(signal);
  process.on(signal, async () => {
    if (ending) return;
    ending = true;
    await bank.stop();
    await database.stop();
    process.exit(0);
  });
}
