/** Redraws one line where a person looks on; elsewhere a line every few seconds. */
export class Progress {
  readonly #total: number;
  readonly #started = performance.now();
  #done = 0;
  #shown = 0;
  #width = 0;

  constructor(total: number) {
    this.#total = total;
  }

  add(work: number, what: string): void {
    this.#done += work;
    const now = performance.now();
    const last = this.#done >= this.#total;
    if (!last && now - this.#shown < (process.stderr.isTTY ? 100 : 5_000)) return;
    this.#shown = now;
    const share = Math.min(this.#done / this.#total, 1);
    const seconds = Math.round((now - this.#started) / 1_000);
    const left = share > 0.02 ? `, about ${Math.round((seconds * (1 - share)) / share)} s left` : '';
    const line = `${bar(share)} ${String(Math.floor(100 * share)).padStart(3)} %  ${seconds} s${last ? '' : left}  ${what}`;
    if (process.stderr.isTTY) {
      process.stderr.write(`\r${line.padEnd(this.#width)}${last ? '\n' : ''}`);
      this.#width = line.length;
    } else {
      process.stderr.write(`${line}\n`);
    }
  }
}

const WIDTH = 24;

function bar(share: number): string {
  const full = Math.round(WIDTH * share);
  return `[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}]`;
}
