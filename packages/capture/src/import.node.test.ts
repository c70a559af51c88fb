import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

interface Bundler {
  build(options: object): Promise<{ outputFiles: { contents: Uint8Array; text: string }[] }>;
}

// The bundler is the one that builds the packages; it is no dependency of this one.
const fromRoot = createRequire(new URL('../../../package.json', import.meta.url));
const { build } = createRequire(fromRoot.resolve('tsup'))('esbuild') as Bundler;

/** A file, or a line of an app's code, as it reaches a browser: one minified script, and its size in bytes once gzipped. */
async function bundle(entry: string, format: 'esm' | 'iife' = 'esm'): Promise<{ bytes: number; text: string }> {
  const { outputFiles } = await build({
    ...(/\.ts$/.test(entry)
      ? { entryPoints: [fileURLToPath(new URL(entry, import.meta.url))] }
      : { stdin: { contents: entry, resolveDir: fileURLToPath(new URL('.', import.meta.url)) } }),
    bundle: true,
    minify: true,
    format,
    globalName: 'bundle',
    target: 'es2022',
    platform: 'browser',
    write: false,
  });
  const { contents, text } = outputFiles[0]!;
  return { bytes: gzipSync(contents, { level: 9 }).byteLength, text };
}

// The language alone: no page, no timers, no performance, no fetch. Whatever an import touches beyond it throws.
function inEmptyRealm(entry: string, use: string): unknown {
  return runInNewContext(`${entry}\n;${use}`);
}

/** An app that posts what it recorded, and streams nothing. */
const POSTING = "export { CaptureError, getJson, newIdempotencyKey, postJson } from './transport'";

describe('import on a server', () => {
  it('needs nothing but the language, and so does what a component makes while it is rendered', async () => {
    const main = await bundle('index.ts', 'iife');
    expect(inEmptyRealm(main.text, 'typeof document + typeof performance + typeof setTimeout')).toBe('undefined'.repeat(3));
    const made =
      '[bundle.watchIdle().state, bundle.recordFreeText({ onWindow() {} }).state, bundle.createEnrolment().state.status, new bundle.CaptureError("ERR_ENROLMENT_STEP", "m").code]';
    expect(inEmptyRealm(main.text, `${made}.join()`)).toBe('stopped,stopped,in-progress,ERR_ENROLMENT_STEP');
    const transport = await bundle('transport.ts', 'iife');
    expect(inEmptyRealm(transport.text, 'Object.keys(bundle).sort().join()')).toBe(
      'CaptureError,evidenceQueue,evidenceTransport,getJson,newIdempotencyKey,postJson,streamEvidence',
    );
  });

  it('works in plain Node', async () => {
    expect('document' in globalThis || 'window' in globalThis).toBe(false);
    const main = await import('./index');
    expect(Object.keys(main).sort()).toEqual([
      'CaptureError',
      'createEnrolment',
      'entryQuality',
      'recordFreeText',
      'recordPointer',
      'recordTyping',
      'secretSteps',
      'textSteps',
      'typingMeter',
      'watchIdle',
    ]);
    const noDocument = expect.objectContaining({ code: 'ERR_CAPTURE_NO_DOCUMENT' });
    expect(() => main.watchIdle().start()).toThrow(noDocument);
    expect(() => main.recordFreeText({ onWindow() {} }).start()).toThrow(noDocument);
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

describe('what reaches a browser, minified and gzipped', () => {
  it.each([
    ['index.ts', 9_800],
    ["export { recordTyping } from './index'", 3_400],
    ["export { recordFreeText } from './index'", 4_200],
    ["export { recordPointer } from './index'", 3_000],
    [POSTING, 2_500],
    ["export { streamEvidence } from './transport'", 19_800],
    ["export { evidenceQueue } from './transport'", 5_850],
    ["export { evidenceTransport } from './transport'", 5_550],
    ['transport.ts', 20_000],
  ])('%s has less than %d bytes', async (entry, limit) => {
    const { bytes } = await bundle(entry);
    console.info(`${entry}: ${bytes} bytes of gzip`);
    expect(bytes).toBeLessThan(limit);
  });

  it('is only what an app imports', async () => {
    const { text } = await bundle("export { recordTyping } from './index'");
    expect(text).toContain('keydown');
    expect(text).not.toMatch(/pointermove|onWindow|Semicolon|broadcast/i);
  });

  it('holds nothing of the server side, and only who streams carries the recorders with the transport, and the database', async () => {
    const [main, posting, whole] = [await bundle('index.ts'), await bundle(POSTING), await bundle('transport.ts')];
    expect(main.text).not.toMatch(/ERR_SAMPLE|TacitError|import\s*["'{]|ERR_TRANSPORT|idempotency|indexedDB|IDBDatabase/);
    expect(posting.text).not.toMatch(/keydown|pointermove|ERR_ENROLMENT|import\s*["'{(]|indexedDB|IDBDatabase|WebSocket/);
    expect(whole.text).not.toMatch(/ERR_SAMPLE|ERR_EVIDENCE_(TYPE|JSON|PROPERTY)|TacitError|ERR_ENROLMENT|import\s*["'{]/);
    // The tests above would not see it if the database were not there at all.
    expect(whole.text).toMatch(/IDBDatabase/);
  });
});
