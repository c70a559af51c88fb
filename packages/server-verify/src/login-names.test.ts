import { describe, expect, it } from 'vitest';
import { findLoginName, isRegistrable, normaliseIdentifier, takeLoginName } from './login-names';
import { startedTestContext } from './testing-context';

describe('sign-in names', () => {
  it('are compared without case, width and surrounding space', () => {
    expect(normaliseIdentifier('  Ａda.L ')).toBe('ada.l');
  });

  it('may be names and mail addresses, and nothing that could pass for another or break a line', () => {
    for (const good of ['ada', 'ada.l@bank.example', 'žofie_2', 'a+b-c']) {
      expect([good, isRegistrable(good)]).toEqual([good, true]);
    }
    for (const bad of ['', 'ab', '.ada', 'a b', 'a\nb', 'ada\u200b', 'a'.repeat(129), '<ada>']) {
      expect([bad, isRegistrable(bad)]).toEqual([bad, false]);
    }
  });

  it('lead to one customer, and an unknown one always to the same decoy', async () => {
    const ctx = await startedTestContext();
    await ctx.store.transaction(async (tx) => {
      const name = { subject: 's1', hostSubject: 'h1' };
      expect(await takeLoginName(ctx, tx, 'ada', name)).toBe(true);
      expect(await takeLoginName(ctx, tx, 'ada', name)).toBe(true);
      expect(await takeLoginName(ctx, tx, 'ada', { subject: 's2', hostSubject: 'h2' })).toBe(false);
      expect(await findLoginName(ctx, tx, 'ada')).toEqual({ ...name, known: true });
      const decoy = await findLoginName(ctx, tx, 'eve');
      expect(decoy.known).toBe(false);
      expect(await findLoginName(ctx, tx, 'eve')).toEqual(decoy);
      expect((await findLoginName(ctx, tx, 'eva')).subject).not.toBe(decoy.subject);
      // Too long for anybody, and still looked up.
      expect((await findLoginName(ctx, tx, '\uFDFA'.repeat(254).normalize('NFKC'))).known).toBe(false);
      expect((await findLoginName(ctx, tx, '')).known).toBe(false);
    });
  });
});
