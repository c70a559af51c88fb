import type { EvidenceBatch } from '@tacit-auth/features';
import type { ModelServer } from './model-server.test-support';
import type { MortalPage } from './mortal-page.test-support';
import type { ManualTime } from './test-support';

export interface NetworkOptions {
  time: ManualTime;
  chance: () => number;
  server: ModelServer;
  /** Share of messages that do not arrive, and of those that arrive twice. */
  dropped: number;
  twice: number;
  /** Longest time on the way, in ms. */
  longest?: number;
}

/** Carries requests late, not at all, twice, and in another order; a request that was sent arrives though its page is gone. */
export interface Network {
  /** No request reaches the server. */
  down: boolean;
  /** Answers that a gateway gives in its place. */
  busy: { status: number; retryAfter: number } | undefined;
  /** Sockets that are open, or about to be. */
  readonly sockets: number;
  readonly requests: { at: number; path: string; keepalive: boolean }[];
  /** Closes every socket. */
  restart(): void;
  fetchOf(page: MortalPage): typeof globalThis.fetch;
  socketOf(page: MortalPage): typeof globalThis.WebSocket;
}

export function network({ time, chance, server, dropped, twice, longest = 4_000 }: NetworkOptions): Network {
  const sockets = new Set<{ fail(code: number): void }>();
  const delay = () => 5 + Math.floor(chance() ** 4 * longest);
  const later = (work: () => void, ms = delay()) => void time.timer.set(work, ms);
  const lost = () => chance() < dropped;

  const net: Network = {
    down: false,
    busy: undefined,
    requests: [],
    get sockets() {
      return sockets.size;
    },
    restart() {
      for (const socket of [...sockets]) {
        socket.fail(1_006);
      }
    },
    fetchOf: (page) => (input, init) =>
      new Promise((resolve, reject) => {
        const path = String(input);
        const answer = (response: Response) => page.alive && resolve(response);
        init?.signal?.addEventListener('abort', () => page.alive && reject(new DOMException('aborted', 'AbortError')));
        if (!page.alive) {
          return;
        }
        net.requests.push({ at: time.now, path, keepalive: init?.keepalive === true });
        const arrive = () => {
          if (net.down) {
            return later(() => page.alive && reject(new TypeError('refused')));
          }
          if (net.busy) {
            const { status, retryAfter } = net.busy;
            return later(() => answer(new Response('busy', { status, headers: { 'retry-after': String(retryAfter) } })));
          }
          const { status, body } = server.handle(path, JSON.parse(String(init?.body)));
          return lost() ? undefined : later(() => answer(new Response(JSON.stringify(body), { status })));
        };
        if (!lost()) {
          later(arrive);
        }
        if (chance() < twice) {
          later(arrive, delay() * 4);
        }
      }),
    socketOf(page) {
      return class {
        readyState = 0;
        onopen: (() => void) | null = null;
        onclose: ((event: { code: number; reason: string }) => void) | null = null;
        onmessage: ((event: { data: string }) => void) | null = null;
        /** A connection keeps the order, each way. */
        private clear = { there: 0, back: 0 };

        constructor() {
          if (!page.alive) {
            return;
          }
          sockets.add(this);
          later(() => (net.down || net.busy || (dropped > 0 && chance() < 0.2) ? this.fail(1_006) : this.open()));
        }

        private open(): void {
          if (this.readyState === 0 && page.alive) {
            this.readyState = 1;
            this.onopen?.();
          }
        }

        fail(code: number): void {
          if (this.readyState < 3) {
            this.readyState = 3;
            sockets.delete(this);
            if (page.alive) {
              this.onclose?.({ code, reason: '' });
            }
          }
        }

        private inOrder(way: 'there' | 'back', work: () => void): void {
          this.clear[way] = Math.max(this.clear[way], time.now + delay());
          later(work, this.clear[way] - time.now);
        }

        send(text: string): void {
          if (!page.alive) {
            return;
          }
          const batch = JSON.parse(text) as EvidenceBatch;
          const breaks = chance() < dropped;
          this.inOrder('there', () => {
            if (net.down) {
              return this.fail(1_006);
            }
            // What was on its way arrives, also from a page that is gone.
            const { status, body } = server.handle('/batch', batch);
            const message = status === 200 ? { type: 'answer', ...body } : { type: 'refused', seq: batch.seq, ...body };
            if (breaks) {
              return chance() < 0.5 ? this.fail(1_006) : undefined;
            }
            return this.inOrder('back', () => this.readyState === 1 && page.alive && this.onmessage?.({ data: JSON.stringify(message) }));
          });
        }

        close(): void {
          this.readyState = 3;
          sockets.delete(this);
        }
      } as unknown as typeof globalThis.WebSocket;
    },
  };
  return net;
}
