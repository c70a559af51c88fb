import { describe, expect, it } from 'vitest';
import { loadPasswordEstimator, MAX_PASSWORD_LENGTH, passwordStrength } from './password-strength';

const rate = (password: string, hints: string[] = []) => passwordStrength({ password, hints, minLength: 12, minScore: 3 });

describe('passwordStrength', () => {
  it('takes a long uncommon password and refuses short, common and repetitive ones, saying why', async () => {
    expect(await rate('copper-anvil-93')).toMatchObject({ acceptable: true, score: 4 });
    for (const weak of ['copper-9!', 'password1234', 'aaaaaaaaaaaaaaaa', 'qwertyuiop[]']) {
      const { acceptable, warning } = await rate(weak);
      expect([weak, acceptable]).toEqual([weak, false]);
      expect(warning).toBeTruthy();
      expect(warning).not.toContain(weak);
    }
  });

  it('counts characters, not UTF-16 units', async () => {
    expect((await rate('😀🦊🐢🦀🌵🪁')).acceptable).toBe(false);
    expect((await rate('😀🦊🐢🦀🌵🪁🧲🫐🪕🧃🧿🪶')).acceptable).toBe(true);
  });

  it('refuses parts of name, address and sign-in name, whatever their case and accents', async () => {
    const hints = ['Zoë Winterbourne', 'zoe.w@anvil.example'];
    for (const password of ['winterbourne-9Kq2x', 'X7-WINTERBOURNÉ-q2', 'anvil-9Kq2x-tzmmp']) {
      expect([password, (await rate(password, hints)).acceptable]).toEqual([password, false]);
    }
    // Three letters are in too many passwords to be refused.
    expect((await rate('zoe7-Kq2x-tzmmp-4', hints)).acceptable).toBe(true);
  });

  it('looks at no more than 128 characters', async () => {
    expect((await rate('x9-Kq'.repeat(26))).acceptable).toBe(false);
    expect('x9-Kq'.repeat(26).length).toBeGreaterThan(MAX_PASSWORD_LENGTH);
  });

  it('bounds the work of the estimate for what is made to cost much', async () => {
    const estimator = await loadPasswordEstimator();
    for (const hostile of ['4@8({[</369&#!1/|0$5+7%2/4'.repeat(4), '1234567890'.repeat(12), 'p4$$w0rd'.repeat(16)]) {
      const { sequence } = estimator.check(hostile.slice(0, 48));
      // The estimator itself looks at no more, whoever calls it.
      expect(estimator.check(hostile).sequence).toEqual(sequence);
      expect((await rate(hostile)).suggestions).toBeInstanceOf(Array);
    }
  });

  it('loads its dictionaries once', () => {
    expect(loadPasswordEstimator()).toBe(loadPasswordEstimator());
  });

  it('names an argument of the wrong kind', async () => {
    await expect(rate(7 as never)).rejects.toThrow('password');
    await expect(rate('copper-anvil-93', [7] as never)).rejects.toThrow('hints');
  });
});
