import { fileURLToPath } from 'node:url';

/** Options that every bench on public data has, as `parseArgs` takes them. */
export const BENCH_ARGUMENTS = {
  data: { type: 'string' },
  json: { type: 'string' },
  check: { type: 'boolean', default: false },
  docs: { type: 'boolean', default: false },
  last: { type: 'boolean', default: false },
  quick: { type: 'boolean', default: false },
  seed: { type: 'string', default: '1' },
  threads: { type: 'string', default: '2' },
} as const;

export interface BenchOptions {
  /** Folder of the public sets. */
  readonly data: string;
  /** File that the report is written to as well. */
  readonly json: string | null;
  readonly check: boolean;
  readonly docs: boolean;
  readonly last: boolean;
  readonly quick: boolean;
  readonly seed: number;
  readonly threads: number;
}

interface Values {
  readonly data?: string;
  readonly json?: string;
  readonly check: boolean;
  readonly docs: boolean;
  readonly last: boolean;
  readonly quick: boolean;
  readonly seed: string;
  readonly threads: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const BESIDE_CHECKOUT = fileURLToPath(new URL('../../../../shared/data', import.meta.url));

/** @throws RangeError for numbers out of range. */
export function benchOptions({ data, json, check, docs, last, quick, seed, threads }: Values, environment: Environment): BenchOptions {
  return {
    data: data ?? environment.TACIT_DATA ?? BESIDE_CHECKOUT,
    json: json ?? null,
    check,
    docs,
    last,
    quick,
    seed: integerOption(seed, '--seed', 0, 4_294_967_295),
    threads: integerOption(threads, '--threads', 1, 2),
  };
}

/** @throws RangeError for what is no integer of that range. */
export function integerOption(text: string, name: string, least: number, most: number): number {
  const value = Number(text);
  if (!isBetween(text, least, most) || !Number.isInteger(value)) {
    throw new RangeError(`${name} must be an integer from ${least} to ${most}`);
  }
  return value;
}

/** @throws RangeError for what is no number of that range. */
export function numberOption(text: string, name: string, least: number, most: number): number {
  if (!isBetween(text, least, most)) {
    throw new RangeError(`${name} must be a number from ${least} to ${most}`);
  }
  return Number(text);
}

const isBetween = (text: string, least: number, most: number): boolean =>
  text.trim() !== '' && Number(text) >= least && Number(text) <= most;
