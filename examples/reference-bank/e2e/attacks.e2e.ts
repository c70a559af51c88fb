import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bank } from './support/bank';
import { PATIENCE_MS } from './support/patience';
import { person, typist } from './support/people';
import { RemoteCustomer } from './support/remote-customer';

let bank: Bank;
/** A bank of the leaver's own: on a busy machine the others take longer than this over a step-up. */
let hasty: Bank;
/** Has typed a password and gone away, before the tests begin. */
let leaver: RemoteCustomer;
let mailsBefore: number;
beforeAll(async () => {
  [bank, hasty] = await Promise.all([
    Bank.start({ policy: { throttle: { failures: 100, cap: 1_000 } } }),
    Bank.start({ policy: { session: { stepUpMs: 10_000 } } }),
  ]);
  leaver = await customer('Abandoned Owner', { at: hasty });
  mailsBefore = (await alertsOf(leaver)).length;
  expect((await leaver.login()).body.status).toBe('step-up');
});
afterAll(async () => {
  await Promise.all([bank?.stop(), hasty?.stop()]);
});

async function customer(name: string, { at = bank }: { at?: Bank } = {}): Promise<RemoteCustomer> {
  const registered = new RemoteCustomer(at.origin, person(name), typist('steady'));
  const answer = await registered.register();
  expect(answer.status, JSON.stringify(answer.body.error)).toBe(201);
  return registered;
}

async function loginBody(visitor: RemoteCustomer) {
  const started = await visitor.client.post('/auth/login/start', {});
  return {
    challenge: started.body.challenge,
    identifier: visitor.person.email,
    password: visitor.person.password,
    typing: visitor.secret(),
  };
}

async function alertsOf(visitor: RemoteCustomer): Promise<string[]> {
  return (await visitor.mails()).map((mail) => mail.subject);
}

describe('a recorded login that is sent again', () => {
  it('is refused because its challenge is spent', async () => {
    const owner = await customer('Recorded Owner');
    const body = await loginBody(owner);
    expect((await owner.client.post('/auth/login', body, { 'idempotency-key': randomUUID() })).status).toBe(200);
    const replay = await owner.client.post('/auth/login', body, { 'idempotency-key': randomUUID() });
    expect([replay.status, replay.body.error?.code]).toEqual([409, 'ERR_CHALLENGE_USED']);
  });

  it('is refused from another browser, whose challenge it is not', async () => {
    const owner = await customer('Copied Owner');
    const body = await loginBody(owner);
    const thief = new RemoteCustomer(bank.origin, owner.person, owner.typist);
    await thief.client.post('/auth/login/start', {});
    const stolen = await thief.client.post('/auth/login', body);
    expect([stolen.status, stolen.body.error?.code]).toEqual([400, 'ERR_CHALLENGE_MISMATCH']);
  });

  it('is refused when the old typing comes with a new challenge, and the owner is told', async () => {
    const owner = await customer('Replayed Owner');
    const body = await loginBody(owner);
    expect((await owner.client.post('/auth/login', body)).status).toBe(200);
    const fresh = await loginBody(owner);
    const replay = await owner.client.post('/auth/login', { ...fresh, typing: body.typing });
    expect([replay.status, replay.body.error?.code]).toEqual([401, 'ERR_CREDENTIALS']);
    await expect.poll(() => alertsOf(owner), { timeout: PATIENCE_MS }).toContainEqual(expect.stringMatching(/sign-in/i));
  });
});

it('judges one of 50 submits of one challenge', async () => {
  const owner = await customer('Fifty Times');
  const body = await loginBody(owner);
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => owner.client.post('/auth/login', body, { 'idempotency-key': randomUUID() })),
  );
  const judged = answers.filter((answer) => answer.status === 200);
  const refused = answers.filter(
    (answer) => answer.status === 409 && ['ERR_CHALLENGE_USED', 'ERR_CHALLENGE_BUSY'].includes(answer.body.error?.code ?? ''),
  );
  expect([judged.length, refused.length]).toEqual([1, 49]);
});

it('recognises a script by its constant rhythm, whether or not it knows the password', async () => {
  const owner = await customer('Scripted Owner');
  for (const password of [owner.person.password, 'not the password at all']) {
    const body = await loginBody(owner);
    const typing = {
      ...body.typing,
      keys: Array.from({ length: 20 }, (_, n): [null, number, number] => [null, n * 800, n * 800 + 500]),
    };
    const answer = await owner.client.post('/auth/login', { ...body, password, typing });
    expect([answer.status, answer.body.error?.code]).toEqual([422, 'ERR_TYPING_AUTOMATED']);
  }
});

it('asks for the card in the same cells until they are answered, and suspends it after five wrong codes', async () => {
  const owner = await customer('Guessed Owner');
  const first = (await owner.login()).body as unknown as { challenge: string; coordinates: string[] };
  const reload = (await owner.client.post('/auth/step-up/start', {})).body as unknown as { challenge: string; coordinates: string[] };
  expect(reload.coordinates).toEqual(first.coordinates);
  const next = (await new RemoteCustomer(bank.origin, owner.person, owner.typist).login()).body as unknown as { coordinates: string[] };
  expect(next.coordinates).toEqual(first.coordinates);

  const right = owner.code(reload.coordinates);
  const wrong = right.startsWith('22') ? `33${right.slice(2)}` : `22${right.slice(2)}`;
  for (let n = 1; n <= 5; n += 1) {
    const { challenge } = (await owner.client.post('/auth/step-up/start', {})).body as unknown as { challenge: string };
    const refused = await owner.client.post('/auth/step-up', { challenge, code: wrong });
    expect([refused.status, refused.body.error?.code]).toEqual(n < 5 ? [401, 'ERR_CODE_WRONG'] : [409, 'ERR_CARD_SUSPENDED']);
    // One answer a challenge: the right code comes too late for it.
    const late = await owner.client.post('/auth/step-up', { challenge, code: right });
    expect(late.status).not.toBe(200);
  }
  const suspended = await owner.login();
  expect(suspended.body).toMatchObject({ status: 'step-up', next: 'card-suspended' });
  expect((await owner.client.get('/api/accounts')).status).toBe(403);
});

it('answers wrong passwords and unknown people alike', async () => {
  const owner = await customer('Known Owner');
  const stranger = new RemoteCustomer(bank.origin, person('No Such Person'), typist('steady'));
  const wrong = await owner.login({ password: 'this is not my password' });
  const unknown = await stranger.login();
  expect([wrong.status, wrong.body]).toEqual([401, unknown.body]);
  expect(unknown.status).toBe(401);

  const again = new RemoteCustomer(bank.origin, { ...owner.person, name: 'Somebody Else' }, typist('fast'));
  const taken = await again.submitRegistration();
  const free = await stranger.submitRegistration();
  expect(taken.status).toBe(free.status);
  expect(shape(taken.body)).toEqual(shape(free.body));
  expect(taken.body.card).toBeDefined();
  const { registration, coordinates } = taken.body as unknown as { registration: string; coordinates: string[] };
  const confirmed = await again.client.post('/auth/register/confirm', { registration, emailCode: '123456', code: again.code(coordinates) });
  expect([confirmed.status, confirmed.body.error?.code]).toEqual([401, 'ERR_CODE_WRONG']);
});

it('tells the owner of a step-up that was left after a right password', async () => {
  await expect.poll(async () => (await alertsOf(leaver)).length, { timeout: PATIENCE_MS, interval: 500 }).toBe(mailsBefore + 1);
});

/** The form of an answer without its secrets: names and kinds of fields. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shape(field)]));
  return typeof value;
}
