import { describe, expect, it } from 'vitest';
import { registrationKind } from './flows/registration-record';
import { enforceRetention } from './retention';
import { createTypist } from './testing-typists';
import { contentOf, testVerifier } from './testing-verifier';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('enforceRetention', () => {
  it('deletes held samples after an hour and quarantined ones after 90 days, and nothing that is in use', async () => {
    const bank = await testVerifier({ policy: { typing: { mostReleased: 1 } } });
    const typist = createTypist(1);
    await bank.enrol('anna', typist, 20);
    await bank.giveCard('anna');
    await bank.type('anna', typist.sample());
    await bank.type('anna', typist.sample(), { hold: true });
    expect(await enforceRetention(bank.ctx)).toEqual({ samples: 0, pending: 0, customers: 0 });
    bank.advance(HOUR);
    expect(await enforceRetention(bank.ctx)).toEqual({ samples: 1, pending: 0, customers: 0 });
    bank.advance(90 * DAY);
    expect(await enforceRetention(bank.ctx)).toEqual({ samples: 21, pending: 0, customers: 0 });
    expect((await bank.type('anna', typist.sample())).decision).toBe('accept');
    expect(await contentOf(bank.store, 'matrix-card')).toHaveLength(1);
  });

  it('deletes the traces of challenges', async () => {
    const bank = await testVerifier();
    await bank.enrol('anna', createTypist(1), 5);
    expect((await contentOf(bank.store, 'challenge')).length).toBeGreaterThan(0);
    bank.advance(3 * 60_000);
    await enforceRetention(bank.ctx);
    expect(await contentOf(bank.store, 'challenge')).toEqual([]);
  });

  it('erases customers who were never activated, many at once', async () => {
    const bank = await testVerifier();
    for (let i = 0; i < 230; i++) {
      await bank.verifier.recordConsent({ subject: `customer-${i}`, biometrics: 'granted', version: '1' });
    }
    await bank.enrol('anna', createTypist(1), 5);
    bank.advance(HOUR);
    expect(await enforceRetention(bank.ctx)).toEqual({ samples: 0, pending: 0, customers: 230 });
    expect(await contentOf(bank.store, 'customer')).toHaveLength(1);
    expect(await contentOf(bank.store, 'data-key')).toHaveLength(1);
  });

  it('erases one of them who can not be read, too, and goes on with what comes after', async () => {
    const bank = await testVerifier();
    const { ctx, store } = bank;
    await bank.verifier.recordConsent({ subject: 'anna', biometrics: 'granted', version: '1' });
    await store.transaction(async (tx) => {
      const [record] = await tx.listKind('customer', { limit: 1 });
      await tx.put({ ...record!, body: new Uint8Array(40) });
      await tx.insert({ kind: 'mail', subject: ctx.subjectOf('eve'), id: 'old', body: new Uint8Array(1), at: 0, due: 1 });
    });
    bank.advance(HOUR);
    expect(await enforceRetention(ctx)).toMatchObject({ customers: 1 });
    expect([await contentOf(store, 'customer'), await contentOf(store, 'mail')]).toEqual([[], []]);
  });

  it('leaves a customer with an open registration to the end of the registration', async () => {
    const bank = await testVerifier();
    await bank.verifier.recordConsent({ subject: 'anna', biometrics: 'granted', version: '1' });
    const challenge = await bank.challenge('anna', 'enrol-typing');
    await bank.verifier.enrolTyping({ subject: 'anna', challenge, samples: createTypist(1).samples(5) });
    const subject = bank.ctx.subjectOf('anna');
    const body = new Uint8Array(1);
    await bank.store.transaction((tx) => tx.insert({ kind: registrationKind.kind, subject, id: 'registration', body, at: 0, due: null }));
    bank.advance(2 * HOUR);
    expect(await enforceRetention(bank.ctx)).toEqual({ samples: 0, pending: 0, customers: 0 });
    await bank.store.transaction((tx) => tx.delete(registrationKind.kind, subject, 'registration'));
    expect(await enforceRetention(bank.ctx)).toEqual({ samples: 5, pending: 1, customers: 1 });
  });
});
