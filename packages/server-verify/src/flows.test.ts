import { describe, expect, it } from 'vitest';
import { answerOf, login, openBank, registerCustomer, stepUp, trainTemplate, wrongAnswer } from './testing-flows';

describe('debug', () => {
  it('registers and signs in', async () => {
    const bank = await openBank();
    const ada = await registerCustomer(bank);
    expect((await ada.browser.get('/session')).body).toMatchObject({ state: 'full', name: 'Ada L' });
    const t = performance.now();
    await trainTemplate(bank, ada);
    console.log('train', performance.now() - t, bank.events);
    console.log(JSON.stringify((await ada.browser.get('/security')).body, null, 1));
    const a = await login(ada);
    console.log(a.body);
    expect(answerOf).toBeDefined();
    expect(wrongAnswer).toBeDefined();
    expect(stepUp).toBeDefined();
  });
});
