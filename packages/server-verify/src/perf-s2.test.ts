import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';
import { memoryStore } from './memory-store';
import { sqlite } from './sqlite';
import { createTypist } from './testing-typists';
import { testVerifier } from './testing-verifier';
import { Session } from 'node:inspector/promises';
import { writeFileSync } from 'node:fs';
import { keyring, envKey, generateKey } from '@tacit-auth/crypto';
import { createVerifier } from './verifier';

for (const name of ['memory', 'sqlite', 'memory-cold']) {
  it(`perf ${name}`, async () => {
    const store = name === 'sqlite' ? sqlite(join(mkdtempSync(join(tmpdir(), 'perf-')), 'p.db')) : memoryStore();
    const verifier = createVerifier({ store, keys: keyring({ provider: envKey('K', { env: { K: generateKey() } }) }), policy: { typing: { weeklyLearningCap: 1000 }, registration: { passwordEntries: 5 } }, timer: { set: () => undefined, clear: () => undefined } });
    await verifier.start();
    const N = name === 'memory-cold' ? 700 : 1;
    const typists = Array.from({ length: N }, (_, i) => createTypist(1 + i, { keys: 11, spread: N === 1 ? 0.08 : 0.2 }));
    const samples = typists.map((t) => t.samples(50));
    const { verifierContext } = await import('./verifier-internals');
    const { settleHeldSample, judgeTyping } = await import('./judge-typing');
    const ctx = verifierContext(verifier);
    for (let i = 0; i < N; i++) {
      const subject = `u${i}`;
      await verifier.recordConsent({ subject, biometrics: 'granted', version: '1' });
      const { challenge } = await verifier.issueChallenge({ subject, purpose: 'enrol-typing' });
      await verifier.enrolTyping({ subject, challenge, samples: samples[i]! });
      await verifier.activate({ subject });
    }
    if (N === 1) {
      for (let i = 0; i < 60; i++) {
        const s = ctx.subjectOf('u0');
        const { effects } = await judgeTyping(ctx, { subject: s, sample: typists[0]!.parsed() });
        const { heldSample } = await ctx.store.transaction((tx) => effects(tx, { held: true }));
        await ctx.store.transaction((tx) => settleHeldSample(ctx, tx, { subject: s, heldSample, factor: 'independent' }));
      }
      await verifier.runJobs();
    }
    const cpu: number[] = [];
    const wall: number[] = [];
    const counts: Record<string, number> = {};
    const rounds = N === 1 ? 400 : N;
    await new Promise((r) => setTimeout(r, 500));
    const session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    for (let i = 0; i < rounds; i++) {
      if (i === 100) await session.post('Profiler.start');
      const subject = `u${i % N}`;
      const json = JSON.parse(JSON.stringify(typists[i % N]!.sample()));
      const { challenge } = await verifier.issueChallenge({ subject });
      const c = process.cpuUsage();
      const t = performance.now();
      const r = await verifier.verifyTyping({ subject, challenge, sample: json });
      wall.push(performance.now() - t);
      const d = process.cpuUsage(c);
      cpu.push((d.user + d.system) / 1000);
      counts[r.decision] = (counts[r.decision] ?? 0) + 1;
    }
    {
      const { profile } = await session.post('Profiler.stop') as never as { profile: object };
      writeFileSync(`/tmp/s2/${name}.cpuprofile`, JSON.stringify(profile));
    }
    const med = (a: number[]) => a.slice(N === 1 ? 100 : 0).sort((x, y) => x - y)[Math.floor(a.length / 2) - (N === 1 ? 50 : 0)];
    console.log(name, 'cpu median', med(cpu), 'wall median', med(wall), counts);
    await verifier.close();
  }, 300000);
}
