import { describe, expect, it } from 'vitest';
import { createEmailCode, emailCodeDigest, emailCodeMatches } from './email-codes';
import { startedTestContext } from './testing-context';

describe('codes by mail', () => {
  it('are six digits, and match their digest for their record only, with spaces or without', async () => {
    const ctx = await startedTestContext();
    const code = createEmailCode(ctx);
    expect(code).toMatch(/^\d{6}$/);
    const digest = emailCodeDigest(ctx, 'record-1', code);
    expect(digest).not.toContain(code);
    expect(emailCodeMatches(ctx, 'record-1', code, digest)).toBe(true);
    expect(emailCodeMatches(ctx, 'record-1', ` ${code.slice(0, 3)}-${code.slice(3)} `, digest)).toBe(true);
    expect(emailCodeMatches(ctx, 'record-2', code, digest)).toBe(false);
    for (const wrong of ['', code.slice(1), `${code}0`, 'x'.repeat(1_000)]) {
      expect(emailCodeMatches(ctx, 'record-1', wrong, digest)).toBe(false);
    }
  });
});
