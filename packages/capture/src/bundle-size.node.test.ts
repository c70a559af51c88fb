import { describe, expect, it } from 'vitest';
import { bundle } from './test-bundle';

describe('what reaches a browser, minified and gzipped', () => {
  it.each([
    ['index.ts', 6_000],
    ['transport.ts', 2_500],
  ])('%s has less than %d bytes', async (entry, limit) => {
    const { bytes } = await bundle(entry);
    console.info(`${entry}: ${bytes} bytes of gzip`);
    expect(bytes).toBeLessThan(limit);
  });

  it('holds nothing of the server side, and neither entry holds the other', async () => {
    const [main, transport] = [await bundle('index.ts'), await bundle('transport.ts')];
    expect(main.text).not.toMatch(/ERR_SAMPLE|TacitError|import\s*["'{]|ERR_TRANSPORT|idempotency/);
    expect(transport.text).not.toMatch(/keydown|ERR_ENROLMENT|import\s*["'{]/);
  });
});
