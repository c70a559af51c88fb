import { afterEach, expect, it, vi } from 'vitest';
import { runBench } from './run-bench';

const { argv } = process;

afterEach(() => {
  process.argv = argv;
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

/** Runs a bench with this command line. */
async function run(...given: string[]) {
  process.argv = ['node', 'main.ts', ...given];
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const main = vi.fn(async () => undefined);
  const options = () => {
    if (given.length > 0) {
      throw new TypeError(`Unknown option '${given[0]}'`);
    }
  };
  await runBench({ usage: 'Usage: bench', options, main });
  return { ran: main.mock.calls.length, out: out.mock.calls.join(), err: err.mock.calls.join(), exitCode: process.exitCode };
}

it.each(['--help', '-h'])('%s tells how it is used, and runs nothing', async (help) => {
  expect(await run('--quick', help)).toEqual({ ran: 0, out: 'Usage: bench', err: '', exitCode: undefined });
});

it('an option that is none is an error, which says how it is used', async () => {
  expect(await run('--halp')).toEqual({ ran: 0, out: '', err: "Unknown option '--halp'\n\nUsage: bench", exitCode: 1 });
});

it('runs without options', async () => {
  expect(await run()).toMatchObject({ ran: 1, exitCode: undefined });
});
