import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Libsql from 'libsql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Bank } from './support/bank';
import { person, typist } from './support/people';
import { persistentPost } from './support/persistent-post';
import { RemoteCustomer } from './support/remote-customer';

const ROUNDS = process.env.TACIT_SOAK === '1' ? 30 : 2;
const OPENING_BALANCE = 500_000;
// Failures of broken-off logins would block the one address that all of this comes from.
// Typing stays young, so that every login has both steps to be broken off in.
const policy = {
  throttle: { failures: 100, cap: 1_000 },
  // However long a busy machine takes over starting the server again: what was judged can be asked for, and who waits is not locked out.
  challenge: { leaseMs: 1_000, outcomeMs: 600_000 },
  session: { idleMs: 3_600_000 },
  typing: { readyAt: 200 },
};

let bank: Bank;
beforeAll(async () => {
  bank = await Bank.start({ policy });
});
afterAll(() => bank.stop());

/** The same moments in every run: a failure can be looked at again. */
function* moments(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 4_294_967_296;
  }
}

/** Starts a request, kills the server at the given moment, starts it again, and lets the same request be repeated until it is answered. */
async function brokenOff<T>(afterMs: number, request: () => Promise<T>): Promise<T> {
  const answer = request();
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  await bank.kill();
  await bank.restart();
  return answer;
}

async function newCustomer(name: string): Promise<RemoteCustomer> {
  const customer = new RemoteCustomer(bank.origin, person(name), typist('steady'));
  expect((await customer.register()).status).toBe(201);
  return customer;
}

async function account(customer: RemoteCustomer): Promise<{ id: string; number: string; balance: number }> {
  const answer = await customer.client.get('/api/accounts');
  expect(answer.status).toBe(200);
  const [first] = answer.body.accounts as Array<{ id: string; number: string; balance: number }>;
  if (!first) throw new Error('no account');
  return first;
}

/** What the bank's own files say: every balance is the sum of its entries, and together they are nothing. */
function ledgerIsWhole(): void {
  const database = new Libsql(join(bank.dataFolder, 'bank.db'), { readonly: true });
  try {
    const total = database.prepare('select coalesce(sum(balance), 0) as total from accounts').get() as { total: number };
    const wrong = database
      .prepare('select a.id from accounts a where a.balance <> (select coalesce(sum(e.amount), 0) from entries e where e.account = a.id)')
      .all();
    const halves = database.prepare('select transfer from entries group by transfer having count(*) <> 2 or sum(amount) <> 0').all();
    expect({ total: total.total, wrong, halves }).toEqual({ total: 0, wrong: [], halves: [] });
  } finally {
    database.close();
  }
}

it(`loses nothing and does nothing twice when the server is killed during a registration (${ROUNDS} rounds)`, async () => {
  const moment = moments(7);
  for (let round = 0; round < ROUNDS; round += 1) {
    const customer = new RemoteCustomer(bank.origin, person(`Killed Registrant`), typist('steady', round));
    customer.client.post = repeating(customer.client.post.bind(customer.client));
    const submitted = await brokenOff(moment.next().value * 250, () => customer.submitRegistration());
    expect(submitted.status).toBe(200);
    const emailCode = await customer.mailedCode();
    const confirmed = await brokenOff(moment.next().value * 120, () => customer.confirmRegistration(submitted, emailCode));
    expect(confirmed.status).toBe(201);
    // The account is there once, with its opening balance, and its owner gets in.
    const fresh = new RemoteCustomer(bank.origin, customer.person, customer.typist);
    fresh.card = customer.card;
    expect((await fresh.signIn()).body.status).toBe('signed-in');
    expect((await account(fresh)).balance).toBe(OPENING_BALANCE);
    ledgerIsWhole();
  }

  /** A client that repeats what was not answered, with its own idempotency key. */
  function repeating(post: RemoteCustomer['client']['post']): RemoteCustomer['client']['post'] {
    return (path, body, headers = {}) =>
      persistentPost({ post } as RemoteCustomer['client'], path, body, headers['idempotency-key'] ?? randomUUID());
  }
});

it(`gives a login that was broken off one outcome (${ROUNDS} rounds)`, async () => {
  const customer = await newCustomer('Killed Visitor');
  const moment = moments(11);
  for (let round = 0; round < ROUNDS; round += 1) {
    const started = await customer.client.post('/auth/login/start', {});
    const body = {
      challenge: started.body.challenge,
      identifier: customer.person.email,
      password: customer.person.password,
      typing: customer.secret(),
    };
    const key = randomUUID();
    const outcome = await brokenOff(moment.next().value * 120, () => persistentPost(customer.client, '/auth/login', body, key));
    // Young template: the code is asked for.
    expect(outcome.body.status).toBe('step-up');
    const again = await persistentPost(customer.client, '/auth/login', body, key);
    expect(again.body).toEqual(outcome.body);
    const { challenge, coordinates } = outcome.body as unknown as { challenge: string; coordinates: string[] };
    const stepUp = { challenge, code: customer.code(coordinates) };
    const opened = await brokenOff(moment.next().value * 60, () => persistentPost(customer.client, '/auth/step-up', stepUp, `${key}-code`));
    expect(opened.body.status).toBe('signed-in');
    expect((await account(customer)).balance).toBe(OPENING_BALANCE);
  }
});

it(`moves the money of a transfer exactly once (${ROUNDS} rounds)`, async () => {
  const payer = await newCustomer('Killed Payer');
  const payee = await newCustomer('Waiting Payee');
  const from = await account(payer);
  const to = await account(payee);
  const moment = moments(13);
  let moved = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const amount = 1_000 + round;
    const body = { from: from.id, to: to.number, amount, reference: `round ${round}` };
    const key = randomUUID();
    const receipt = await brokenOff(moment.next().value * 40, () => persistentPost(payer.client, '/api/transfers', body, key));
    expect(receipt.status).toBe(201);
    moved += amount;
    expect((await persistentPost(payer.client, '/api/transfers', body, key)).body).toEqual(receipt.body);
    expect((await account(payer)).balance).toBe(OPENING_BALANCE - moved);
    expect((await account(payee)).balance).toBe(OPENING_BALANCE + moved);
    ledgerIsWhole();
  }
});
