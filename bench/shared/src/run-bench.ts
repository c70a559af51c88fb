import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { BenchError } from './bench-error';

interface Bench<Options> {
  readonly usage: string;
  /** Reads the command line. Throws RangeError or TypeError for options that cannot be meant. */
  readonly options: () => Options;
  readonly main: (options: Options) => Promise<void>;
}

/** The frame of a bench: whoever asks how to use it is told, and what goes wrong is said, and the process then ends with 1. */
export async function runBench<Options>({ usage, options, main }: Bench<Options>): Promise<void> {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    process.stdout.write(usage);
    return;
  }
  let read: Options;
  try {
    read = options();
  } catch (error) {
    fail(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return;
  }
  try {
    await main(read);
  } catch (error) {
    if (error instanceof BenchError) fail(`${error.message}\n`);
    else fail(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
}

/** Says on stderr what is being done, after how many seconds. */
export function sayer(): { say: (what: string) => void; seconds: () => number } {
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1_000);
  return { seconds, say: (what) => void process.stderr.write(`${seconds()} s  ${what}\n`) };
}

/** Says something on stderr and makes the process end with 1. */
export function fail(text: string): void {
  process.stderr.write(text);
  process.exitCode = 1;
}

export function writeJson(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, null, 1)}\n`);
}
