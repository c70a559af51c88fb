import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileKey, generateKey, keyring } from '@tacit-auth/crypto';
import { createVerifier } from '@tacit-auth/server-verify';
import { sqlite } from '@tacit-auth/server-verify/sqlite';
import Libsql from 'libsql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Bank } from './support/bank';
import { PATIENCE_MS } from './support/patience';
import { person, typist } from './support/people';
import { RemoteCustomer } from './support/remote-customer';

let bank: Bank;
beforeAll(async () => {
  bank = await Bank.start({ policy: { throttle: { failures: 100, cap: 1_000 } } });
});
afterAll(() => bank.stop());

/** Where a planted marker can be read in the bank's files or output, in any of the encodings that it might have been kept in. */
function findings(markers: Record<string, string>): string[] {
  const places = [...bank.files(), { name: 'output', bytes: Buffer.from(bank.output) }];
  return Object.entries(markers).flatMap(([what, marker]) => {
    const base64 = Buffer.from(marker).toString('base64').replace(/=+$/, '');
    const forms = [
      marker,
      marker.toLowerCase(),
      marker.toUpperCase(),
      encodeURIComponent(marker),
      Buffer.from(marker, 'utf16le'),
      base64.slice(0, -1),
      Buffer.from(marker).toString('hex'),
    ];
    return places.filter(({ bytes }) => forms.some((form) => bytes.includes(form))).map(({ name }) => `${what} in ${name}`);
  });
}

it('keeps no password, e-mail, name, timing or typed text where it could be read, through a whole session', async () => {
  const customer = new RemoteCustomer(
    bank.origin,
    { name: 'Quillon Marker', email: 'planted.marker@example.test', password: 'violet zebra compass 77' },
    typist('steady'),
  );
  const samples: string[] = [];
  const post = customer.client.post.bind(customer.client);
  customer.client.post = (path, body, headers) => {
    const text = JSON.stringify(body);
    for (const [, keys] of text.matchAll(/"keys":\[(\[[^\]]*\],\[[^\]]*\],\[[^\]]*\],\[[^\]]*\])/g)) if (keys) samples.push(keys);
    return post(path, body, headers);
  };
  const registered = await customer.register();
  expect(registered.status, JSON.stringify(registered.body.error)).toBe(201);
  expect((await customer.login({ password: 'wrong violet compass 99' })).status).toBe(401);
  expect((await customer.signIn()).body.status).toBe('signed-in');
  const other = new RemoteCustomer(bank.origin, person('Ordinary Payee'), typist('fast'));
  expect((await other.register()).status).toBe(201);
  const [from] = (await customer.client.get('/api/accounts')).body.accounts as Array<{ id: string }>;
  const [to] = (await other.client.get('/api/accounts')).body.accounts as Array<{ number: string }>;
  const body = { from: from?.id, to: to?.number, amount: 500, reference: 'planted reference marker' };
  expect((await customer.client.post('/api/transfers', body, { 'idempotency-key': 'marker' })).status).toBe(201);

  expect(samples.length).toBeGreaterThan(8);
  const card = customer.card?.cells.flat().slice(0, 6).join(' ') ?? '';
  expect(
    findings({
      password: 'violet zebra compass 77',
      'wrong password': 'wrong violet compass 99',
      'e-mail': 'planted.marker@example.test',
      name: 'Quillon Marker',
      reference: 'planted reference marker',
      card,
      ...Object.fromEntries(samples.map((keys, index) => [`timing array ${index}`, keys])),
    }),
  ).toEqual([]);
  // The same search finds what is there: the test can fail.
  expect(findings({ 'table name': 'entries_by_account' })).not.toEqual([]);
});

