import { parseArgs } from 'node:util';
import { BENCH_ARGUMENTS, type BenchOptions, benchOptions, type Environment } from '@tacit-internal/bench-shared/bench-options';

export const USAGE = `Usage: npm run bench:attack -- [options]

  --data <dir>   folder of the public sets (default: TACIT_DATA, or ../shared/data beside the checkout)
  --json <file>  write the report there too
  --check        end with 1 where a limit is broken, or where the data are not whole
  --docs         write docs/attacks.md; needs every victim
  --last         use the results of the last run instead of measuring
  --quick        eight victims: to try things out, and for --check in little time
  --seed <n>     seed of attacks, simulations and intervals (default 1)
  --threads <n>  1 or 2 (default 2); results do not depend on it
`;

/** @throws RangeError or TypeError for options that cannot be meant. */
export function readOptions(args: readonly string[], environment: Environment): BenchOptions {
  const { values } = parseArgs({ args: [...args], options: BENCH_ARGUMENTS });
  if (values.docs && values.quick) throw new RangeError('--docs needs every victim: leave --quick out');
  return benchOptions(values, environment);
}
