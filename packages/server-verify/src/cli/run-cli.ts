import { isTacitError } from '@tacit-auth/features';
import { version } from '../../package.json';
import { parseArguments } from './arguments';
import { CliError, EXIT, UsageError } from './cli-error';
import { bold, type CliWorld, mayColour, red } from './cli-streams';
import { type Command, columns, commandHelp, usageLine } from './command';
import { evaluateCommand } from './evaluate-command';
import { exportFeaturesCommand } from './export-features-command';
import { inspectCommand } from './inspect-command';
import { populationInspectCommand } from './population-inspect-command';
import { populationTrainCommand } from './population-train-command';
import { retrainCommand } from './retrain-command';

const COMMANDS: readonly Command[] = [
  evaluateCommand,
  inspectCommand,
  retrainCommand,
  exportFeaturesCommand,
  populationTrainCommand,
  populationInspectCommand,
];

const HELP = [
  'Usage: tacit COMMAND [options]',
  '',
  'Behavioural authentication from the command line.',
  '',
  'Commands:',
  ...columns(COMMANDS.map(({ name, summary }) => [name, summary])),
  '',
  'Options:',
  ...columns([
    ['--help', 'print this text, or after a command the help of the command'],
    ['--version', 'print the version'],
  ]),
  '',
  'Exit codes:',
  ...columns([
    [String(EXIT.done), 'done'],
    [String(EXIT.failed), 'a file, the database or the keys: the message says which'],
    [String(EXIT.usage), 'the command line is not understood'],
    [String(EXIT.incomplete), 'what was asked for is not there, or was done in part'],
    [String(EXIT.interrupted), 'ended by Ctrl-C'],
  ]),
  '',
].join('\n');

export interface CliOptions extends CliWorld {
  /** What follows `tacit` on the command line. */
  readonly argv: readonly string[];
}

/** Runs `tacit` and returns its exit code. Writes to the given streams only, and never throws for what a user can do wrong. */
export async function runCli({ argv, ...world }: CliOptions): Promise<number> {
  const command = COMMANDS.find(({ name }) => wordsOf(name).every((word, i) => word === argv[i]));
  try {
    if (command === undefined) {
      return withoutCommand(argv, world);
    }
    const given = parseArguments(argv.slice(wordsOf(command.name).length), { ...command.options, help: { help: '' } });
    if (given.has('help')) {
      world.stdout.write(commandHelp(command));
      return EXIT.done;
    }
    const [least, most] = command.operands;
    if (given.operands.length < least || given.operands.length > most) {
      throw new UsageError(most === 0 ? 'it takes options only' : 'it takes one FILE');
    }
    return await command.run(given, world);
  } catch (error) {
    return report(error, command, world);
  }
}

function withoutCommand(argv: readonly string[], { stdout }: CliWorld): number {
  const [first] = argv;
  if (first === undefined) {
    throw new UsageError('name a command');
  }
  const group = COMMANDS.filter(({ name }) => name.includes(' ') && wordsOf(name)[0] === first);
  if (group.length > 0) {
    throw new UsageError(`say which: ${group.map(({ name }) => `tacit ${name}`).join(', ')}`);
  }
  if (!first.startsWith('-')) {
    // A secret may have slipped to this place, so it is not repeated.
    throw new UsageError(`no such command; there are ${COMMANDS.map(({ name }) => name).join(', ')}`);
  }
  const given = parseArguments(argv, { help: { help: '' }, version: { help: '' } });
  stdout.write(given.has('version') ? `${version}\n` : HELP);
  return EXIT.done;
}

/** A command may have a name of two words. */
function wordsOf(name: string): string[] {
  return name.split(' ');
}

function report(error: unknown, command: Command | undefined, { stderr, env }: CliWorld): number {
  const colour = mayColour(stderr, env);
  const who = red(bold(command === undefined ? 'tacit:' : `tacit ${command.name}:`, colour), colour);
  if (error instanceof UsageError) {
    const more = command === undefined ? 'tacit --help' : `tacit ${command.name} --help`;
    const usage = command === undefined ? 'Usage: tacit COMMAND [options]' : usageLine(command);
    stderr.write(`${who} ${error.message}\n${usage}\nMore: ${more}\n`);
    return error.exitCode;
  }
  if (error instanceof CliError) {
    stderr.write(`${who} ${error.message}\n`);
    return error.exitCode;
  }
  if (isCoded(error)) {
    stderr.write(`${who} ${error.message} (${error.code})\n`);
    return EXIT.failed;
  }
  throw error;
}

/** Whether an error is one of Tacit's own, whose messages never hold anything secret or personal. */
function isCoded(error: unknown): error is Error & { code: string } {
  return isTacitError(error) || (error instanceof Error && error.name === 'CryptoError');
}