it('rotates its keys while people sign in, and goes on without the old one', async () => {
  const people = await Promise.all(
    ['One', 'Two', 'Three'].map(async (name) => {
      const customer = new RemoteCustomer(bank.origin, person(`Rotating ${name}`), typist('steady'));
      expect((await customer.register()).status).toBe(201);
      return customer;
    }),
  );
  const keyFile = join(bank.dataFolder, 'keys');
  const old = readFileSync(keyFile, 'utf8').trim();
  // A slip of whoever rotates closes no bank.
  writeFileSync(keyFile, 'no key\n');
  process.kill(bank.pid, 'SIGHUP');
  await expect.poll(() => bank.output, { timeout: PATIENCE_MS }).toContain('keys-not-rotated');
  expect((await fetch(`${bank.origin}/healthz`)).status).toBe(200);
  const fresh = generateKey();
  writeFileSync(keyFile, `${fresh},${old}\n`);
  chmodSync(keyFile, 0o600);
  let rotating = true;
  const logins = people.map(async (customer) => {
    let count = 0;
    while (rotating || count < 2) {
      expect((await customer.signIn()).body.status).toBe('signed-in');
      count += 1;
    }
    return count;
  });
  process.kill(bank.pid, 'SIGHUP');
  await expect.poll(() => bank.output, { timeout: PATIENCE_MS }).toContain('keys rotated');
  rotating = false;
  for (const count of await Promise.all(logins)) expect(count).toBeGreaterThan(1);

  // With the new key alone everything still opens.
  writeFileSync(keyFile, `${fresh}\n`);
  await bank.kill();
  await bank.restart();
  for (const customer of people) {
    expect((await customer.signIn()).body.status).toBe('signed-in');
    expect((await customer.client.get('/api/accounts')).status).toBe(200);
  }
});

it('erases a customer so that nothing is left to read, and the audit chain still verifies', async () => {
  const customer = new RemoteCustomer(bank.origin, person('Vanishing Person'), typist('slow'));
  expect((await customer.register()).status).toBe(201);
  const subject = newestOwner();
  const { challenge, coordinates } = (await customer.client.post('/auth/step-up/start', { purpose: 'settings', binding: 'erase' }))
    .body as unknown as {
    challenge: string;
    coordinates: string[];
  };
  const confirmed = await customer.client.post('/auth/step-up', { challenge, code: customer.code(coordinates) });
  expect(confirmed.body.status).toBe('confirmed');
  const erased = await customer.client.post('/auth/erase', { confirmation: confirmed.body.confirmation });
  expect([erased.status, erased.body.status]).toEqual([200, 'erased']);
  expect((await customer.client.get('/api/accounts')).status).toBe(401);
  expect((await customer.login()).status).toBe(401);
  expect(findings({ 'e-mail': customer.person.email, name: 'Vanishing Person' })).toEqual([]);

  // An auditor looks at what is left, with the installation's keys: the chain of the erased customer is whole, and nothing in it opens.
  await bank.kill();
  const auditor = createVerifier({
    store: sqlite(join(bank.dataFolder, 'tacit.db')),
    keys: keyring({ provider: fileKey(join(bank.dataFolder, 'keys')) }),
  });
  try {
    await auditor.start();
    const verdict = await auditor.verifyAudit({ subject });
    expect(verdict).toMatchObject({ status: 'intact', entries: expect.any(Number) });
    expect(verdict.status === 'intact' ? verdict.entries : 0).toBeGreaterThan(2);
    expect((await auditor.verifyAudit()).status).toBe('intact');
    await expect(auditor.exportSubject({ subject })).rejects.toMatchObject({ code: 'ERR_SUBJECT_UNKNOWN' });
  } finally {
    await auditor.close();
    await bank.restart();
  }
});

/** The id under which Tacit and the bank know the customer who came last. */
function newestOwner(): string {
  const database = new Libsql(join(bank.dataFolder, 'bank.db'), { readonly: true });
  try {
    const row = database.prepare('select owner from accounts where owner is not null order by opened_at desc limit 1').get() as {
      owner: string;
    };
    return row.owner;
  } finally {
    database.close();
  }
}
