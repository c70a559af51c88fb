import type { PopulationJob, TrainedPopulation } from './population-training';

/** Where a command writes. */
export interface CliOutput {
  write(text: string): void;
  /** Resolves when what was written may be followed by more without piling up. */
  drained(): Promise<void>;
  /** Whether a person is looking at it. */
  readonly isTerminal: boolean;
}

/** What a file is made of: text, or bytes. */
export type FileContent = string | Uint8Array | AsyncIterable<string>;

/** The files of the machine. Paths are as the user gave them. */
export interface CliFiles {
  /** The bytes of a file, in pieces. Rejects with the platform's error where it can not be read. */
  read(path: string): AsyncIterable<Uint8Array>;
  /**
   * Makes or replaces a file, readable by its owner only where it is new. A file is whole or as it was before: where `content` or the disk fails,
   * nothing of it stays. Rejects as `read`.
   */
  write(path: string, content: FileContent): Promise<void>;
  /** Names of what is in a folder, in order; undefined for anything but a folder. Rejects as `read`. */
  list(path: string): Promise<string[] | undefined>;
  /** Rejects where there is nothing of that name. */
  isFile(path: string): Promise<boolean>;
  /**
   * Whether an input and an output are one file, by whatever links; false where there is nothing of either name, and for anything but files. `-` is
   * standard input, and standard output.
   */
  isSameFile(input: string, output: string): Promise<boolean>;
}

/** Work that is done beside the command, so that it stays open to Ctrl-C. */
export interface CliTraining {
  /** @throws the trainer's error; the reason of `signal` where it aborts, when the work has ended */
  run(job: PopulationJob, options: { onProgress: (share: number) => void; signal: AbortSignal }): Promise<TrainedPopulation>;
}

/** Everything that a command has of the world around it. */
export interface CliWorld {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: CliOutput;
  readonly stderr: CliOutput;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: CliFiles;
  readonly training: CliTraining;
  /** Ms since the epoch. */
  readonly clock: () => number;
  /** Aborts at Ctrl-C. Asked for by commands that then end in order; where nobody asks, Ctrl-C ends the process. */
  readonly interruption: () => AbortSignal;
}

/** Whether text may be coloured: for a person, who has not said no (see no-color.org). */
export function mayColour(output: CliOutput, env: CliWorld['env']): boolean {
  return output.isTerminal && !env.NO_COLOR && env.TERM !== 'dumb';
}

export function bold(text: string, colour: boolean): string {
  return colour ? `\u001b[1m${text}\u001b[22m` : text;
}

export function red(text: string, colour: boolean): string {
  return colour ? `\u001b[31m${text}\u001b[39m` : text;
}
