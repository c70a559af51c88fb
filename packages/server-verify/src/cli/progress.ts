import type { CliOutput } from './cli-streams';

export interface Progress {
  /** Says how far it has come; may be called as often as there is something to say. */
  step(done: number, total: number): void;
  /** Clears what is in the way of other lines. */
  end(): void;
}

const BAR = 24;

/** Progress for a person as a bar that is drawn over and over, for a log as a line each tenth. */
export function startProgress(stderr: CliOutput, label: string): Progress {
  let shown = '';
  let tenths = 0;
  return {
    step(done, total) {
      const share = total === 0 ? 1 : done / total;
      if (!stderr.isTerminal) {
        const reached = Math.floor(share * 10);
        if (reached > tenths) {
          tenths = reached;
          stderr.write(`${label}: ${Math.floor(share * 100)} % (${done} of ${total})\n`);
        }
        return;
      }
      const filled = Math.round(share * BAR);
      const line = `${label} [${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ${Math.floor(share * 100)} % (${done} of ${total})`;
      if (line !== shown) {
        stderr.write(`\r\u001b[K${line}`);
        shown = line;
      }
    },
    end() {
      if (shown !== '') {
        stderr.write('\r\u001b[K');
        shown = '';
      }
    },
  };
}
