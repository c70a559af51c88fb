import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const PATIENCE_MS = 60_000;
/** The server as it stands in its sources, or as tests have bundled these: it then starts in half the time. */
const PROGRAM = process.env.BANK_BUNDLE ? [process.env.BANK_BUNDLE] : ['--import', 'tsx', 'src/server/main.ts'];

export interface BankProcessOptions {
  port: number;
  /** Where the data, the key file and the notes of the demonstration lie; several servers of one bank share them. */
  dataFolder: string;
  env?: Readonly<Record<string, string>>;
}

/** One server of the bank in a process of its own. It can be killed, and started again on the same port and data. */
export class BankProcess {
  readonly #options: BankProcessOptions;
  #process: ChildProcess | undefined;
  #output = '';

  constructor(options: BankProcessOptions) {
    this.#options = options;
  }

  /** Everything the server has printed so far. */
  get output(): string {
    return this.#output;
  }

  get pid(): number {
    if (!this.#process?.pid) throw new Error('the bank is not running');
    return this.#process.pid;
  }

  /** Resolves once the server answers. */
  async start(): Promise<void> {
    const { port, dataFolder, env } = this.#options;
    const child = spawn(process.execPath, PROGRAM, {
      cwd: FOLDER,
      env: {
        ...process.env,
        NODE_ENV: 'production',
        // Packages as a customer gets them: built, not from their sources.
        TSX_TSCONFIG_PATH: 'tsconfig.run.json',
        PORT: String(port),
        BANK_DATA: dataFolder,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    const begun = this.#output.length;
    await new Promise<void>((resolve, reject) => {
      const collect = (chunk: Buffer) => {
        this.#output += chunk.toString('utf8');
        if (this.#output.indexOf('is open on', begun) >= 0) resolve();
      };
      child.stdout.on('data', collect);
      child.stderr.on('data', collect);
      child.once('exit', (code) => reject(new Error(`the bank ended with ${code} before it listened:\n${this.#output}`)));
    });
    await this.#answering();
  }

  /** Ends the process: at once, as a power cut would (`SIGKILL`), or in order. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  async #answering(): Promise<void> {
    for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; ) {
      try {
        if ((await fetch(`http://localhost:${this.#options.port}/healthz`)).ok) return;
      } catch {
        // Not listening yet.
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the bank does not answer:\n${this.#output}`);
  }
}
