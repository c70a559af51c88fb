import type { HttpHandler } from './http';

export const ORIGIN = 'https://bank.test';

export interface Answer {
  status: number;
  body: { [name: string]: unknown; error?: { code: string; field?: string; left?: number; retryAfter?: number } };
  headers: Headers;
}

export interface Browser {
  readonly cookies: Map<string, string>;
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** A request as the browser would send it. */
  request(path: string, init?: RequestInit): Request;
  /** A second browser with the same cookies. */
  copy(): Browser;
}

/** Keeps cookies as a browser does. */
export function createBrowser(http: HttpHandler, address: string, tick: () => void, cookies = new Map<string, string>()): Browser {
  function request(path: string, init: RequestInit = {}): Request {
    const headers = new Headers(init.headers);
    if (cookies.size > 0) {
      headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    }
    return new Request(`${ORIGIN}/auth${path}`, { ...init, headers });
  }
  async function send(path: string, init: RequestInit): Promise<Answer> {
    // Time passes, so that what happens in order is stored in order.
    tick();
    const response = await http.handle(request(path, init), address);
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const at = pair.indexOf('=');
      if (cookie.includes('Max-Age=0')) {
        cookies.delete(pair.slice(0, at));
      } else {
        cookies.set(pair.slice(0, at), pair.slice(at + 1));
      }
    }
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json';
    return { status: response.status, body: isJson ? JSON.parse(text) : { text }, headers: response.headers };
  }
  return {
    cookies,
    request,
    get: (path) => send(path, { method: 'GET' }),
    post: (path, body = {}, headers = {}) =>
      send(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { origin: ORIGIN, 'content-type': 'application/json', ...headers },
      }),
    copy: () => createBrowser(http, address, tick, new Map(cookies)),
  };
}
