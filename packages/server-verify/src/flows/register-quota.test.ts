import { describe, expect, it } from 'vitest';
import type { MatrixCardView } from '../matrix-card-view';
import { openBank, submitRegistration } from '../testing-flows';

interface Submitted {
  registration: string;
  card: MatrixCardView;
  coordinates: string[];
}

describe('registrations', () => {
  it('sends one address five codes, then one in half a minute', async () => {
    const bank = await openBank();
    const statuses = [];
    for (let i = 0; i < 6; i++) {
      const { browser, body } = await submitRegistration(bank, { identifier: `name${i}`, biometrics: 'declined' });
      const { registration } = (await browser.post('/register/start', { consent: { terms: '1', biometrics: 'declined' } }))
        .body as unknown as Submitted;
      statuses.push((await browser.post('/register', { ...body, email: 'victim@mail.test', registration })).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });
});

it('takes no more registrations from one address than the policy allows in an hour', async () => {
  const bank = await openBank({ policy: { registration: { perHour: 1 } } });
  const browser = bank.browser();
  const first = await submitRegistration(bank, { browser, seed: 1, identifier: 'ada' });
  expect(first.submitted.status).toBe(200);
  const second = await submitRegistration(bank, { browser, seed: 2, identifier: 'bob' });
  expect(second.submitted.body).toMatchObject({ error: { code: 'ERR_THROTTLED', retryAfter: 3600 } });
});
