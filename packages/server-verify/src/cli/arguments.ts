import { parseArgs } from 'node:util';
import { UsageError } from './cli-error';

export interface OptionSpec {
  /** Placeholder of the value in help, such as `FILE`; absent for a switch. */
  readonly value?: string;
  readonly help: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The options and operands of one call. */
export interface Arguments {
  readonly operands: readonly string[];
  has(name: string): boolean;
  text(name: string): string | undefined;
  /** @throws UsageError where it is there and no integer in range */
  integer(name: string, least: number, most: number): number | undefined;
  /** @throws UsageError where it is there and none of `choices` */
  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined;
}

/** Reads a command line strictly: nothing unknown, nothing twice, values where they belong. No message repeats a value. */
export function parseArguments(argv: readonly string[], specs: OptionSpecs): Arguments {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { value }]) => {
      const type = value === undefined ? ('boolean' as const) : ('string' as const);
      return [name, name === 'help' ? { type, short: 'h' } : { type }];
    }),
  );
  const { tokens } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: false, tokens: true });
  const given = new Map<string, string | undefined>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') {
      operands.push(token.value);
    }
    if (token.kind !== 'option') {
      continue;
    }
    const { name, rawName, value, inlineValue } = token;
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) {
      throw new UsageError(`unknown option ${rawName}${nearest(name, Object.keys(specs))}`);
    }
    if (given.has(name)) {
      throw new UsageError(`${rawName} is given twice; give it once`);
    }
    if (spec.value === undefined && value !== undefined) {
      throw new UsageError(`${rawName} takes no value`);
    }
    // `--json --seed 3` forgot a value; who means one that begins so writes `--json=--seed`.
    const forgotten = value === undefined || value === '' || (!inlineValue && /^-[^\d]/.test(value));
    if (spec.value !== undefined && forgotten) {
      throw new UsageError(`${rawName} needs a value: ${rawName} ${spec.value}`);
    }
    given.set(name, value);
  }
  return {
    operands,
    has: (name) => given.has(name),
    text: (name) => given.get(name),
    integer(name, least, most) {
      const text = given.get(name);
      if (text === undefined) {
        return undefined;
      }
      const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      if (!(value >= least && value <= most)) {
        throw new UsageError(`--${name} must be an integer from ${least} to ${most}`);
      }
      return value;
    },
    choice(name, choices) {
      const text = given.get(name);
      const found = choices.find((choice) => choice === text);
      if (text !== undefined && found === undefined) {
        throw new UsageError(`--${name} must be ${choices.slice(0, -1).join(', ')}${choices.length > 1 ? ' or ' : ''}${choices.at(-1)}`);
      }
      return found;
    },
  };
}

/** A hint at the option that was meant, where there is one. */
function nearest(name: string, names: readonly string[]): string {
  const meant = names.find((other) => name.length > 1 && (other.startsWith(name) || name.startsWith(other)));
  return meant === undefined ? '' : `; did you mean --${meant}?`;
}
