import { monitorEventLoopDelay } from 'node:perf_hooks';
import { WebSocket } from 'ws';
import { machineTime } from './machine-time';
import type { ClientFigures, FromClients, ToClients } from './messages';
import { ORIGIN } from './origin';
import { type Person, seededPerson, type WirePointer, type WireWindow } from './people';
import type { PreparedSession } from './prepared-sessions';

// The other process of a soak: pages of so many customers, each with a socket of its own, that send what the page's recorders would.

/** A batch goes this long after the first sample of it, as the recorders do. */
const BATCH_MS = 2_000;
const POINTER_MS = 5_000;
/** From one window of typing to the next, on average. */
const WINDOW_MS = 12_000;
const FEWEST_KEYS = 25;
const MOST_KEYS = 50;
/** Connections that are opened in a second. */
const OPENED_PER_SECOND = 50;

const figures: ClientFigures = {
  windows: [],
  others: [],
  windowsAt: [],
  times: [],
  refused: {},
  closed: {},
  unanswered: 0,
  cpu: 0,
  ms: 0,
  lag: { p99: 0, worst: 0 },
};
const pages = new Set<Page>();
let answered = 0;
let counting = false;
let began = 0;
let over = false;

const tell = (message: FromClients): void => void process.send?.(message);

function count(counts: Record<string | number, number>, key: string | number): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

class Page {
  readonly #person: Person;
  readonly #session: PreparedSession;
  readonly #port: number;
  #socket: WebSocket | undefined;
  #seq = 0;
  #typing: WireWindow[] = [];
  #pointer: WirePointer[] = [];
  #batch: NodeJS.Timeout | undefined;
  #queue: Array<{ text: string; hasWindow: boolean }> = [];
  #sent: { at: number; hasWindow: boolean } | undefined;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(session: PreparedSession, port: number) {
    this.#session = session;
    this.#port = port;
    this.#person = seededPerson(session.person, 2);
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  get isWaiting(): boolean {
    return this.#sent !== undefined || this.#queue.length > 0;
  }

  async open(): Promise<void> {
    const headers = { cookie: this.#session.cookie, origin: ORIGIN };
    const socket = new WebSocket(`ws://127.0.0.1:${this.#port}/auth/continuous/socket`, { headers, perMessageDeflate: false });
    this.#socket = socket;
    socket.on('message', (data) => this.#hear(String(data)));
    socket.on('close', (code) => {
      if (!over) count(figures.closed, code);
    });
    // What went wrong is told by its close code.
    socket.on('error', () => undefined);
    await new Promise<void>((resolve) => {
      socket.once('open', resolve);
      socket.once('close', () => resolve());
    });
    this.#after(WINDOW_MS * this.#person.next(), () => this.#type());
    this.#after(POINTER_MS * this.#person.next(), () => this.#point());
  }

  close(): void {
    clearTimeout(this.#batch);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#socket?.close();
  }

  /** Makes no more; what there is is still sent. */
  rest(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #after(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }

  #type(): void {
    this.#typing.push(this.#person.window(FEWEST_KEYS + Math.floor((MOST_KEYS - FEWEST_KEYS + 1) * this.#person.next())));
    this.#gather();
    this.#after(WINDOW_MS * (0.5 + this.#person.next()), () => this.#type());
  }

  #point(): void {
    this.#pointer.push(this.#person.stretch(POINTER_MS));
    this.#gather();
    this.#after(POINTER_MS, () => this.#point());
  }

  #gather(): void {
    this.#batch ??= setTimeout(() => {
      this.#batch = undefined;
      this.#seq += 1;
      const [typing, pointer] = [this.#typing, this.#pointer];
      [this.#typing, this.#pointer] = [[], []];
      const batch = { version: 1, stream: this.#session.stream, seq: this.#seq, floor: this.#seq - 1, typing, pointer };
      this.#queue.push({ text: JSON.stringify(batch), hasWindow: typing.length > 0 });
      this.#send();
    }, BATCH_MS);
  }

  /** One batch is under way at a time. */
  #send(): void {
    const next = this.#sent === undefined && this.isOpen ? this.#queue.shift() : undefined;
    if (next !== undefined) {
      this.#sent = { at: performance.now(), hasWindow: next.hasWindow };
      this.#socket?.send(next.text);
    }
  }

  #hear(text: string): void {
    const message = JSON.parse(text) as { type: string; error?: { code: string } };
    if (message.type === 'refused') count(figures.refused, message.error?.code ?? 'unknown');
    if (message.type !== 'state' && this.#sent !== undefined) {
      if (counting && message.type === 'answer') {
        const now = performance.now();
        figures[this.#sent.hasWindow ? 'windows' : 'others'].push(now - this.#sent.at);
        if (this.#sent.hasWindow) figures.windowsAt.push(now - began);
      }
      answered += 1;
      this.#sent = undefined;
      this.#send();
    }
  }
}

async function run({ port, sessions, ms, settleMs }: Extract<ToClients, { type: 'run' }>): Promise<void> {
  const progress = setInterval(() => tell({ type: 'progress', open: [...pages].filter(({ isOpen }) => isOpen).length, answered }), 5_000);
  for (const [i, session] of sessions.entries()) {
    const page = new Page(session, port);
    pages.add(page);
    void page.open().catch((error: unknown) => tell({ type: 'failed', reason: String(error) }));
    if (i % OPENED_PER_SECOND === OPENED_PER_SECOND - 1) await wait(1_000);
  }
  await wait(settleMs);
  counting = true;
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const before = process.cpuUsage();
  began = performance.now();
  figures.times.push(machineTime());
  const minutes = setInterval(() => figures.times.push(machineTime()), 60_000);
  await wait(ms);
  clearInterval(minutes);
  figures.ms = performance.now() - began;
  counting = false;
  // A run of whole minutes ends with the last of them.
  if (figures.times.length <= ms / 60_000) figures.times.push(machineTime());
  const { user, system } = process.cpuUsage(before);
  figures.cpu = (user + system) / 1_000;
  figures.lag = { p99: delay.percentile(99) / 1e6, worst: delay.max / 1e6 };
  delay.disable();
  for (const page of pages) page.rest();
  for (let left = 100; left > 0 && [...pages].some(({ isWaiting }) => isWaiting); left--) await wait(100);
  figures.unanswered = [...pages].filter(({ isWaiting }) => isWaiting).length;
  clearInterval(progress);
  over = true;
  tell({ type: 'done', figures });
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

process.on('message', (message: ToClients) => {
  if (message.type === 'run') {
    run(message).catch((error: unknown) => tell({ type: 'failed', reason: String(error) }));
  } else {
    for (const page of pages) page.close();
    process.disconnect();
  }
});
// Whether it was told to end, or the bench itself was ended: nothing is left behind.
process.once('disconnect', () => process.exit());
