import { describe, expect, it } from 'vitest';
import type { MatrixCardView } from '../matrix-card-view';
import { memoryStore } from '../memory-store';
import { seededRandom } from '../testing-context';
import { answerOf, openBank, registerCustomer, submitRegistration } from '../testing-flows';
import { recordingStore } from '../testing-stores';

interface Submitted {
  registration: string;
  card: MatrixCardView;
  coordinates: string[];
}

describe('a registration under a name', () => {
  it('looks the same when the identifier is taken: answer, one hash, the same store calls; no code is ever right', async () => {
    const store = recordingStore(memoryStore());
    const bank = await openBank({ store });
    await registerCustomer(bank, { identifier: 'ada' });
    await bank.newMailsFor('ada@mail.test');
    const attempt = async (identifier: string, seed: number) => {
      store.calls.length = 0;
      bank.hasher.hashed = 0;
      const { submitted, browser, email } = await submitRegistration(bank, { identifier, seed, email: `${seed}@mail.test` });
      const { calls } = store;
      return { submitted, browser, email, calls: [...calls], hashed: bank.hasher.hashed };
    };
    const free = await attempt('eve', 21);
    const taken = await attempt(' ADA ', 22);
    expect(taken.submitted.status).toBe(200);
    expect(Object.keys(taken.submitted.body)).toEqual(Object.keys(free.submitted.body));
    expect(taken.calls).toEqual(free.calls);
    expect([taken.hashed, free.hashed]).toEqual([1, 1]);
    expect(await bank.newMailsFor('ada@mail.test')).toEqual(['You have an account already']);
    expect(await bank.newMailsFor(taken.email)).toEqual([]);

    const { registration, card, coordinates } = taken.submitted.body as unknown as Submitted;
    const confirm = (emailCode: string) =>
      taken.browser.post('/register/confirm', { registration, emailCode, code: answerOf(card, coordinates) });
    const answers = [];
    for (let i = 0; i < 5; i++) {
      answers.push(await confirm(String(100_000 + i)));
    }
    expect(answers.map(({ body }) => body.error?.left)).toEqual([4, 3, 2, 1, undefined]);
    expect(answers[4]).toMatchObject({ status: 410, body: { error: { code: 'ERR_REGISTRATION_ENDED' } } });
  });

  it('takes no code for a name that is taken, not even the one that was drawn for it', async () => {
    const draws: Uint8Array[] = [];
    const seeded = seededRandom(8);
    const bank = await openBank({
      random(length) {
        const bytes = seeded(length);
        if (length === 4) {
          draws.push(bytes);
        }
        return bytes;
      },
    });
    const confirm = async (identifier: string, seed: number) => {
      const { submitted, browser } = await submitRegistration(bank, { identifier, seed, biometrics: 'declined' });
      const { registration, card, coordinates } = submitted.body as unknown as Submitted;
      const bytes = draws.at(-1) as Uint8Array;
      const emailCode = String(new DataView(bytes.buffer).getUint32(0) % 1_000_000).padStart(6, '0');
      return browser.post('/register/confirm', { registration, emailCode, code: answerOf(card, coordinates) });
    };
    expect((await confirm('ada', 1)).status).toBe(201);
    expect((await confirm('ada', 2)).body).toMatchObject({ error: { code: 'ERR_CODE_WRONG', left: 4 } });
    expect((await confirm('eve', 3)).status).toBe(201);
  });

  it('gives a name to the one who confirms first', async () => {
    const bank = await openBank();
    const first = await submitRegistration(bank, { identifier: 'ada', seed: 1, email: 'first@mail.test' });
    const second = await submitRegistration(bank, { identifier: 'ada', seed: 2, email: 'second@mail.test' });
    const [firstCode] = await bank.codesFor(first.email);
    const [secondCode] = await bank.codesFor(second.email);
    const confirm = ({ submitted, browser }: typeof first, emailCode = '') => {
      const { registration, card, coordinates } = submitted.body as unknown as Submitted;
      return browser.post('/register/confirm', { registration, emailCode, code: answerOf(card, coordinates) });
    };
    expect((await confirm(second, secondCode)).status).toBe(201);
    expect((await confirm(first, firstCode)).body).toMatchObject({ error: { code: 'ERR_REGISTRATION_ENDED' } });
    expect(bank.host.registered).toHaveLength(1);
  });

  it('gives a name that is an e-mail address only to that mailbox, taken or free', async () => {
    const bank = await openBank();
    await registerCustomer(bank, { identifier: 'Ada@mail.test', email: 'ada@Mail.test' });
    for (const identifier of ['ada@mail.test', 'bob@mail.test']) {
      const { submitted } = await submitRegistration(bank, { identifier, email: 'eve@mail.test', browser: bank.browser() });
      expect(submitted).toMatchObject({ status: 422, body: { error: { code: 'ERR_FIELD_INVALID', field: 'identifier' } } });
    }
    expect(await bank.mailsFor('eve@mail.test')).toEqual([]);
  });

  it('does not flood the owner of a name with notices, whatever address is given', async () => {
    const bank = await openBank();
    const ada = await registerCustomer(bank);
    const answers = [];
    for (let i = 0; i < 7; i++) {
      answers.push((await submitRegistration(bank, { email: `e${i}@mail.test`, browser: bank.browser() })).submitted.status);
    }
    expect(answers).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect((await bank.mailsFor(ada.email)).filter(({ subject }) => subject === 'You have an account already')).toHaveLength(5);
  });
});
