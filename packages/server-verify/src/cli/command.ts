import type { Arguments, OptionSpecs } from './arguments';
import type { CliWorld } from './cli-streams';

export interface Command {
  readonly name: string;
  /** What follows the name in the usage line. */
  readonly usage: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Paragraphs of its help, each of lines that fit 100 columns. */
  readonly details: string;
  readonly options: OptionSpecs;
  /** Fewest and most operands. */
  readonly operands: readonly [least: number, most: number];
  /** Calls worth copying, without `tacit`. */
  readonly examples: readonly string[];
  /** The exit code. @throws CliError */
  run(given: Arguments, world: CliWorld): Promise<number>;
}

export function usageLine({ name, usage }: Pick<Command, 'name' | 'usage'>): string {
  return `Usage: tacit ${name} ${usage}`;
}

export function commandHelp(command: Command): string {
  const options = Object.entries({ ...command.options, help: { help: 'print this text' } }).map(
    ([name, { value, help }]: [string, OptionSpecs[string]]): [string, string] => [
      `--${name}${value === undefined ? '' : ` ${value}`}`,
      help,
    ],
  );
  return [
    usageLine(command),
    '',
    command.details,
    '',
    'Options:',
    ...columns(options),
    '',
    command.examples.length > 1 ? 'Examples:' : 'Example:',
    ...command.examples.map((example) => `  tacit ${example}`),
    '',
  ].join('\n');
}

/** Two columns, indented; further lines of the right one stand below its first. */
export function columns(rows: ReadonlyArray<readonly [left: string, right: string]>): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right.replaceAll('\n', `\n${' '.repeat(width + 4)}`)}`);
}
