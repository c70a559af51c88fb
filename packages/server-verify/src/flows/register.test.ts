import { describe, expect, it } from 'vitest';
import type { MatrixCardView } from '../matrix-card-view';
import { memoryStore } from '../memory-store';
import { type Bank, login, openBank, PASSWORD, registerCustomer, stepUp, submitRegistration } from '../testing-flows';
import { recordingStore } from '../testing-stores';
import { createTypist, jittered } from '../testing-typists';

interface Submitted {
  registration: string;
  card: MatrixCardView;
  coordinates: string[];
}

type Body = Record<string, unknown>;

/** Sends a registration with one thing changed. */
async function submitChanged(bank: Bank, change: (body: Body) => Body) {
  const { browser, typist } = { browser: bank.browser(), typist: createTypist(4, { keys: PASSWORD.length }) };
  const first = await submitRegistration(bank, { browser, seed: 4, identifier: 'eve' });
  const started = await browser.post('/register/start', { consent: { terms: '1', biometrics: 'granted' } });
  const { registration, texts } = started.body as unknown as { registration: string; texts: Array<{ id: string }> };
  const entries = Array.from({ length: 5 }, () => typist.sample());
  const typed = (first.body.texts as Array<{ typed: string; typing: unknown }>).map(({ typing }, i) => ({
    id: texts[i]?.id ?? '',
    typed: (texts[i] as unknown as { text: string }).text,
    typing,
  }));
  return browser.post('/register', change({ ...first.body, identifier: 'eve2', registration, entries, texts: typed }));
}

