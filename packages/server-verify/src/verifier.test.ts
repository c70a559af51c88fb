import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryStore } from './memory-store';
import { enqueueMail } from './outbox';
import { sqlite } from './sqlite';
import { seededRandom, testKeyring } from './testing-context';
import { createTypist } from './testing-typists';
import { type TestVerifier, testVerifier } from './testing-verifier';
import { readTemplate } from './typing-template';
import { createVerifier } from './verifier';
import { addVerifierJob, verifierContext } from './verifier-internals';
import type { VerifierOptions } from './verifier-options';

const options = (): VerifierOptions => ({ store: memoryStore(), keys: testKeyring(seededRandom(1)) });

describe('createVerifier', () => {
  it.each([
    [{ store: undefined }, 'store must be an object'],
    [{ store: {} }, 'store.transaction must be a function'],
    [{ keys: {} }, 'keys.unwrapDataKey must be a function'],
    [{ clock: 5 }, 'clock must be a function'],
    [{ random: 'x' }, 'random must be a function'],
    [{ mail: { name: 'x' } }, 'mail.deliver must be a function'],
    [{ policy: { typing: { targetFmr: 'low' } } }, 'policy.typing.targetFmr must be a number'],
    [{ jobIntervalMs: '5' }, 'jobIntervalMs must be a number'],
  ])('names the argument of a wrong kind: %o', (wrong, message) => {
    expect(() => createVerifier({ ...options(), ...wrong } as unknown as VerifierOptions)).toThrow(new TypeError(message));
  });

  it('names the argument of a wrong size', () => {
    expect(() => createVerifier({ ...options(), jobIntervalMs: 1 })).toThrow(new RangeError('jobIntervalMs must be from 100 to 3600000'));
    expect(() => createVerifier({ ...options(), policy: { typing: { readyAt: 2 } } })).toThrow(RangeError);
  });

  it('refuses to work before start, and after close', async () => {
    const verifier = createVerifier(options());
    await expect(verifier.issueChallenge({ subject: 'anna' })).rejects.toMatchObject({ code: 'ERR_NOT_STARTED' });
    await verifier.start();
    await verifier.issueChallenge({ subject: 'anna' });
    await verifier.close();
    await expect(verifier.issueChallenge({ subject: 'anna' })).rejects.toMatchObject({ code: 'ERR_NOT_STARTED' });
  });

  it('hands its context to the layers above, and to nothing else', () => {
    const verifier = createVerifier(options());
    expect(verifierContext(verifier).policy).toBe(verifier.policy);
    expect(() => verifierContext({ ...verifier })).toThrow(new TypeError('verifier must come from createVerifier'));
  });

  it('runs the jobs of other layers with its own, and delivers mail to the mailbox', async () => {
    const bank = await testVerifier();
    let runs = 0;
    addVerifierJob(bank.verifier, { name: 'extra', run: async () => void runs++ });
    await bank.enrol('anna', createTypist(1), 5);
    const subject = bank.ctx.subjectOf('anna');
    await bank.store.transaction((tx) =>
      enqueueMail(bank.ctx, tx, { subject, to: 'anna@example.org', message: { subject: 'Hello', text: 'Dear Anna' }, kind: 'test' }),
    );
    await bank.verifier.runJobs();
    expect(runs).toBe(1);
    expect(await bank.verifier.mailbox({ subject: 'anna' })).toEqual([
      expect.objectContaining({ to: 'anna@example.org', text: 'Dear Anna' }),
    ]);
    expect(await bank.verifier.mailbox({ subject: 'bert' })).toEqual([]);
    expect(bank.events).toEqual([]);
  });

  it('names the first broken entry of an audit chain', async () => {
    const bank = await testVerifier();
    await bank.enrol('anna', createTypist(1), 20);
    expect(await bank.verifier.verifyAudit({ subject: 'anna' })).toMatchObject({ status: 'intact', entries: 2 });
    const subject = bank.ctx.subjectOf('anna');
    await bank.store.transaction(async (tx) => {
      const [first] = await tx.list('audit', subject, { limit: 1, order: 'oldest' });
      const body = new TextEncoder().encode(new TextDecoder().decode(first!.body).replace(/"at":\d/, '"at":9'));
      await tx.put({ ...first!, body });
    });
    expect(await bank.verifier.verifyAudit({ subject: 'anna' })).toEqual({ status: 'broken', sequence: 1, reason: 'hash' });
  });
});

