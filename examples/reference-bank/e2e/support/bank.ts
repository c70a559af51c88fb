import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Card, readCards } from './card';
import { PATIENCE_MS } from './patience';

const FOLDER = fileURLToPath(new URL('../..', import.meta.url));

export interface BankOptions {
  policy?: Record<string, unknown>;
  env?: Record<string, string>;
}

/** One running bank on a free port with a data folder of its own; it can be killed and started again on the same data. */
export class Bank {
  readonly dataFolder = mkdtempSync(join(tmpdir(), 'tacit-bank-'));
  readonly #options: BankOptions;
  #process: ChildProcess | undefined;
  #port = 0;
  #output = '';

  private constructor(options: BankOptions) {
    this.#options = options;
  }

  static async start(options: BankOptions = {}): Promise<Bank> {
    const bank = new Bank(options);
    bank.#port = await freePort();
    await bank.restart();
    return bank;
  }

  get origin(): string {
    return `http://localhost:${this.#port}`;
  }

  /** Everything the server has printed so far. */
  get output(): string {
    return this.#output;
  }

  get pid(): number {
    if (!this.#process?.pid) throw new Error('the bank is not running');
    return this.#process.pid;
  }

  async restart(): Promise<void> {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/server/main.ts'], {
      cwd: FOLDER,
      env: {
        ...process.env,
        NODE_ENV: 'production',
        // Packages as a customer gets them: built, not from their sources.
        TSX_TSCONFIG_PATH: 'tsconfig.run.json',
        PORT: String(this.#port),
        BANK_DATA: this.dataFolder,
        // Everybody in a test comes from one address.
        BANK_POLICY: JSON.stringify({ registration: { perHour: 1_000 }, ...this.#options.policy }),
        ...this.#options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    await new Promise<void>((resolve, reject) => {
      const collect = (chunk: Buffer) => {
        this.#output += chunk.toString('utf8');
        if (this.#output.includes(this.origin) && child.exitCode === null) resolve();
      };
      child.stdout.on('data', collect);
      child.stderr.on('data', collect);
      child.once('exit', (code) => reject(new Error(`the bank ended with ${code} before it listened:\n${this.#output}`)));
    });
    await this.#answering();
  }

  /** Ends the process at once, as a power cut would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
    rmSync(this.dataFolder, { recursive: true, force: true });
  }

  /** Names and bytes of every file that the bank keeps but its key file. */
  files(): Array<{ name: string; bytes: Buffer }> {
    return readdirSync(this.dataFolder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(this.dataFolder, name)).isFile())
      .map((name) => ({ name, bytes: readFileSync(join(this.dataFolder, name)) }));
  }

  /** The cards of the demo customer and of the operator, as the notes of the demonstration have them. */
  seededCards(): { demo: Card; operator: Card } {
    const [demo, operator] = readCards(readFileSync(join(this.dataFolder, 'demo-people.txt'), 'utf8'));
    if (!demo || !operator) throw new Error('the notes of the demonstration have no two cards');
    return { demo, operator };
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  async #answering(): Promise<void> {
    for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; ) {
      try {
        if ((await fetch(`${this.origin}/healthz`)).ok) return;
      } catch {
        // Not listening yet.
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the bank does not answer:\n${this.#output}`);
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, 'localhost', () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}
