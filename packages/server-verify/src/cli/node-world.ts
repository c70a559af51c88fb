import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { EXIT } from './cli-error';
import type { CliFiles, CliOutput, CliWorld } from './cli-streams';

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

export const nodeFiles: CliFiles = {
  read: (path) => createReadStream(path),
  write: (path, text) => writeFile(path, text, { mode: 0o600 }),
  async isFile(path) {
    return (await stat(path)).isFile();
  },
};

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
