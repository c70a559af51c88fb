import WebSocket from 'ws';

/**
 * What a page of the bank finds around it, without a browser: a jar of cookies, and a `fetch` and a `WebSocket` that send them from the bank's own origin. The SDK's
 * clients run on it as they are.
 */
export class NodeBrowser {
  /** The bank's origin, as its servers know it. */
  readonly origin: string;
  readonly #address: string;
  readonly #cookies: Map<string, string>;

  constructor(origin: string, address = origin, cookies = new Map<string, string>()) {
    this.origin = origin;
    this.#address = address;
    this.#cookies = cookies;
  }

  /** The same browser, with the same cookies, whose requests go to another address: that of one server. */
  at(address: string): NodeBrowser {
    return new NodeBrowser(this.origin, address, this.#cookies);
  }

  get #cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** A request as this browser would send it now. */
  request(path: string, init: RequestInit = {}): Request {
    const headers = new Headers(init.headers);
    if (init.method === 'POST') headers.set('origin', this.origin);
    if (this.#cookies.size > 0) headers.set('cookie', this.#cookie);
    return new Request(new URL(path, this.#address), { ...init, headers });
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => this.send(this.request(String(input), init));

  /** Sends it, and keeps the cookies of the answer. */
  async send(request: Request): Promise<Response> {
    const response = await fetch(request);
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      if (value === '' || /max-age=0/i.test(cookie)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }

  /** Opens a socket of the bank with the cookies of now. */
  connect(path: string): WebSocket {
    const socket = new WebSocket(new URL(path, this.#address.replace(/^http/, 'ws')), {
      origin: this.origin,
      headers: { cookie: this.#cookie },
    });
    // Whoever uses it hears of it by `close`.
    socket.on('error', () => undefined);
    return socket;
  }

  /** The constructor that a page would use. */
  get WebSocket(): typeof globalThis.WebSocket {
    const connect = (url: string) => this.connect(new URL(url).pathname);
    // Called with `new`, a function gives the object that it returns: the socket that it makes is what a page gets.
    return function PageSocket(url: string) {
      return connect(url);
    } as unknown as typeof globalThis.WebSocket;
  }
}
