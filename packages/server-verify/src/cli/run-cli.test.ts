import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXIT } from './cli-error';
import { testCli } from './testing-cli';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
const COMMANDS = ['evaluate', 'inspect', 'retrain', 'export-features', 'population train', 'population inspect'];

describe('tacit', () => {
  it('prints its version and its help', async () => {
    expect(await testCli(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
    const { code, out, err } = await testCli(['--help']);
    expect([code, err]).toEqual([0, '']);
    for (const name of COMMANDS) {
      expect(out).toContain(`\n  ${name} `);
    }
    expect(await testCli(['-h'])).toEqual({ code, out, err });
  });

  it.each(COMMANDS)('has help for %s, whatever else is given', async (name) => {
    const words = name.split(' ');
    const { code, out, err } = await testCli([...words, '--help', '--json=-']).then((run) =>
      run.code === 0 ? run : testCli([...words, '--help']),
    );
    expect([code, err]).toEqual([0, '']);
    expect(out.startsWith(`Usage: tacit ${name} `)).toBe(true);
    expect(out).toContain('\nOptions:\n');
    expect(out).toMatch(new RegExp(`\n  tacit ${name} `));
    // It fits a terminal, but for the sample line of the format.
    const lines = out.split('\n').filter((line) => !line.includes('press_ms'));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(104);
  });

  it('says in its page what its help says: every command, option and exit code', async () => {
    const page = readFileSync(new URL('../../../../docs/cli.md', import.meta.url), 'utf8');
    for (const name of COMMANDS) {
      const { out } = await testCli([...name.split(' '), '--help']);
      expect(page).toContain(`\n## ${name}\n`);
      const options = [...out.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, option]) => `--${option}`);
      expect(options.length).toBeGreaterThan(1);
      expect(options.filter((option) => option !== '--help' && !page.includes(option))).toEqual([]);
    }
    for (const code of Object.values(EXIT)) {
      expect(page).toContain(`\n| ${code} | `);
    }
  });

  it.each([
    [[], 'tacit: name a command\nUsage: tacit COMMAND [options]\nMore: tacit --help\n'],
    [
      ['hunter2'],
      'tacit: no such command; there are evaluate, inspect, retrain, export-features, population train, population inspect\nUsage: tacit COMMAND [options]\nMore: tacit --help\n',
    ],
    [['--verison'], 'tacit: unknown option --verison\nUsage: tacit COMMAND [options]\nMore: tacit --help\n'],
    [
      ['export-features', 'a', '--sed'],
      'tacit export-features: unknown option --sed\nUsage: tacit export-features FILE [options]\nMore: tacit export-features --help\n',
    ],
    [
      ['export-features'],
      'tacit export-features: it takes one FILE\nUsage: tacit export-features FILE [options]\nMore: tacit export-features --help\n',
    ],
    [
      ['population', 'trian', 'a'],
      'tacit: say which: tacit population train, tacit population inspect\nUsage: tacit COMMAND [options]\nMore: tacit --help\n',
    ],
  ])('ends with 2 and the usage line for %j', async (argv, err) => {
    expect(await testCli(argv)).toEqual({ code: 2, out: '', err });
  });

  it('takes no operands where there are none', async () => {
    const { code, err } = await testCli(['inspect', 'hunter2']);
    expect(code).toBe(2);
    expect(err).toContain('it takes options only');
    expect(err).not.toContain('hunter2');
  });

  it('colours errors for a person who has not said no', async () => {
    const coloured = await testCli([], { terminal: true });
    expect(coloured.err).toContain('\u001b[31m');
    for (const run of [
      testCli([]),
      testCli([], { terminal: true, env: { NO_COLOR: '1' } }),
      testCli([], { terminal: true, env: { TERM: 'dumb' } }),
    ]) {
      expect((await run).err).not.toContain('\u001b');
    }
  });

  it('does not hide what it did not expect', async () => {
    const files = {
      read(): never {
        throw new Error('a fault of its own');
      },
    };
    await expect(testCli(['evaluate', 'a', '--enrol', '5'], { files })).rejects.toThrow('a fault of its own');
  });
});
