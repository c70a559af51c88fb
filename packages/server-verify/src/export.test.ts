import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ensureCustomer } from './customers';
import { EXPORTED_KINDS } from './export';
import { createTypist } from './testing-typists';
import { testVerifier } from './testing-verifier';

const SOURCES = new URL('.', import.meta.url);

/** Every kind of record that any file here defines. */
function definedKinds(): string[] {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) => /^(?!.*(test|testing)).*\.ts$/.test(name));
  const calls = files.flatMap((name) => [
    ...readFileSync(new URL(name, SOURCES), 'utf8').matchAll(/defineRecordKind<[^(]*>\(\{\s*kind: '([a-z-]+)'/g),
  ]);
  return calls.map((call) => call[1]!).sort();
}

describe('exportSubject', () => {
  it('knows every kind of record that the package writes', () => {
    // Of nobody, of the store itself, or secrets: never exported.
    const left = ['challenge', 'credential', 'erasure', 'login-name', 'registration-quota', 'scrub', 'throttle'];
    expect(definedKinds()).toEqual([...left, ...EXPORTED_KINDS].sort());
  });

  it('holds everything, decoded, and no key, hash or digest', async () => {
    const bank = await testVerifier({ policy: { typing: { mostReleased: 1 } } });
    await bank.store.transaction((tx) =>
      ensureCustomer(bank.ctx, tx, { hostSubject: 'anna', email: 'anna@example.org', name: 'Anna', profile: { city: 'Aarau' } }),
    );
    const typist = createTypist(1);
    const enrolled = typist.samples(20);
    await bank.enrol('anna', { ...typist, samples: () => enrolled }, 20);
    const card = await bank.giveCard('anna');
    await bank.answer('anna', card);
    const login = typist.sample();
    await bank.type('anna', login);

    const exported = await bank.verifier.exportSubject({ subject: 'anna' });
    expect(JSON.parse(JSON.stringify(exported))).toEqual(exported);
    expect(exported).toMatchObject({
      format: 'tacit-export/1',
      subject: 'anna',
      customer: { status: 'active', email: 'anna@example.org', name: 'Anna', profile: { city: 'Aarau' }, role: 'customer' },
      consent: [{ biometrics: 'granted' }],
    });
    const [template] = exported.typing.templates;
    expect(template).toMatchObject({ slot: 'current', state: 'ready', learned: 20 });
    const entries = template?.entries as Array<{ hold: number[]; pressPress: number[]; times: number }>;
    expect(entries).toHaveLength(20);
    // The first entry as it was typed, in ms.
    const keys = enrolled[0]!.keys;
    expect(entries[0]?.hold[0]).toBeCloseTo((keys[0]![2]! - keys[0]![1]) / 10, 3);
    expect(entries[0]?.pressPress[2]).toBeCloseTo((keys[3]![1] - keys[2]![1]) / 10, 3);
    expect(exported.typing.history[0]?.entries).toHaveLength(21);
    expect(exported.typing.samples).toHaveLength(21);
    expect(exported.typing.samples.filter(({ keptFor }) => keptFor === 'quarantine')).toEqual([
      expect.objectContaining({ sample: expect.objectContaining({ keys: login.keys }) }),
    ]);
    expect(exported.matrixCards).toEqual([
      { slot: 'current', cardId: card.id, status: 'active', wrongInARow: 0, issuedAt: expect.any(Number), coordinates: expect.any(Array) },
    ]);
    expect(exported.audit.map((entry) => (entry.erased ? null : entry.type))).toEqual([
      'consent-granted',
      'typing-enrolled',
      'card-issued',
      'step-up-passed',
      'typing-judged',
      'exported',
    ]);

    const text = JSON.stringify(exported);
    const stored = await bank.store.transaction(async (tx) => ({
      wrapped: Buffer.from((await tx.listKind('data-key', { limit: 1 }))[0]!.body).toString(),
    }));
    expect(text).not.toContain(stored.wrapped);
    expect(text).not.toContain('digests');
    for (const cell of card.cells[0]!.slice(0, 1)) {
      expect(text).not.toContain(`"${cell}"`);
    }
  });

  it('lists an entry once that counts several times, and says how often', async () => {
    const bank = await testVerifier();
    const typist = createTypist(1);
    await bank.enrol('anna', typist, 20);
    const card = await bank.giveCard('anna');
    const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
    await bank.answer('anna', card, { heldSample });
    const [template] = (await bank.verifier.exportSubject({ subject: 'anna' })).typing.templates;
    const timesIn = (entries: unknown) => (entries as Array<{ times: number }>).map(({ times }) => times);
    expect(timesIn(template?.entries)).toEqual([...new Array<number>(20).fill(1), 3]);
    expect(timesIn(template?.anchorEntries)).toEqual(new Array<number>(21).fill(1));
  });

  it('refuses an unknown customer', async () => {
    const { verifier } = await testVerifier();
    await expect(verifier.exportSubject({ subject: 'nobody' })).rejects.toMatchObject({ code: 'ERR_SUBJECT_UNKNOWN' });
  });
});
