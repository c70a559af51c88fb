import { generateKey } from '@tacit-auth/crypto';
import { seededRandom, TEST_START } from '../testing-context';
import { createTypist, type TypistOptions } from '../testing-typists';
import type { CliFiles, CliOutput, CliTraining } from './cli-streams';
import { nodeFiles } from './node-world';
import { trainingHere } from './population-thread';
import type { TrainedPopulation, trainPopulation } from './population-training';
import { runCli } from './run-cli';

export interface TestCliOptions {
  env?: Record<string, string>;
  stdin?: string | Uint8Array;
  files?: Partial<CliFiles>;
  terminal?: boolean;
  signal?: AbortSignal;
  /** By default the trainer itself, in this thread. */
  training?: CliTraining;
  /** Called with what is written to standard error, when it is. */
  onError?: (text: string) => void;
  /** Ms since the epoch; by default that of `testVerifier`. */
  now?: number;
}

export interface CliRun {
  code: number;
  out: string;
  err: string;
}

/** Runs a command in this process and keeps what it prints. */
export async function testCli(argv: readonly string[], options: TestCliOptions = {}): Promise<CliRun> {
  const { stdin = '', terminal = false, now = TEST_START } = options;
  const printed = { out: '', err: '' };
  const output = (name: 'out' | 'err'): CliOutput => ({
    isTerminal: terminal,
    write(text) {
      printed[name] += text;
      if (name === 'err') {
        options.onError?.(text);
      }
    },
    drained: async () => undefined,
  });
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield typeof stdin === 'string' ? new TextEncoder().encode(stdin) : stdin;
  }
  const code = await runCli({
    argv,
    stdin: bytes(),
    stdout: output('out'),
    stderr: output('err'),
    env: options.env ?? {},
    files: { ...nodeFiles, ...options.files },
    training: options.training ?? trainingHere(trainLate),
    clock: () => now,
    interruption: () => options.signal ?? new AbortController().signal,
  });
  return { code, ...printed };
}

/** Only few tests train: the others need not load what it takes. */
async function trainLate(...args: Parameters<typeof trainPopulation>): Promise<TrainedPopulation> {
  return (await import('./population-training')).trainPopulation(...args);
}

/** A key list as an environment variable holds it. */
export function testKeyList(seed = 7): string {
  return generateKey({ id: 'test', random: seededRandom(seed) });
}

export interface TypingFileOptions extends TypistOptions {
  people: number;
  /** Samples of each. */
  samples: number;
  group?: string | null;
  /** Whether releases are told. Default true. */
  releases?: boolean;
}

/** Lines of the generic typing format, of made-up people. */
export function typingLines({ people, samples, group = 'phrase', releases = true, ...typist }: TypingFileOptions): string {
  const lines = Array.from({ length: people }, (_, person) => {
    const owner = createTypist(person + 1, typist);
    return Array.from({ length: samples }, (_, index) => {
      const keys = owner
        .sample()
        .keys.map(([key, press, release]) => [key, press / 10, releases && release !== null ? release / 10 : null]);
      return `${JSON.stringify({ user: `u${person}`, group, session: 0, index, keys })}\n`;
    }).join('');
  });
  return lines.join('');
}