describe('two servers on one store', () => {
  it('takes no template from memory that another server has replaced', async () => {
    const store = memoryStore();
    const one = await testVerifier({ store });
    const two = await testVerifier({ store, seed: 2 });
    const first = createTypist(1);
    const second = createTypist(2);
    await one.enrol('anna', first, 20);
    expect((await two.type('anna', first.sample())).decision).toBe('accept');
    await one.verifier.eraseSubject({ subject: 'anna' });
    // The new template has the version number of the old one.
    await one.enrol('anna', second, 20);
    expect((await two.type('anna', second.sample())).decision).toBe('accept');
    expect((await two.type('anna', first.sample())).decision).toBe('step-up');
  });
});

describe('a verifier on SQLite', () => {
  let bank: TestVerifier | undefined;
  const folders: string[] = [];
  afterEach(async () => {
    await bank?.verifier.close();
    for (const folder of folders.splice(0)) {
      rmSync(folder, { recursive: true });
    }
  });
  function path(): string {
    const folder = mkdtempSync(join(tmpdir(), 'tacit-verifier-'));
    folders.push(folder);
    return join(folder, 'bank.db');
  }

  it('knows its customers again after a restart', async () => {
    const file = path();
    const policy = { typing: { mostReleased: 1 } };
    const typist = createTypist(1);
    bank = await testVerifier({ store: sqlite(file), policy });
    await bank.enrol('anna', typist, 20);
    const card = await bank.giveCard('anna');
    const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
    await bank.verifier.close();
    bank = await testVerifier({ store: sqlite(file), seed: 2, policy });
    expect((await bank.type('anna', typist.sample())).decision).toBe('accept');
    expect(await bank.answer('anna', card, { heldSample })).toEqual({ matched: true });
    const { ctx, store } = bank;
    const { released, verified, learned } = (await store.transaction((tx) => readTemplate(ctx, tx, ctx.subjectOf('anna'))))!.template;
    expect(verified).toBe(21);
    expect(released).toMatchObject({ learned: learned - 21, dropped: 22 - learned });
  });

  it('serves two servers on one file: no judgement twice, no learning lost', async () => {
    const file = path();
    const typist = createTypist(1);
    const policy = { typing: { mostReleased: 1 } };
    bank = await testVerifier({ store: sqlite(file), policy });
    const other = await testVerifier({ store: sqlite(file), seed: 2, policy });
    await bank.enrol('anna', typist, 20);
    const challenge = await bank.challenge('anna');
    const sample = typist.sample();
    const submits = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? bank! : other).verifier.verifyTyping({ subject: 'anna', challenge, sample })),
    );
    expect(submits.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const results = await Promise.all(Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? bank! : other).type('anna', typist.sample())));
    const card = await other.giveCard('anna');
    // The entry of the one submit that was judged, and those that came after it: every one of them waits, whichever server took it.
    const accepted = 1 + results.filter(({ decision }) => decision === 'accept').length;
    expect((await bank.verifier.inspectTyping({ subject: 'anna' }))?.quarantined).toBe(accepted);
    const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
    await other.answer('anna', card, { heldSample });
    const seen = await bank.verifier.inspectTyping({ subject: 'anna' });
    const { learned = 0, dropped = 0 } = seen?.lastReleased ?? {};
    expect(learned + dropped).toBe(accepted);
    expect(seen).toMatchObject({ learned: 21 + learned, anchorSamples: 21, quarantined: 0 });
    expect(await other.verifier.inspectTyping({ subject: 'anna' })).toEqual(seen);
    await other.verifier.close();
  });
});
