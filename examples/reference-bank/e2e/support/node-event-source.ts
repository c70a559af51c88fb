import type { EventStream } from '../../src/web/pages/operator/console-events';
import type { NodeBrowser } from './node-browser';

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 2;

/** Server-sent events as a browser has them: a connection that is lost is opened again after the time that the server asked for, a refused one is not. */
export class NodeEventSource implements EventStream {
  readyState = CONNECTING;
  readonly #events = new EventTarget();
  readonly #over = new AbortController();
  #retryMs = 3_000;

  constructor(browser: NodeBrowser, url: string) {
    void this.#run(browser, url);
  }

  addEventListener(type: string, listener: (event: Event) => void): void {
    this.#events.addEventListener(type, listener);
  }

  close(): void {
    this.readyState = CLOSED;
    this.#over.abort();
  }

  async #run(browser: NodeBrowser, url: string): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      try {
        const response = await browser.send(new Request(browser.request(url, { headers: { accept: 'text/event-stream' } }), { signal }));
        if (response.status !== 200 || response.body === null) {
          this.readyState = CLOSED;
          this.#events.dispatchEvent(new Event('error'));
          return;
        }
        this.readyState = OPEN;
        this.#events.dispatchEvent(new Event('open'));
        await this.#read(response.body);
      } catch {
        // The connection was lost, or there is none; below it is told as an error.
      }
      if (signal.aborted) return;
      this.readyState = CONNECTING;
      this.#events.dispatchEvent(new Event('error'));
      await new Promise((resolve) => setTimeout(resolve, this.#retryMs));
    }
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let unread = '';
    for await (const piece of body as unknown as AsyncIterable<Uint8Array>) {
      unread += decoder.decode(piece, { stream: true });
      for (let end = unread.indexOf('\n\n'); end >= 0; end = unread.indexOf('\n\n')) {
        this.#take(unread.slice(0, end).split('\n'));
        unread = unread.slice(end + 2);
      }
    }
  }

  #take(lines: readonly string[]): void {
    const fields = new Map(
      lines.map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
    );
    this.#retryMs = Number(fields.get('retry') ?? this.#retryMs);
    const data = fields.get('data');
    if (data !== undefined) this.#events.dispatchEvent(new MessageEvent(fields.get('event') ?? 'message', { data }));
  }
}
