import { describe, expect, it } from 'vitest';
import type { Context } from '../context';
import type { EvidenceJudge } from '../continuous/judge-types';
import { type Bank, confirmation, login, openBank, registerCustomer, stepUp } from '../testing-flows';
import { doubt, grantFor, signedInOperator, vouch, WATCHED } from '../testing-risk';
import { verifierContext } from '../verifier-internals';
import { noJudge } from './unwatched';

const NOTE = 'note';

/** A judge that notes in the store what it is told, so that what is rolled back is not noted. */
function notingJudge(ctx: Context): EvidenceJudge {
  const note = async (tx: Parameters<EvidenceJudge['settle']>[0], text: string) => {
    const at = (await tx.count(NOTE, '')) + 1;
    await tx.insert({ kind: NOTE, subject: '', id: String(at).padStart(4, '0'), body: new TextEncoder().encode(text), at, due: null });
  };
  return {
    ...noJudge(ctx),
    settle: (tx, { id }, how) => note(tx, `${how} ${id}`),
    confirmed: (tx, { id }) => note(tx, `confirmed ${id}`),
  };
}

async function watchedBank(policy: object = WATCHED): Promise<Bank> {
  return openBank({ policy, parts: { judge: notingJudge } });
}

/** What the judge was told since the last time. */
async function told(bank: Bank): Promise<string[]> {
  const ctx = verifierContext(bank.verifier);
  return ctx.store.transaction(async (tx) => {
    const notes = await tx.list(NOTE, '', { limit: 100, order: 'oldest' });
    for (const { id } of notes) {
      await tx.delete(NOTE, '', id);
    }
    return notes.map(({ body }) => new TextDecoder().decode(body));
  });
}

describe('the evidence of a session', () => {
  it('is settled well when it is signed out, locked, replaced or has expired and nobody doubted it', async () => {
    const ways: Array<[string, (bank: Bank, ada: Awaited<ReturnType<typeof registerCustomer>>) => Promise<unknown>]> = [
      ['signed out', (_bank, ada) => ada.browser.post('/logout')],
      ['locked by hand', (_bank, ada) => ada.browser.post('/lock')],
      [
        'idle, and nobody looks',
        async (bank) => {
          bank.advance(3_600_001);
          await bank.flows.runJobs();
        },
      ],
      [
        'idle, and somebody looks',
        async (bank, ada) => {
          bank.advance(3_600_001);
          await ada.browser.post('/refresh');
        },
      ],
      ['replaced by signing in afresh', (_bank, ada) => login(ada)],
    ];
    for (const [name, leave] of ways) {
      const bank = await watchedBank();
      const ada = await registerCustomer(bank);
      const { id } = await grantFor(bank, ada.browser);
      await told(bank);
      await leave(bank, ada);
      expect((await told(bank))[0], name).toBe(`well ${id}`);
    }
  });

  it('is settled at its absolute end, also where nobody comes back', async () => {
    const bank = await watchedBank({ ...WATCHED, session: { idleMs: 1_700_000, absoluteMs: 1_800_000, stepUpMs: 60_000 } });
    const ada = await registerCustomer(bank);
    const { id } = await grantFor(bank, ada.browser);
    for (let i = 0; i < 8; i++) {
      bank.advance(200_000);
      await ada.browser.post('/refresh');
      await ada.browser.post('/activity');
    }
    await told(bank);
    bank.advance(200_000);
    await bank.flows.runJobs();
    expect(await told(bank)).toEqual([`well ${id}`]);
  });

  it('is settled ill where there was doubt, or the end says that there might have been', async () => {
    const ways: Array<[string, (bank: Bank, ada: Awaited<ReturnType<typeof registerCustomer>>) => Promise<unknown>]> = [
      [
        'doubted, then signed out',
        async (bank, ada) => {
          await doubt(bank, await grantFor(bank, ada.browser), 'step-up');
          await ada.browser.post('/logout');
        },
      ],
      ['locked for its risk', async (bank, ada) => doubt(bank, await grantFor(bank, ada.browser), 'lock')],
      ['ended for its risk', async (bank, ada) => doubt(bank, await grantFor(bank, ada.browser), 'terminate')],
      [
        'an old refresh token',
        async (bank, ada) => {
          const thief = ada.browser.copy();
          await ada.browser.post('/refresh');
          bank.advance(60_001);
          await thief.post('/refresh');
        },
      ],
      [
        'ended by an operator',
        async (bank, ada) => {
          const { id, subject } = await grantFor(bank, ada.browser);
          const ctx = verifierContext(bank.verifier);
          const operator = await grantFor(bank, (await signedInOperator(bank)).browser);
          await bank.flows.operators.terminateSession({ session: operator, id: `${ctx.subjectOf(subject)}.${id}` });
        },
      ],
      ['erased', async (_bank, ada) => ada.browser.post('/erase', { confirmation: await confirmation(ada, 'erase') })],
    ];
    for (const [name, leave] of ways) {
      const bank = await watchedBank();
      const ada = await registerCustomer(bank);
      const { id } = await grantFor(bank, ada.browser);
      await told(bank);
      await leave(bank, ada);
      expect(
        (await told(bank)).filter((note) => note.endsWith(id) && !note.startsWith('confirmed')),
        name,
      ).toContain(`ill ${id}`);
    }
  });

  it('begins anew with each right code in a full session, and with none in a sign-in', async () => {
    const bank = await watchedBank();
    const ada = await registerCustomer(bank);
    await ada.browser.post('/logout');
    await told(bank);
    await stepUp(ada, await login(ada, { typing: null }));
    expect(await told(bank)).toEqual([]);
    const { id } = await grantFor(bank, ada.browser);
    await vouch(ada);
    await confirmation(ada, 'export');
    expect(await told(bank)).toEqual([`confirmed ${id}`, `confirmed ${id}`]);
  });

  it('is not asked for of operators', async () => {
    const bank = await watchedBank();
    const { browser } = await signedInOperator(bank);
    await browser.post('/logout');
    expect(await told(bank)).toEqual([]);
  });

  it('is settled in the transaction that ends the session, or not at all', async () => {
    const failing = (ctx: Context): EvidenceJudge => ({
      ...noJudge(ctx),
      settle: async () => {
        throw new Error('the judge is down');
      },
    });
    const bank = await openBank({ policy: WATCHED, parts: { judge: failing } });
    const ada = await registerCustomer(bank);
    expect((await ada.browser.post('/logout')).status).toBe(500);
    expect((await ada.browser.get('/security')).status).toBe(200);
  });
});
