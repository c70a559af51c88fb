import { IDBFactory } from 'fake-indexeddb';
import type { Window } from 'happy-dom';
import { fakeLocks } from '../../../../packages/capture/src/fake-locks.test-support';
import { type MortalPage, mortalPage } from '../../../../packages/capture/src/mortal-page.test-support';
import { RoughNetwork } from '../../proofs/rough-network';
import type { BankPages } from './bank-pages';
import { EvidencePage, windowNumberOf } from './evidence-page';
import { remoteServer } from './remote-server';
import type { Typist } from './typist';
import { until } from './until';

/** The machine's own time. */
const time = {
  get now() {
    return performance.now();
  },
  timer: {
    set: (work: () => void, ms: number): unknown => setTimeout(work, ms),
    clear: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout),
  },
};
/** A page that waits for an answer which is lost asks again after so long. */
const TIMEOUT_MS = 5_000;
/** A page that met several failures in a row, as of servers that were killed, leaves the server alone for a minute, and for another where what it sends then is lost. */
const PAUSES_MS = 3 * 60_000;

/**
 * One session whose page dies now and then and is loaded again, on a network that drops, delays, doubles and reorders: what it had queued stays in its
 * browser's database.
 */
export class RoughVisit {
  readonly id: string;
  readonly pages: BankPages;
  readonly network: RoughNetwork;
  /** Windows that a page said are in its queue. */
  readonly queued = new Set<number>();
  /** Windows that were sent, and the numbers of the batches that carried them. */
  readonly sent = new Map<number, Set<number>>();
  readonly problems: string[] = [];
  typed = 0;
  pageDeaths = 0;
  readonly #window: Window;
  readonly #typist: Typist;
  readonly #factory = new IDBFactory();
  readonly #locks = fakeLocks();
  #mortal: MortalPage;
  #page: EvidencePage;

  constructor({
    id,
    pages,
    window,
    typist,
    uniform,
  }: {
    id: string;
    pages: BankPages;
    window: Window;
    typist: Typist;
    uniform: () => number;
  }) {
    this.id = id;
    this.pages = pages;
    this.#window = window;
    this.#typist = typist;
    const server = remoteServer(pages.browser);
    this.network = new RoughNetwork({
      time,
      uniform,
      server: () => server,
      request: (path, init) => pages.browser.request(path, init),
      onBatch: (text) => {
        const number = windowNumberOf(text);
        this.sent.set(number, (this.sent.get(number) ?? new Set()).add((JSON.parse(text) as { seq: number }).seq));
      },
    });
    [this.#mortal, this.#page] = this.#load();
  }

  #load(): [MortalPage, EvidencePage] {
    const mortal = mortalPage(time, this.#factory);
    const { network, pages } = this;
    const page = new EvidencePage({
      window: this.#window,
      fetch: network.fetchOf(mortal),
      WebSocket: network.socketOf(mortal),
      socketUrl: `${pages.browser.origin}/auth/continuous/socket`,
      onRenew: async () => (await pages.auth.session()).state === 'full',
      timer: mortal.timer,
      indexedDB: mortal.indexedDB,
      crypto: mortal.crypto,
      locks: this.#locks.of(mortal),
      timeoutMs: TIMEOUT_MS,
      limits: { maxBatches: 10_000, maxBytes: 16_777_216 },
    });
    return [mortal, page];
  }

  /** Types a window. Resolves when it is queued, or its page has died before that. */
  async type(): Promise<void> {
    await until('the page records', () => this.#page.stream.recording, { progress: () => this.network.counts.requests });
    const number = ++this.typed;
    const mortal = this.#mortal;
    const queued = this.#page.type(this.#typist, number);
    const noted = mortal.while(queued).then(() => this.queued.add(number));
    await Promise.race([noted, until('the page dies or has queued it', () => !mortal.alive || this.queued.has(number))]);
  }

  /** The page dies at whatever it is at, also in the middle of a window, and is loaded again. */
  reload(aborting: boolean): void {
    this.pageDeaths += 1;
    this.#leave(aborting);
    [this.#mortal, this.#page] = this.#load();
  }

  /** Resolves when all that was queued has been taken. */
  async drain(): Promise<void> {
    const progress = (): number => this.sent.size;
    const patience = { progress, patienceMs: PAUSES_MS };
    const left = () => [...this.queued].filter((number) => !this.sent.has(number));
    const detail = () => `${left().length} of ${this.queued.size} are left, the first is ${left()[0]}; ${this.#page.stream.state}`;
    await until('what was queued is sent', () => left().length === 0, { everyMs: 100, detail, ...patience });
    const last = () => Math.max(0, ...[...this.sent.values()].flatMap((numbers) => [...numbers]));
    await until('what was sent is taken', async () => (await this.pages.batchesTaken()) >= last(), { everyMs: 250, ...patience });
  }

  close(): void {
    this.#leave(false);
  }

  #leave(aborting: boolean): void {
    this.#mortal.kill(aborting);
    this.#locks.release(this.#mortal);
    if (this.#page.stream.counts.givenUp > 0) this.problems.push('batches were given up');
    this.problems.push(...this.#page.problems);
    this.#page.close();
  }
}
