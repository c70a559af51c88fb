import { describe, expect, it } from 'vitest';
import type { NewPerson } from '../operators';
import { forEachCrash } from '../testing-crash';
import { type Bank, type Customer, hostCalls, login, openBank, registerCustomer, stepUp } from '../testing-flows';
import { failingStore, testStore } from '../testing-stores';

const HOUR = 3_600_000;
const GRACE: NewPerson = { identifier: 'grace', email: 'grace@mail.test', name: 'Grace H', password: 'silver-kettle-27' };

const create = (bank: Bank, changes: Partial<NewPerson> = {}) =>
  bank.flows.operators.createCustomer({
    ...GRACE,
    ...changes,
    profile: { name: changes.name ?? GRACE.name },
    biometrics: 'declined',
    consentVersion: '2026-01',
  });

/** A sign-in with the card that was handed out; what it ends with. */
async function signInWith(bank: Bank, card: Customer['card'], password = GRACE.password) {
  const grace: Customer = { ...GRACE, password, card, typist: undefined as never, browser: bank.browser() };
  const asked = await login(grace, { typing: null });
  return asked.status === 200 ? stepUp(grace, asked) : asked;
}

const TAKEN = { code: 'ERR_FIELD_INVALID', field: 'identifier' };

describe('a customer whom the host makes', () => {
  it('signs in with the card that was handed out', async () => {
    const bank = await openBank();
    const { subject, card } = await create(bank);
    expect(bank.host.registered).toEqual([subject]);
    expect((await signInWith(bank, card)).body).toMatchObject({ status: 'signed-in' });
    bank.advance(HOUR);
    await bank.flows.runJobs();
    expect((await signInWith(bank, card)).body).toMatchObject({ status: 'signed-in' });
    expect(bank.host.discarded).toEqual([]);
  });

  it('is completed by the same call again, wherever a crash cut the first one off', async () => {
    const crashes = await forEachCrash(async (crash) => {
      const store = failingStore(testStore());
      const host = hostCalls();
      const before = await openBank({ store, host });
      store.arm(crash);
      const first = await create(before).catch(() => undefined);
      if (!store.failed) {
        expect(first).toBeDefined();
        return false;
      }
      expect(first).toBeUndefined();
      store.recover();
      // Another server takes over, and its jobs do not undo what may still be repeated.
      const after = await openBank({ store, host, seed: 1_000 + crash.at });
      after.advance(HOUR / 2);
      await after.flows.runJobs();
      const { subject, card } = await create(after);
      expect(new Set(host.registered)).toEqual(new Set([subject]));
      expect((await signInWith(after, card)).body).toMatchObject({ status: 'signed-in' });
      expect(await store.transaction((tx) => tx.listKind('customer', { limit: 10 }))).toHaveLength(1);
      after.advance(HOUR);
      await after.flows.runJobs();
      expect((await signInWith(after, card)).body).toMatchObject({ status: 'signed-in' });
      expect(host.discarded).toEqual([]);
      return true;
    });
    expect(crashes).toBeGreaterThan(3);
  });

  it('leaves no orphan where the call is not repeated: it came through, or it is undone here and at the host', async () => {
    let undone = 0;
    await forEachCrash(async (crash) => {
      const store = failingStore(testStore());
      const host = hostCalls();
      const bank = await openBank({ store, host });
      store.arm(crash);
      await create(bank).catch(() => undefined);
      if (!store.failed) {
        return false;
      }
      store.recover();
      bank.advance(HOUR);
      await bank.flows.runJobs();
      const customers = await store.transaction((tx) => tx.listKind('customer', { limit: 10 }));
      const stays = new Set(host.registered.filter((subject) => !host.discarded.includes(subject)));
      expect(customers).toHaveLength(stays.size);
      expect(await store.transaction((tx) => tx.listKind('registration', { limit: 10 }))).toEqual([]);
      if (customers.length === 0) {
        undone += host.registered.length;
        for (const kind of ['login-name', 'credential', 'data-key', 'consent', 'matrix-card']) {
          expect([kind, await store.transaction((tx) => tx.listKind(kind, { limit: 10 }))]).toEqual([kind, []]);
        }
        await create(bank, { email: 'another@mail.test' });
      }
      return true;
    });
    expect(undone).toBeGreaterThan(0);
  });

  it('is undone at once where the host refuses, and by the job where the host can not be told', async () => {
    const bank = await openBank();
    bank.host.failing.add('onRegister');
    await expect(create(bank)).rejects.toThrow('the host is down');
    expect(bank.host.discarded).toHaveLength(1);
    bank.host.failing.add('onDiscard');
    await expect(create(bank, { email: 'typo@mail.test' })).rejects.toThrow('the host is down');
    expect(bank.host.discarded).toHaveLength(1);
    await expect(create(bank)).rejects.toMatchObject(TAKEN);
    bank.host.failing.clear();
    bank.advance(30_000);
    await bank.flows.runJobs();
    expect(bank.host.discarded).toHaveLength(2);
    const { card } = await create(bank);
    expect((await signInWith(bank, card)).body).toMatchObject({ status: 'signed-in' });
  });

  it('is the same person only for the same data, within the hour, and before the first sign-in; the last card counts', async () => {
    const bank = await openBank();
    const first = await create(bank);
    for (const changes of [{ email: 'other@mail.test' }, { name: 'Grace M' }]) {
      await expect(create(bank, changes)).rejects.toMatchObject(TAKEN);
    }
    await expect(bank.flows.operators.createOperator(GRACE)).rejects.toMatchObject(TAKEN);
    const second = await create(bank, { password: 'amber-lantern-64' });
    expect(second.subject).toBe(first.subject);
    expect(second.card.id).not.toBe(first.card.id);
    expect((await signInWith(bank, second.card)).status).toBe(401);
    expect((await signInWith(bank, first.card, 'amber-lantern-64')).status).toBe(401);
    expect((await signInWith(bank, second.card, 'amber-lantern-64')).body).toMatchObject({ status: 'signed-in' });
    await expect(create(bank)).rejects.toMatchObject(TAKEN);

    const late = await openBank();
    await create(late);
    late.advance(HOUR);
    await expect(create(late)).rejects.toMatchObject(TAKEN);
    await registerCustomer(late, { identifier: 'ada' });
    await expect(create(late, { identifier: 'ada', email: 'ada@mail.test', name: 'Ada L' })).rejects.toMatchObject(TAKEN);
  });

  it('is not completed once the job has begun to undo it', async () => {
    const bank: Bank = await openBank({
      flows: {
        host: {
          onRegister: async ({ subject }) => {
            bank.host.registered.push(subject);
            bank.advance(HOUR);
            await bank.flows.runJobs();
          },
          onDiscard: async ({ subject }) => {
            bank.host.discarded.push(subject);
          },
        },
      },
    });
    await expect(create(bank)).rejects.toMatchObject({ code: 'ERR_REGISTRATION_ENDED' });
    // Once by the job, and once more after the host's own commit.
    expect(bank.host.discarded).toEqual([bank.host.registered[0], bank.host.registered[0]]);
  });
});
