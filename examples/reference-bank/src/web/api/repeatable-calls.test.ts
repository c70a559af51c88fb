import { expect, it } from 'vitest';
import { authCalls } from './auth';
import { bankCalls } from './bank';
import { type ApiRequest, createClient } from './client';

it('gives calls that are safe to repeat a key of their own, each time another', async () => {
  const requests: ApiRequest[] = [];
  const client = createClient({
    send: async (request) => {
      requests.push(request);
      return {};
    },
    exclusively: (work) => work(),
    onLocked: () => undefined,
    onSignedOut: () => undefined,
  });
  const auth = authCalls(client);
  const order = { from: 'a', to: 'b', amount: 1, reference: '' };
  for (const call of [auth.loginStart, auth.reauthenticateStart, auth.activity, auth.lock, auth.logout, auth.textStart]) {
    await call();
  }
  await auth.stepUpStart({ purpose: 'transfer' });
  await auth.registerStart({ biometrics: 'declined', face: 'declined', session: 'declined' });
  await bankCalls(client).checkTransfer(order);
  const keys = requests.map(({ idempotencyKey }) => idempotencyKey);
  expect(keys.every((key) => key !== undefined)).toBe(true);
  expect(new Set(keys).size).toBe(9);
  // What has effects is given its key by the page, which knows whether it is the same deed.
  await auth.login({ challenge: 'c', identifier: 'i', password: 'p', typing: null }, { idempotencyKey: 'deed' });
  expect(requests.at(-1)?.idempotencyKey).toBe('deed');
});
