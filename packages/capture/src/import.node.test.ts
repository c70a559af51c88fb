import { readdirSync, readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { bundle } from './test-bundle';

// The language alone: no page, no timers, no performance, no fetch. Whatever an import touches beyond it throws.
function inEmptyRealm(entry: string, use: string): unknown {
  return runInNewContext(`${entry}\n;${use}`);
}

describe('import on a server', () => {
  it('needs nothing but the language, and so does what a component makes while it is rendered', async () => {
    const main = await bundle('index.ts', 'iife');
    expect(inEmptyRealm(main.text, 'typeof document + typeof performance + typeof setTimeout')).toBe('undefined'.repeat(3));
    const made =
      '[bundle.watchIdle().state, bundle.createEnrolment().state.status, new bundle.CaptureError("ERR_ENROLMENT_STEP", "m").code]';
    expect(inEmptyRealm(main.text, `${made}.join()`)).toBe('stopped,in-progress,ERR_ENROLMENT_STEP');
    const transport = await bundle('transport.ts', 'iife');
    expect(inEmptyRealm(transport.text, 'Object.keys(bundle).sort().join()')).toBe('CaptureError,getJson,newIdempotencyKey,postJson');
  });

  it('works in plain Node', async () => {
    expect('document' in globalThis || 'window' in globalThis).toBe(false);
    const main = await import('./index');
    expect(Object.keys(main).sort()).toEqual([
      'CaptureError',
      'createEnrolment',
      'entryQuality',
      'recordTyping',
      'secretSteps',
      'textSteps',
      'typingMeter',
      'watchIdle',
    ]);
    expect(() => main.watchIdle().start()).toThrow(expect.objectContaining({ code: 'ERR_CAPTURE_NO_DOCUMENT' }));
  });

  it('the sources write to no console, evaluate no text and prevent nothing', () => {
    const folder = new URL('.', import.meta.url);
    const sources = readdirSync(folder).filter((name) => name.endsWith('.ts') && !/test/.test(name));
    expect(sources.length).toBeGreaterThan(10);
    for (const name of sources) {
      expect(readFileSync(new URL(name, folder), 'utf8'), name).not.toMatch(
        /console\.|\beval\(|new Function|innerHTML|preventDefault|localStorage/,
      );
    }
  });
});