describe('registration', () => {
  it('makes a customer who can sign in: by the code while his template is young', async () => {
    const bank = await openBank();
    const ada = await registerCustomer(bank);
    expect(bank.host.registered).toHaveLength(1);
    expect((await ada.browser.get('/security')).body).toMatchObject({
      biometrics: { state: 'granted', version: '2026-01' },
      typing: { state: 'young', learned: 5, readyAt: 20 },
      card: { state: 'active', wrongInARow: 0 },
      signIns: [{ outcome: 'signed-in', confirmed: true }],
    });
    const asked = await login(ada);
    expect((await stepUp(ada, asked)).body).toMatchObject({ status: 'signed-in' });
    bank.advance(3_600_001);
    await bank.flows.runJobs();
    expect((await login({ ...ada, browser: bank.browser() })).status).toBe(200);
    expect(bank.host.discarded).toEqual([]);
  });

  it('gives distinct texts, and none without biometrics', async () => {
    const bank = await openBank();
    const granted = (await bank.browser().post('/register/start', { consent: { terms: '1', biometrics: 'granted' } })).body as unknown as {
      texts: Array<{ id: string }>;
    };
    expect(new Set(granted.texts.map(({ id }) => id)).size).toBe(3);
    expect((await bank.browser().post('/register/start', { consent: { terms: '1', biometrics: 'declined' } })).body).toMatchObject({
      passwordEntries: 0,
      texts: [],
    });
  });

  it('refuses typing of somebody who declined, in entries and in texts', async () => {
    const bank = await openBank();
    const { body, browser } = await submitRegistration(bank, { biometrics: 'declined', identifier: 'eve' });
    const { registration } = (await browser.post('/register/start', { consent: { terms: '1', biometrics: 'declined' } }))
      .body as unknown as Submitted;
    const typing = createTypist(1, { keys: PASSWORD.length });
    for (const extra of [
      { entries: [typing.sample()] },
      { texts: [{ id: 'en-01', typed: 'x', typing: { ...typing.sample(), mode: 'text' } }] },
    ]) {
      expect(await browser.post('/register', { ...body, ...extra, registration })).toMatchObject({
        status: 422,
        body: { error: { code: 'ERR_BIOMETRICS_DECLINED', field: Object.keys(extra)[0] } },
      });
    }
  });

  it('names the field that is wrong, and takes the corrected submit on the same registration', async () => {
    const bank = await openBank();
    const at = (list: unknown, i: number, item: unknown) => (list as unknown[]).map((old, k) => (k === i ? item : old));
    const entry = createTypist(4, { keys: PASSWORD.length });
    const wrong: Array<[string, string, (body: Body) => Body]> = [
      ['ERR_FIELD_INVALID', 'identifier', (body) => ({ ...body, identifier: 'a b' })],
      ['ERR_FIELD_INVALID', 'email', (body) => ({ ...body, email: 'no address' })],
      ['ERR_FIELD_INVALID', 'email', (body) => ({ ...body, email: 'a@b.c, d@e.f' })],
      ['ERR_FIELD_INVALID', 'profile.name', (body) => ({ ...body, profile: { name: '' } })],
      ['ERR_FIELD_INVALID', 'profile', (body) => ({ ...body, profile: { name: 'A', more: 1 } })],
      ['ERR_PASSWORD_WEAK', 'password', (body) => ({ ...body, password: 'password123456' })],
      ['ERR_PASSWORD_WEAK', 'password', (body) => ({ ...body, password: 'short-7Kq' })],
      ['ERR_FIELD_INVALID', 'entries', (body) => ({ ...body, entries: (body.entries as unknown[]).slice(1) })],
      ['ERR_FIELD_INVALID', 'entries[1].keys', (body) => ({ ...body, entries: at(body.entries, 1, { ...entry.sample(), keys: 'x' }) })],
      ['ERR_FIELD_INVALID', 'entries[1].mode', (body) => ({ ...body, entries: at(body.entries, 1, { ...entry.sample(), mode: 'text' }) })],
      [
        'ERR_ENROLMENT_QUALITY',
        'entries[2]',
        (body) => ({ ...body, entries: at(body.entries, 2, { ...entry.sample(), flags: { corrected: true } }) }),
      ],
      [
        'ERR_ENROLMENT_QUALITY',
        'entries[2]',
        (body) => ({ ...body, entries: at(body.entries, 2, createTypist(4, { keys: 13 }).sample()) }),
      ],
      [
        'ERR_ENROLMENT_QUALITY',
        'entries[4]',
        (body) => ({ ...body, entries: at(body.entries, 4, jittered((body.entries as never[])[0]!, 3)) }),
      ],
      ['ERR_FIELD_INVALID', 'texts', (body) => ({ ...body, texts: (body.texts as unknown[]).slice(1) })],
      ['ERR_FIELD_INVALID', 'texts[1].id', (body) => ({ ...body, texts: at(body.texts, 1, (body.texts as unknown[])[0]) })],
      [
        'ERR_ENROLMENT_QUALITY',
        'texts[0]',
        (body) => ({ ...body, texts: at(body.texts, 0, { ...(body.texts as Body[])[0], typed: 'something else altogether' }) }),
      ],
    ];
    for (const [code, field, change] of wrong) {
      expect(await submitChanged(bank, change)).toMatchObject({ status: 422, body: { error: { code, field } } });
    }
    const { browser, body, submitted } = await submitRegistration(bank, { identifier: 'grace' });
    expect(submitted.status).toBe(200);
    expect((await browser.post('/register', body)).body).toMatchObject({ error: { code: 'ERR_CHALLENGE_USED' } });
    const other = await openBank();
    const started = await submitRegistration(other, { identifier: 'x y', email: 'x@mail.test' });
    expect(started.submitted.body.error?.field).toBe('identifier');
    expect((await started.browser.post('/register', { ...started.body, identifier: 'xy1' })).status).toBe(200);
  });

  it('rates a password without keeping it', async () => {
    const store = recordingStore(memoryStore());
    const bank = await openBank({ store });
    store.calls.length = 0;
    const rate = async (password: string, hints?: string[]) =>
      (await bank.browser().post('/register/strength', { password, ...(hints ? { hints } : {}) })).body;
    expect(await rate(PASSWORD)).toMatchObject({ acceptable: true });
    expect(await rate('password123456')).toMatchObject({ acceptable: false });
    expect(await rate(PASSWORD, ['copper@bank.test'])).toMatchObject({ acceptable: false });
    expect(store.calls.filter((call) => /insert|put/.test(call))).toEqual([]);
  });
});
