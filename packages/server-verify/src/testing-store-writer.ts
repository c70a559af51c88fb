// Run as a process of its own by tests of stores: writes records for ever, and prints each number once it is acknowledged.
import { writeSync } from 'node:fs';
import { postgres } from './postgres';
import { sqlite } from './sqlite';

const [address, name] = process.argv.slice(2) as [string, string];
const store = address.startsWith('postgres:') ? postgres({ connectionString: address }) : sqlite(address);
await store.migrate();
for (let i = 0; ; i++) {
  await store.transaction(async (tx) => {
    await tx.insert({ kind: 'mail', subject: name, id: `first-${i}`, body: Buffer.from('{}'), at: i, due: null });
    const total = await tx.get('mail', '', 'total');
    const count = total === undefined ? 0 : Number(Buffer.from(total.body).toString());
    await tx.put({ kind: 'mail', subject: '', id: 'total', body: Buffer.from(String(count + 1)), at: 0, due: null });
    await tx.insert({ kind: 'mail', subject: name, id: `second-${i}`, body: Buffer.from('{}'), at: i, due: null });
  });
  writeSync(1, `${i}\n`);
}
