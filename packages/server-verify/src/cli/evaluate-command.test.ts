import { closeSync, linkSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNodeFiles } from './node-world';
import { testCli, typingLines } from './testing-cli';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacit-cli-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function fileOf(content: string | Uint8Array, name = 'entries.jsonl'): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The only row of a run's JSON. */
async function rowOf(argv: readonly string[]): Promise<Record<string, unknown> & { eer_user: number; auc: number }> {
  const { code, out } = await testCli([...argv, '--json', '-']);
  expect(code).toBe(0);
  const { rows } = JSON.parse(out) as { rows: (Record<string, unknown> & { eer_user: number; auc: number })[] };
  expect(rows).toHaveLength(1);
  return rows[0]!;
}

// People who are alike enough for some errors: spread .35 about centres of their own.
const crowd = { people: 8, samples: 25, spread: 0.35 };

describe('tacit evaluate', () => {
  it('prints figures for people, from plain and from gzip alike', async () => {
    const text = typingLines(crowd);
    const plain = await testCli(['evaluate', fileOf(text), '--enrol', '5']);
    expect(plain.code).toBe(0);
    expect(plain.out).toMatch(/^kernel\/\d+, 5 samples enrolled, no learning\n/);
    expect(plain.out).toContain('samples    200 in 1 text\n');
    expect(plain.out).toContain('templates  8 of 8 people\n');
    expect(plain.out).toContain('attempts   160 genuine, 112 impostor; 0 % could not be judged\n');
    expect(plain.out).toMatch(/EER, mean of each person's own {2}\d+\.\d\d % \[\d+\.\d\d, \d+\.\d\d\]\n/);
    expect(plain.out).toMatch(/FNMR at FMR 0\.1 % .*\(too few impostors: no FMR below 2\.68 % can be claimed\)\n/);
    expect(plain.out).toMatch(/set for FMR 1 % {2}FMR .* FNMR /);
    expect(plain.err).toContain('evaluating 200 samples: 100 % (8 of 8)\n');
    expect(await testCli(['evaluate', fileOf(gzipSync(text), 'entries.data'), '--enrol', '5'])).toEqual(plain);
    expect(await testCli(['evaluate', '-', '--enrol', '5'], { stdin: gzipSync(text) })).toEqual(plain);
  });

  it('tells people apart, and better with more entries', async () => {
    const file = fileOf(typingLines({ ...crowd, samples: 40 }));
    const few = await rowOf(['evaluate', file, '--enrol', '3']);
    const many = await rowOf(['evaluate', file, '--enrol', '20']);
    expect(few.eer_user).toBeGreaterThan(0);
    expect(few.eer_user).toBeLessThan(0.35);
    expect(many.eer_user).toBeLessThan(few.eer_user);
    expect(many.auc).toBeGreaterThan(0.9);
    expect(many).toMatchObject({
      suite: 'typing-jsonl',
      detector: 'default',
      condition: 'fixed',
      enrol: 20,
      users: 8,
      genuine: 160,
      insufficient: 0,
    });
  });

  it('finds nothing where all entries are of one kind', async () => {
    // The same person under eight names.
    const lines = typingLines({ ...crowd, people: 1, samples: 200 })
      .split('\n')
      .slice(0, -1);
    const text = lines.map((line, i) => JSON.stringify({ ...(JSON.parse(line) as object), user: `u${i % 8}` })).join('\n');
    const row = await rowOf(['evaluate', fileOf(text), '--enrol', '5']);
    expect(row.eer_user).toBeGreaterThan(0.35);
    expect(row.eer_user).toBeLessThan(0.65);
  });

  it('lets templates learn with --adaptive, and says by which gate', async () => {
    const file = fileOf(typingLines({ ...crowd, people: 5 }));
    const fixed = await rowOf(['evaluate', file, '--enrol', '5']);
    const product = await rowOf(['evaluate', file, '--enrol', '5', '--adaptive']);
    const timing = await rowOf(['evaluate', file, '--enrol', '5', '--adaptive', '--gate', 'timing']);
    expect(product).toMatchObject({ condition: 'fixed adaptive gate=product', users: 5, genuine: 100 });
    expect(timing).toMatchObject({ condition: 'fixed adaptive gate=timing' });
    expect(product.eer_user).toBeLessThanOrEqual(fixed.eer_user);
    const others = await rowOf(['evaluate', file, '--enrol', '5', '--adaptive', '--detector', 'scaled-manhattan']);
    expect(others).toMatchObject({ detector: 'scaled-manhattan', condition: 'fixed adaptive gate=timing' });
  });

  it.each(['scaled-manhattan', 'isolation-forest', 'one-class'] as const)('evaluates %s', async (detector) => {
    const file = fileOf(typingLines({ ...crowd, people: 5, samples: 16 }));
    const row = await rowOf(['evaluate', file, '--enrol', '8', '--detector', detector]);
    expect(row).toMatchObject({ detector, users: 5, genuine: 40, insufficient: 0 });
    expect(row.eer_user).toBeLessThan(0.4);
    expect(row.auc).toBeGreaterThan(0.7);
  });

  it('says so where a detector needs releases that the file does not tell', async () => {
    const file = fileOf(typingLines({ ...crowd, people: 3, samples: 12, releases: false }));
    const { code, err } = await testCli(['evaluate', file, '--enrol', '5', '--detector', 'isolation-forest']);
    expect(code).toBe(3);
    expect(err).toContain('no figures: the file tells no releases of keys, which this detector needs; try --detector default\n');
  });

  it('works by press times alone where no release is told, fixed and adaptive', async () => {
    const file = fileOf(typingLines({ ...crowd, people: 6, samples: 30, releases: false }));
    const fixed = await rowOf(['evaluate', file, '--enrol', '10']);
    const adaptive = await rowOf(['evaluate', file, '--enrol', '10', '--adaptive']);
    for (const row of [fixed, adaptive]) {
      expect(row).toMatchObject({ users: 6, genuine: 120, insufficient: 0 });
      expect(row.eer_user).toBeLessThan(0.35);
      expect(row.auc).toBeGreaterThan(0.7);
    }
    const { out } = await testCli(['evaluate', file, '--enrol', '10', '--json', '-']);
    expect(JSON.parse(out)).toMatchObject({ texts: [{ holds: false, keys: 12 }] });
  });

  it('gives the same figures for the same seed, and writes them to a file beside the table', async () => {
    const file = fileOf(typingLines({ ...crowd, people: 4 }));
    const json = join(folder, 'figures.json');
    const { code, out } = await testCli(['evaluate', file, '--enrol', '5', '--seed', '7', '--json', json]);
    expect([code, out.startsWith('kernel/')]).toEqual([0, true]);
    const again = await testCli(['evaluate', file, '--enrol', '5', '--seed', '7', '--json', '-']);
    expect(readFileSync(json, 'utf8')).toBe(again.out);
    expect(JSON.parse(again.out)).toMatchObject({ schema: 'tacit-evaluation/1', seed: 7, samples: 100 });
    const other = await testCli(['evaluate', file, '--enrol', '5', '--seed', '8', '--json', '-']);
    expect(other.out).not.toBe(again.out);
  });

  it('has a row for each text, and prints no control characters of a file', async () => {
    const text = ['one', 'two\u001b[31m'].map((group, i) => typingLines({ ...crowd, people: 3, keys: 9 + i, group })).join('');
    const file = fileOf(text);
    const { out } = await testCli(['evaluate', file, '--enrol', '5']);
    expect(out).toContain('  one       9 keys, 3 people: ');
    expect(out).toContain('  two?[31m  10 keys, 3 people: ');
    expect(out).not.toContain('\u001b');
    const { rows, texts } = JSON.parse((await testCli(['evaluate', file, '--enrol', '5', '--json', '-'])).out) as {
      rows: { condition: string }[];
      texts: unknown[];
    };
    expect(rows.map(({ condition }) => condition)).toEqual(['fixed', 'fixed group=one', 'fixed group=two\u001b[31m']);
    expect(texts).toHaveLength(2);
  });

  it('says so where there is nothing to compute', async () => {
    const file = fileOf(typingLines({ ...crowd, people: 3, samples: 5 }));
    const { code, out, err } = await testCli(['evaluate', file, '--enrol', '5']);
    expect(code).toBe(3);
    expect(out).toContain('nothing to compute it from');
    expect(err).toContain('no two people have more than 5 samples of one text');
    expect(await testCli(['evaluate', fileOf('', 'empty.jsonl'), '--enrol', '5'])).toMatchObject({ code: 1, out: '' });
  });

  it.each([
    [[], '--enrol is missing'],
    [['--enrol', '0'], '--enrol must be an integer from 1 to 1000'],
    [['--enrol', '5', '--kind', 'free'], '--kind must be fixed'],
    [['--enrol', '5', '--detector', 'best'], '--detector must be default, scaled-manhattan, isolation-forest or one-class'],
    [['--enrol', '5', '--gate', 'timing'], '--gate needs --adaptive'],
    [['--enrol', '5', '--adaptive', '--gate', 'none'], '--gate must be product, product-step-up or timing'],
    [['--enrol', '5', '--adaptive', '--gate', 'product', '--detector', 'one-class'], '--gate product needs --detector default'],
    [['--enrol', '5', '--seed', 'x'], '--seed must be an integer'],
    [['--enrol', '5', 'more.jsonl'], 'it takes one FILE'],
  ])('refuses %j before it reads anything', async (argv, message) => {
    const files = {
      read(): never {
        throw new Error('it was read');
      },
    };
    const { code, out, err } = await testCli(['evaluate', 'entries.jsonl', ...argv], { files });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(err).toContain('Usage: tacit evaluate FILE --enrol N [options]\n');
  });

  it('names the file that can not be read or written', async () => {
    const missing = await testCli(['evaluate', join(folder, 'missing'), '--enrol', '5']);
    expect(missing).toEqual({
      code: 1,
      out: '',
      err: `tacit evaluate: ${join(folder, 'missing')}: no such file; check the path (ENOENT)\n`,
    });
    const nowhere = join(folder, 'no', 'figures.json');
    const file = fileOf(typingLines({ ...crowd, people: 2, samples: 8 }));
    const { code, err } = await testCli(['evaluate', file, '--enrol', '5', '--json', nowhere]);
    expect(code).toBe(1);
    expect(err).toContain(`${nowhere}: no such file`);
    expect((await testCli(['evaluate', folder, '--enrol', '5'])).err).toContain('is a folder; name a file');
  });

  it('does not write the figures over the samples, be it by a link', async () => {
    const text = typingLines({ ...crowd, people: 2, samples: 8 });
    const file = fileOf(text);
    symlinkSync(file, join(folder, 'soft'));
    linkSync(file, join(folder, 'hard'));
    for (const json of [file, join(folder, '.', 'soft'), join(folder, 'hard')]) {
      const { code, out, err } = await testCli(['evaluate', file, '--enrol', '5', '--json', json]);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain('--json names the file that is read, which it would overwrite; name another file\n');
      expect(readFileSync(file, 'utf8')).toBe(text);
    }
    expect(readdirSync(folder).sort()).toEqual(['entries.jsonl', 'hard', 'soft']);
  });

  it('does not write the figures over what standard input is read from, be it by a link', async () => {
    const text = typingLines({ ...crowd, people: 2, samples: 8 });
    const file = fileOf(text);
    symlinkSync(file, join(folder, 'soft'));
    const descriptor = openSync(file, 'r');
    const nowhere = openSync('/dev/null', 'w');
    try {
      const run = (...argv: string[]) =>
        testCli(['evaluate', '-', '--enrol', '5', ...argv], {
          stdin: text,
          files: createNodeFiles({ stdin: descriptor, stdout: nowhere }),
        });
      for (const json of [file, join(folder, 'soft')]) {
        const { code, out, err } = await run('--json', json);
        expect([code, out]).toEqual([2, '']);
        expect(err).toContain('--json names the file that standard input is read from, which it would overwrite; name another file\n');
        expect(readFileSync(file, 'utf8')).toBe(text);
      }
      const other = await run('--json', join(folder, 'figures.json'));
      expect(other.err).not.toContain('overwrite');
      expect(readdirSync(folder).sort()).toEqual(['entries.jsonl', 'figures.json', 'soft']);
    } finally {
      closeSync(descriptor);
      closeSync(nowhere);
    }
  });

  it('leaves out samples without keys, and says so', async () => {
    const text = typingLines({ ...crowd, people: 3, samples: 12 });
    const empty = `${JSON.stringify({ user: 'u0', group: 'phrase', keys: [] })}\n`;
    const whole = await testCli(['evaluate', fileOf(text), '--enrol', '5']);
    const { code, out, err } = await testCli(['evaluate', fileOf(empty + text + empty), '--enrol', '5']);
    expect([whole.code, code]).toEqual([0, 3]);
    expect(out).toBe(whole.out);
    expect(err).toContain('tacit evaluate: 2 samples left out: they have no keys\n');
    const none = await testCli(['evaluate', fileOf(empty), '--enrol', '5']);
    expect(none).toMatchObject({ code: 1, out: '' });
    expect(none.err).toContain('no samples with keys');
  });
});
