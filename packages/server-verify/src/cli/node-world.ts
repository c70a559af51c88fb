import { once } from 'node:events';
import { type BigIntStats, createReadStream, fstatSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { EXIT } from './cli-error';
import type { CliFiles, CliOutput, CliWorld } from './cli-streams';
import { workerTraining } from './population-thread';
import { STDIN } from './read-records';
import { replaceFile } from './replace-file';

/** The process that the command runs in. */
export function nodeWorld(): CliWorld {
  for (const stream of [process.stdout, process.stderr]) {
    // The reader of a pipe went away, as `head` does: nothing is left to say to anybody.
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? EXIT.closedPipe : EXIT.failed);
    });
  }
  return {
    stdin: process.stdin,
    stdout: output(process.stdout, process.stdout.isTTY === true),
    stderr: output(process.stderr, process.stderr.isTTY === true),
    env: process.env,
    files: nodeFiles,
    training: workerTraining,
    clock: Date.now,
    interruption() {
      const controller = new AbortController();
      // Once: a second Ctrl-C ends the process as ever.
      process.once('SIGINT', () => controller.abort());
      process.once('SIGTERM', () => controller.abort());
      return controller.signal;
    },
  };
}

/** File descriptors of a process. */
interface StandardStreams {
  stdin: number;
  stdout: number;
}

/** @param streams what `-` stands for. */
export function createNodeFiles({ stdin, stdout }: StandardStreams): CliFiles {
  return {
    read: (path) => createReadStream(path),
    write: replaceFile,
    async list(path) {
      return (await stat(path)).isDirectory() ? (await readdir(path)).sort() : undefined;
    },
    async isFile(path) {
      return (await stat(path)).isFile();
    },
    async isSameFile(input, output) {
      const [one, two] = await Promise.all([identityOf(input, stdin), identityOf(output, stdout)]);
      return one !== undefined && two !== undefined && one.isFile() && one.dev === two.dev && one.ino === two.ino;
    },
  };
}

export const nodeFiles: CliFiles = createNodeFiles({ stdin: 0, stdout: 1 });

/** What a path or a stream leads to; undefined where it can not be looked at, which whoever reads or writes it will tell. */
async function identityOf(path: string, stream: number): Promise<BigIntStats | undefined> {
  try {
    return path === STDIN ? fstatSync(stream, { bigint: true }) : await stat(path, { bigint: true });
  } catch {
    return undefined;
  }
}

function output(stream: Writable, isTerminal: boolean): CliOutput {
  return {
    isTerminal,
    write(text) {
      stream.write(text);
    },
    async drained() {
      if (stream.writableNeedDrain) {
        await once(stream, 'drain');
      }
    },
  };
}
