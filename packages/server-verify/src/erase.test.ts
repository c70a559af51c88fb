import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAudit, verifyAudit } from './audit-log';
import { customerKind, ensureCustomer, updateCustomer } from './customers';
import { consumedChallenges } from './judge-once';
import { loginNameId, takeLoginName } from './login-names';
import { sqlite } from './sqlite';
import { createTypist } from './testing-typists';
import { contentOf, type TestVerifier, testVerifier } from './testing-verifier';

describe('erasure on SQLite', () => {
  let folder: string;
  let bank: TestVerifier;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tacit-erase-'));
    bank = await testVerifier({ store: sqlite(join(folder, 'bank.db')) });
  });
  afterEach(async () => {
    await bank.verifier.close();
    rmSync(folder, { recursive: true });
  });

  const files = () => Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
  /** Pieces of the sealed bodies and wrapped keys that a customer's records have in the file. */
  async function tracesOf(subject: string): Promise<Map<string, Buffer[]>> {
    const kinds = ['data-key', 'customer', 'consent', 'typing-template', 'typing-history', 'typing-sample', 'matrix-card'];
    const traces = new Map<string, Buffer[]>();
    await bank.store.transaction(async (tx) => {
      for (const kind of kinds) {
        const records = await tx.list(kind, subject, { limit: 1_000 });
        // Long bodies are spread over pages; the beginning of each lies in one piece.
        traces.set(
          kind,
          records.map(({ body }) => Buffer.from(body.slice(0, 40))),
        );
      }
    });
    return traces;
  }

  it('is not kept off by a record of the customer that can not be read, which had the names that lead to him', async () => {
    const { ctx, store, verifier } = bank;
    await bank.enrol('anna', createTypist(1), 20);
    const subject = ctx.subjectOf('anna');
    await store.transaction(async (tx) => {
      await takeLoginName(ctx, tx, 'anna@mail.test', { subject, hostSubject: 'anna' });
      await takeLoginName(ctx, tx, 'bert@mail.test', { subject: ctx.subjectOf('bert'), hostSubject: 'bert' });
      const [record] = await tx.list(customerKind.kind, subject, { limit: 1 });
      await tx.put({ ...record!, body: new Uint8Array(40) });
    });
    expect((await verifier.eraseSubject({ subject: 'anna' })).status).toBe('erased');
    expect((await store.transaction((tx) => tx.listKind('login-name', { limit: 10 }))).map(({ id }) => id)).toEqual([
      loginNameId(ctx, 'bert@mail.test'),
    ]);
    expect(await store.transaction((tx) => tx.get('data-key', subject, 'key'))).toBeUndefined();
  });

  it('is not kept off by the outcome of somebody else that can not be read', async () => {
    const { ctx, store, verifier } = bank;
    await bank.enrol('anna', createTypist(1), 20);
    const now = ctx.clock();
    const judged = { until: now + 60_000, outcome: { name: 'Anna' } };
    await store.transaction(async (tx) => {
      const value = { digest: 'digest', leaseUntil: now, owner: ctx.subjectOf('anna'), judged };
      await consumedChallenges.put(ctx, tx, { subject: '', id: 'of-anna', value, at: now, due: now + 60_000 });
      await tx.put({ kind: consumedChallenges.kind, subject: '', id: 'damaged', body: new Uint8Array(40), at: now, due: now + 60_000 });
    });
    expect((await verifier.eraseSubject({ subject: 'anna' })).status).toBe('erased');
    const left = await store.transaction((tx) => consumedChallenges.get(ctx, tx, '', 'of-anna'));
    expect(left?.value.judged).toEqual({ until: now + 60_000, outcome: null });
  });

  it('is not kept off by a key that does not open', async () => {
    const { ctx, store, verifier } = bank;
    await bank.enrol('anna', createTypist(1), 20);
    const subject = ctx.subjectOf('anna');
    await store.transaction(async (tx) => {
      await takeLoginName(ctx, tx, 'anna@mail.test', { subject, hostSubject: 'anna' });
      const record = await tx.get('data-key', subject, 'key');
      const body = new TextDecoder().decode(record!.body);
      await tx.put({ ...record!, body: new TextEncoder().encode(body.replace(/.{8}$/, 'AAAAAAAA')) });
    });
    ctx.forgetDataKey(subject);
    await expect(store.transaction((tx) => ctx.dataKey(tx, subject))).rejects.toMatchObject({ code: 'ERR_KEY_WRONG' });
    expect((await verifier.eraseSubject({ subject: 'anna' })).status).toBe('erased');
    const left = await store.transaction(async (tx) => [
      await tx.get('data-key', subject, 'key'),
      ...(await tx.listKind('login-name', { limit: 10 })),
      ...(await tx.list('typing-template', subject, { limit: 10 })),
    ]);
    expect(left).toEqual([undefined]);
    expect((await verifyAudit(ctx, subject)).status).toBe('intact');
    expect((await readAudit(ctx, subject, { limit: 1 }))[0]).toMatchObject({ erased: true });
  });

  it('leaves nothing of a customer in the files but his audit chain, which verifies', async () => {
    const typist = createTypist(1);
    await bank.enrol('anna', typist, 20);
    await bank.giveCard('anna');
    await bank.type('anna', typist.sample());
    await bank.type('anna', typist.sample(), { hold: true });
    await bank.enrol('bert', createTypist(2), 20);
    const subject = bank.ctx.subjectOf('anna');
    const traces = await tracesOf(subject);
    const before = files();
    for (const [kind, pieces] of traces) {
      expect(pieces.length, kind).toBeGreaterThan(0);
      expect(
        pieces.every((piece) => before.includes(piece)),
        kind,
      ).toBe(true);
    }

    const erasure = await bank.verifier.eraseSubject({ subject: 'anna' });
    expect(erasure.status).toBe('erased');
    expect(erasure.records).toBeGreaterThan(25);

    const after = files();
    for (const [kind, pieces] of traces) {
      expect(
        pieces.some((piece) => after.includes(piece)),
        kind,
      ).toBe(false);
    }
    expect(await bank.store.transaction((tx) => bank.ctx.dataKey(tx, subject))).toBeUndefined();
    const verdict = await bank.verifier.verifyAudit({ subject: 'anna' });
    expect(verdict).toMatchObject({ status: 'intact' });
    expect(verdict.status === 'intact' && verdict.entries).toBeGreaterThan(5);
    await expect(bank.verifier.exportSubject({ subject: 'anna' })).rejects.toMatchObject({ code: 'ERR_SUBJECT_UNKNOWN' });
    expect(await bank.verifier.eraseSubject({ subject: 'anna' })).toEqual({ status: 'unknown', records: 0 });
    // Others are untouched.
    expect((await bank.type('bert', createTypist(2, { day: 1 }).sample())).decision).toBe('accept');
  });

  it('holds no timing, text, e-mail or name in the clear at any time', async () => {
    const typist = createTypist(1);
    const sample = typist.sample();
    await bank.store.transaction((tx) =>
      ensureCustomer(bank.ctx, tx, {
        hostSubject: 'anna-host-id',
        email: 'anna@example.org',
        name: 'Anna Anders',
        profile: { city: 'Aarau' },
      }),
    );
    await bank.verifier.recordConsent({ subject: 'anna-host-id', biometrics: 'granted', version: 'terms-of-may' });
    const challenge = await bank.challenge('anna-host-id', 'enrol-typing');
    const texts = [{ id: 'text-1', typed: 'the quick brown fox', sample: typist.sample({ mode: 'text' }) }];
    await bank.verifier.enrolTyping({ subject: 'anna-host-id', challenge, samples: [sample, ...typist.samples(19)], texts });
    await bank.verifier.activate({ subject: 'anna-host-id' });
    await bank.type('anna-host-id', typist.sample());
    const content = files();
    const secrets = ['anna-host-id', 'anna@example.org', 'Anna Anders', 'Aarau', 'terms-of-may', 'quick brown', 'clockStep'];
    for (const secret of [...secrets, JSON.stringify(sample.keys[3]).slice(1, -1)]) {
      expect(content.includes(secret), secret).toBe(false);
    }
  });

  it('erases sign-in names, which belong to nobody in the store', async () => {
    await bank.enrol('anna', createTypist(1), 5);
    const { ctx } = bank;
    const subject = ctx.subjectOf('anna');
    await ctx.store.transaction(async (tx) => {
      await takeLoginName(ctx, tx, 'anna', { subject, hostSubject: 'anna' });
      await updateCustomer(ctx, tx, subject, { loginNames: [loginNameId(ctx, 'anna')] });
    });
    expect(await contentOf(bank.store, 'login-name')).toHaveLength(1);
    await bank.verifier.eraseSubject({ subject: 'anna' });
    expect(await contentOf(bank.store, 'login-name')).toEqual([]);
    expect(await contentOf(bank.store, customerKind.kind)).toEqual([]);
  });

  it('lets the same id register anew, under another key, behind the old audit chain', async () => {
    await bank.enrol('anna', createTypist(1), 20);
    await bank.verifier.eraseSubject({ subject: 'anna' });
    const typist = createTypist(7);
    await bank.enrol('anna', typist, 20);
    expect((await bank.type('anna', typist.sample())).decision).toBe('accept');
    expect(await bank.verifier.verifyAudit({ subject: 'anna' })).toMatchObject({ status: 'intact' });
  });
});
