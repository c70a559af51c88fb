import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run bench:attack -- [options]

  --data <dir>   folder of the public sets (default: TACIT_DATA, or ../shared/data beside the checkout)
  --json <file>  write the report there too
  --check        end with 1 where a limit is broken
  --docs         write docs/attacks.md; needs every victim
  --last         use the results of the last run instead of measuring
  --quick        eight victims: to try things out, and for --check in little time
  --seed <n>     seed of attacks, simulations and intervals (default 1)
  --threads <n>  1 or 2 (default 2); results do not depend on it
`;

export interface Options {
  readonly data: string;
  readonly json: string | null;
  readonly check: boolean;
  readonly docs: boolean;
  readonly last: boolean;
  readonly quick: boolean;
  readonly seed: number;
  readonly threads: number;
}

/** @throws RangeError or TypeError for options that cannot be meant. */
export function readOptions(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      json: { type: 'string' },
      check: { type: 'boolean', default: false },
      docs: { type: 'boolean', default: false },
      last: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      threads: { type: 'string', default: '2' },
    },
  });
  if (values.docs && values.quick) throw new RangeError('--docs needs every victim: leave --quick out');
  return {
    data: values.data ?? environment.TACIT_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url)),
    json: values.json ?? null,
    check: values.check,
    docs: values.docs,
    last: values.last,
    quick: values.quick,
    seed: integer(values.seed, '--seed', 0, 2_147_483_647),
    threads: integer(values.threads, '--threads', 1, 2),
  };
}

function integer(text: string, name: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} must be an integer from ${least} to ${most}`);
  }
  return value;
}
