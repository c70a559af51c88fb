import { rmSync } from 'node:fs';
import { issueChallenge, readChallenge } from '/work/main/packages/server-verify/src/challenges';
import { judgeOnce } from '/work/main/packages/server-verify/src/judge-once';
import { memoryStore } from '/work/main/packages/server-verify/src/memory-store';
import { sqlite } from '/work/main/packages/server-verify/src/sqlite';
import { startedTestContext } from '/work/main/packages/server-verify/src/testing-context';
import { reserveAttempt, settleAttempt } from '/work/main/packages/server-verify/src/throttle';
import { audit } from '/work/main/packages/server-verify/src/audit-log';
import { randomBytes } from 'node:crypto';
const body = { password: 'x'.repeat(16), typing: { version: 1, mode: 'secret', keys: Array.from({ length: 16 }, (_, i) => [null, i * 1500, i * 1500 + 900]) } };
async function measure(name: string, n: number, work: (i: number) => Promise<unknown>) {
  for (let i = 0; i < Math.min(500, n); i++) await work(-1 - i);
  const c = process.cpuUsage(), t = performance.now();
  for (let i = 0; i < n; i++) await work(i);
  const u = process.cpuUsage(c);
  console.log(name.padEnd(44), 'cpu', ((u.user + u.system) / 1000 / n).toFixed(3), 'ms  wall', ((performance.now() - t) / n).toFixed(3), 'ms');
}
const path = '/tmp/s1-measure.db';
for (const [name, store] of [['memory', memoryStore()], ['sqlite', sqlite(path)]] as const) {
  const ctx = Object.assign(await startedTestContext({ store }), { random: (n: number) => new Uint8Array(randomBytes(n)) });
  const ctx2 = { ...ctx, newId: () => randomBytes(16).toString('base64url') };
  await store.transaction((tx) => ctx.createDataKey(tx, 'alice'));
  const keys = [{ kind: 'user', value: 'a' }, { kind: 'address', value: 'b' }] as const;
  await measure(`${name}: get + put transaction`, 2000, (i) => store.transaction(async (tx) => { await tx.get('mail', 'alice', 'a'); await tx.put({ kind: 'mail', subject: 'alice', id: 'a', body: new Uint8Array(300), at: 1, due: 5 + (i & 1) }); }));
  await measure(`${name}: issue + read challenge`, 2000, async () => { const { challenge } = await issueChallenge(ctx2, { purpose: 'login', binding: 'b' }); await readChallenge(ctx2, challenge, { purpose: 'login', binding: 'b' }); });
  const n = 2000;
  const ch: any[] = []; for (let i = 0; i < n + 500; i++) { const { challenge } = await issueChallenge(ctx2, { purpose: 'login' }); ch.push(await readChallenge(ctx2, challenge, { purpose: 'login' })); }
  let at = 0;
  await measure(`${name}: judgeOnce, bare`, n, () => judgeOnce(ctx2, { challenge: ch[at++], body, idempotencyKey: 'k', judge: async () => ({ outcome: { ok: true } }) }));
  const ch2: any[] = []; for (let i = 0; i < n + 500; i++) { const { challenge } = await issueChallenge(ctx2, { purpose: 'login' }); ch2.push(await readChallenge(ctx2, challenge, { purpose: 'login' })); }
  at = 0;
  await measure(`${name}: judgeOnce + throttle(2) + audit`, n, () => judgeOnce(ctx2, { challenge: ch2[at++], body, idempotencyKey: 'k', reserve: async (tx) => { await reserveAttempt(ctx2, tx, keys); }, judge: async () => ({ outcome: { ok: true }, effects: async (tx) => { await settleAttempt(ctx2, tx, keys, { success: true }); await audit(ctx2, tx, { chain: 'alice', type: 'sign-in', reason: 'ok' }); } }) }));
  await store.close();
}
rmSync(path, { force: true }); rmSync(path + '-wal', { force: true }); rmSync(path + '-shm', { force: true });
