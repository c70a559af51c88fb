import type { MortalPage } from '../../../packages/capture/src/mortal-page.test-support';
import type { SimulatedTimer } from './simulated-time';

/** The server's end of a socket. */
export interface RoughConnection {
  send(text: string): void;
  close(): void;
}

/** A server that may be gone at any moment, and what it has begun to answer with it. */
export interface MortalServer {
  readonly alive: boolean;
  /** Rejects where it is gone before it has answered. */
  handle(request: Request): Promise<Response>;
  /** Opens a socket; null where that is refused, or nobody is there. */
  connect(request: Request, peer: { onMessage: (text: string) => void; onClose: (code: number) => void }): Promise<RoughConnection | null>;
}

export interface RoughNetworkOptions {
  /** Simulated, or that of the machine. */
  time: { readonly now: number; readonly timer: Pick<SimulatedTimer, 'set'> };
  /** Numbers from 0 to below 1. */
  uniform: () => number;
  /** The server that listens now. */
  server: () => MortalServer;
  /** A request of the browser with its cookies. */
  request: (path: string, init?: RequestInit) => Request;
  /** Told of each batch that arrives, also again. */
  onBatch: (text: string) => void;
}

/** What became of what pages sent. */
export interface NetworkCounts {
  requests: number;
  frames: number;
  dropped: number;
  doubled: number;
  /** Arrived after something that was sent later. */
  late: number;
  refusedConnections: number;
  brokenSockets: number;
}

const DROPPED = 0.12;
const DOUBLED = 0.12;
const NO_SOCKET = 0.3;

/**
 * Loses requests and answers, delivers requests twice, and each after a time of its own, so that they overtake each other. A WebSocket keeps its order, as
 * TCP does, and breaks instead.
 */
export class RoughNetwork {
  /** Nobody gets through. */
  down = false;
  readonly counts: NetworkCounts = { requests: 0, frames: 0, dropped: 0, doubled: 0, late: 0, refusedConnections: 0, brokenSockets: 0 };
  readonly #options: RoughNetworkOptions;
  readonly #sockets = new Set<{ fail(code: number): void }>();
  #doublesUnderWay = 0;
  #lastSent = 0;
  #lastArrived = 0;

  constructor(options: RoughNetworkOptions) {
    this.#options = options;
  }

  /** Requests that were doubled and have not been answered a second time yet. */
  get doublesUnderWay(): number {
    return this.#doublesUnderWay;
  }

  /** All connections break, as when a server dies. */
  breakSockets(): void {
    for (const socket of [...this.#sockets]) socket.fail(1_006);
  }

  fetchOf(page: MortalPage): typeof globalThis.fetch {
    const { server, request, onBatch } = this.#options;
    return (input, init = {}) =>
      new Promise((resolve, reject) => {
        init.signal?.addEventListener('abort', () => page.alive && reject(new DOMException('aborted', 'AbortError')));
        if (!page.alive) return;
        this.counts.requests += 1;
        const number = ++this.#lastSent;
        const { method = 'GET', headers, body } = init;
        const make = () => request(String(input), { method, ...(headers ? { headers } : {}), ...(body ? { body } : {}) });
        const fail = () => this.#later(() => page.alive && reject(new TypeError('the connection failed')));
        const arrive = async (again: boolean): Promise<void> => {
          if (this.down) {
            fail();
            return;
          }
          if (number < this.#lastArrived) this.counts.late += 1;
          this.#lastArrived = Math.max(number, this.#lastArrived);
          if (String(input).endsWith('/batch')) onBatch(String(body));
          const from = server();
          const response = await from.handle(make()).catch(() => null);
          if (again) return;
          if (response === null || !from.alive || this.#drops()) {
            // The page waits for it, or is told at once that the connection is gone.
            if (this.#chance(0.5)) fail();
            return;
          }
          this.#later(() => page.alive && resolve(response));
        };
        if (!this.#drops()) this.#later(() => void arrive(false));
        if (this.#chance(DOUBLED)) {
          this.counts.doubled += 1;
          this.#doublesUnderWay += 1;
          const arriveAgain = async (): Promise<void> => {
            await arrive(true);
            this.#doublesUnderWay -= 1;
          };
          // By a longer way: mostly after what was sent next.
          this.#later(() => void arriveAgain(), this.#delay() + Math.floor(6_000 * this.#options.uniform()));
        }
      });
  }

  socketOf(page: MortalPage): typeof globalThis.WebSocket {
    const network = this;
    const { server, request, time, onBatch } = this.#options;
    return class {
      readyState = 0;
      onopen: (() => void) | null = null;
      onclose: ((event: { code: number; reason: string }) => void) | null = null;
      onmessage: ((event: { data: string }) => void) | null = null;
      #free = { there: 0, back: 0 };
      #connection: RoughConnection | undefined;
      /** Whether the answer that comes next is lost with the connection. */
      #breaking = false;

      constructor(url: string) {
        if (!page.alive) return;
        network.#sockets.add(this);
        network.#later(() => void this.#connect(new URL(url).pathname));
      }

      async #connect(path: string): Promise<void> {
        const from = server();
        if (network.down || network.#chance(NO_SOCKET)) {
          network.counts.refusedConnections += 1;
          this.fail(1_006);
          return;
        }
        const connection = await from.connect(request(path), {
          onMessage: (text) => this.#tell(from, text),
          onClose: (code) => this.fail(code),
        });
        if (connection === null || !from.alive || this.readyState !== 0) {
          connection?.close();
          this.fail(1_006);
          return;
        }
        this.#connection = connection;
        network.#later(() => {
          if (this.readyState === 0) {
            this.readyState = 1;
            this.onopen?.();
          }
        });
      }

      fail(code: number): void {
        if (this.readyState < 3) {
          network.counts.brokenSockets += 1;
          this.close();
          if (page.alive) this.onclose?.({ code, reason: '' });
        }
      }

      close(): void {
        this.readyState = 3;
        this.#connection?.close();
        network.#sockets.delete(this);
      }

      send(text: string): void {
        if (!page.alive) return;
        network.counts.frames += 1;
        const breaks = network.#drops();
        const after = breaks && network.#chance(0.5);
        this.#inOrder('there', async () => {
          if (network.down || (breaks && !after)) {
            this.fail(1_006);
            return;
          }
          // What was on its way arrives, also from a page that is gone.
          onBatch(text);
          this.#breaking = after;
          this.#connection?.send(text);
        });
      }

      #tell(from: MortalServer, text: string): void {
        if (this.#breaking) {
          this.fail(1_006);
          return;
        }
        this.#inOrder('back', async () => {
          if (from.alive && this.readyState === 1 && page.alive) this.onmessage?.({ data: text });
        });
      }

      #inOrder(way: 'there' | 'back', work: () => Promise<void>): void {
        this.#free[way] = Math.max(this.#free[way], time.now + network.#delay());
        network.#later(() => void work(), this.#free[way] - time.now);
      }
    } as unknown as typeof globalThis.WebSocket;
  }

  #chance(share: number): boolean {
    return this.#options.uniform() < share;
  }

  #drops(): boolean {
    const dropped = this.#chance(DROPPED);
    if (dropped) this.counts.dropped += 1;
    return dropped;
  }

  /** Mostly some ms, now and then seconds. */
  #delay(): number {
    return 5 + Math.floor(this.#options.uniform() ** 10 * 4_000);
  }

  #later(work: () => void, ms = this.#delay()): void {
    this.#options.time.timer.set(work, ms);
  }
}
