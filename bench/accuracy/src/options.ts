import { parseArgs } from 'node:util';
import type { GateName } from '@tacit-auth/models/evaluation';
import {
  BENCH_ARGUMENTS,
  type BenchOptions,
  benchOptions,
  type Environment,
  integerOption,
} from '@tacit-internal/bench-shared/bench-options';
import { detectorNamed } from './detectors';
import { SUITES, type Suite } from './plan';

export const USAGE = `Usage: npm run bench:accuracy -- [options]

  --data <dir>       folder of the public sets (default: TACIT_DATA, or ../shared/data beside the checkout)
  --train-data <dir> train the populations of free text and of the pointer on aalto-desktop and sapimouse of this folder (rows \`trained\`); people under
                     test never train, whatever the folders. Without it the shipped population judges (rows \`default\`)
  --suite <name>     ${SUITES.join(', ')}, or typing-jsonl; may be given more than once (default: all but typing-jsonl)
  --detector <name>  only this detector; may be given more than once (free-text, pointer and session: default, trained, window-plda; session: session-forest too)
  --json <file>      write the report there too
  --plots <dir>      write the curves there, as SVG
  --check            measure what the floors need, and end with 1 where one is broken, or where the data are not whole
  --docs             write docs/accuracy.md and its curves; needs every suite, and trains on the data folder unless --train-data names another
  --last             use the results of the last run instead of measuring
  --quick            twelve people of each set: to try things out
  --train            train a network where no weights are cached
  --seed <n>         seed of simulations and intervals (default 1)
  --threads <n>      1 or 2 (default 2); results do not depend on it

typing-jsonl, one file of samples, one JSON object a line (.gz is unpacked):
  --file <file> --kind fixed|free --enrol <n> [--adaptive] [--gate timing|product|product-step-up] [--window <keys>] [--train-data <dir>]
  Free text: enrolled samples are cut to their first <keys> keys, later ones to windows of <keys> (default 50).

pointer also reads any folder with userN_3min.csv.gz and userN_1min.csv.gz, by --data <dir>.
`;

/** Rows of the suites on windows of a session: by the shipped population, by one trained on other people of another folder, or of the same set, or without one. */
export const WINDOW_DETECTORS: readonly string[] = ['default', 'trained', 'window-plda', 'session-forest'];

export interface TypingFileOptions {
  readonly file: string;
  readonly kind: 'fixed' | 'free';
  readonly enrol: number;
  readonly adaptive: GateName | null;
  /** Keys of a window of free text. */
  readonly window: number | null;
}

export interface Options extends BenchOptions {
  readonly suites: readonly Suite[];
  readonly typingFile: TypingFileOptions | null;
  /** Empty: all of them. */
  readonly detectors: readonly string[];
  /** Folder of the sets that populations are trained on; null: none is trained. */
  readonly trainData: string | null;
  readonly plots: string | null;
  readonly train: boolean;
}

/** @throws RangeError or TypeError for options that cannot be meant. */
export function readOptions(args: readonly string[], environment: Environment): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...BENCH_ARGUMENTS,
      'train-data': { type: 'string' },
      suite: { type: 'string', multiple: true, default: [] },
      detector: { type: 'string', multiple: true, default: [] },
      plots: { type: 'string' },
      train: { type: 'boolean', default: false },
      file: { type: 'string' },
      kind: { type: 'string' },
      enrol: { type: 'string' },
      adaptive: { type: 'boolean', default: false },
      gate: { type: 'string' },
      window: { type: 'string' },
    },
  });
  const names = values.suite.flatMap((names) => names.split(','));
  const detectors = values.detector.flatMap((names) => names.split(','));
  for (const name of detectors) if (!WINDOW_DETECTORS.includes(name)) detectorNamed(name);
  const typing = names.includes('typing-jsonl');
  if (typing && names.length > 1) throw new RangeError('--suite typing-jsonl goes with no other suite');
  if (!typing && [values.file, values.kind, values.enrol, values.gate, values.window].some((value) => value !== undefined)) {
    throw new RangeError('--file, --kind, --enrol, --gate and --window are for --suite typing-jsonl');
  }
  const suites = typing ? [] : names.length === 0 ? SUITES : names.map(suiteNamed);
  if (values.docs && (suites.length < SUITES.length || detectors.length > 0 || values.check || values.quick)) {
    throw new RangeError('--docs needs every suite, detector and person: leave --suite, --detector, --check and --quick out');
  }
  const bench = benchOptions(values, environment);
  return {
    ...bench,
    trainData: values['train-data'] ?? (values.docs ? bench.data : null),
    suites,
    typingFile: typing ? typingFile(values) : null,
    detectors,
    plots: values.plots ?? null,
    train: values.train,
  };
}

function suiteNamed(name: string): Suite {
  const suite = SUITES.find((known) => known === name);
  if (suite === undefined) throw new RangeError(`no such suite: ${name}; there are ${SUITES.join(', ')} and typing-jsonl`);
  return suite;
}

interface TypingFileValues {
  readonly file?: string;
  readonly kind?: string;
  readonly enrol?: string;
  readonly adaptive: boolean;
  readonly gate?: string;
  readonly window?: string;
}

function typingFile({ file, kind = 'fixed', enrol, adaptive, gate, window }: TypingFileValues): TypingFileOptions {
  if (file === undefined) throw new RangeError('--suite typing-jsonl needs --file');
  if (kind !== 'fixed' && kind !== 'free') throw new RangeError('--kind must be fixed or free');
  if (enrol === undefined) throw new RangeError('--suite typing-jsonl needs --enrol');
  if (kind === 'free' && adaptive) throw new RangeError('--adaptive is for fixed text');
  if (gate !== undefined && !adaptive) throw new RangeError('--gate goes with --adaptive');
  if (gate !== undefined && gate !== 'timing' && gate !== 'product' && gate !== 'product-step-up') {
    throw new RangeError('--gate must be timing, product or product-step-up');
  }
  return {
    file,
    kind,
    enrol: integerOption(enrol, '--enrol', 1, 1_000),
    adaptive: adaptive ? (gate ?? 'product') : null,
    window: window === undefined ? null : integerOption(window, '--window', 1, 100_000),
  };
}
