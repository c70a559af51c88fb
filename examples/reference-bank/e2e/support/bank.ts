import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BankProcess } from '../../two-servers/bank-process';
import { freePort } from '../../two-servers/free-port';
import { type Card, readCards } from './card';

export interface BankOptions {
  policy?: Record<string, unknown>;
  env?: Record<string, string>;
  /** Puts something into the data folder before the server starts for the first time. */
  prepare?: (dataFolder: string) => Promise<void>;
}

/** One running bank on a free port with a data folder of its own; it can be killed and started again on the same data. */
export class Bank {
  readonly dataFolder = mkdtempSync(join(tmpdir(), 'tacit-bank-'));
  readonly #process: BankProcess;
  readonly #port: number;

  private constructor(options: BankOptions, port: number) {
    this.#port = port;
    this.#process = new BankProcess({
      port,
      dataFolder: this.dataFolder,
      // Everybody in a test comes from one address.
      env: { BANK_POLICY: JSON.stringify({ registration: { perHour: 1_000 }, ...options.policy }), ...options.env },
    });
  }

  static async start(options: BankOptions = {}): Promise<Bank> {
    const bank = new Bank(options, await freePort());
    await options.prepare?.(bank.dataFolder);
    await bank.restart();
    return bank;
  }

  get origin(): string {
    return `http://localhost:${this.#port}`;
  }

  /** Everything the server has printed so far. */
  get output(): string {
    return this.#process.output;
  }

  get pid(): number {
    return this.#process.pid;
  }

  async restart(): Promise<void> {
    await this.#process.start();
  }

  /** Ends the process at once, as a power cut would. */
  async kill(): Promise<void> {
    await this.#process.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#process.end('SIGTERM');
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
}
