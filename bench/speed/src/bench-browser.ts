import type { HttpHandler } from '@tacit-auth/server-verify/http';

export const ORIGIN = 'https://bank.example';
const ADDRESS_HEADER = 'x-bench-address';

/** For handlers: the client's address is in a header, as behind a proxy. */
export const clientAddress = (request: Request): string => request.headers.get(ADDRESS_HEADER) ?? '-';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/**
 * One browser that speaks to a handler in this process. It keeps the cookie that binds challenges to it and forgets sessions, as if each login
 * came after a logout; and every request comes from an address of its own, so that no failure counts against another.
 */
export class BenchBrowser {
  readonly #handler: HttpHandler;
  #cookie: string | undefined;
  #requests = 0;

  constructor(handler: HttpHandler) {
    this.#handler = handler;
  }

  async post(path: string, body: unknown): Promise<Answer> {
    this.#requests += 1;
    const request = new Request(`${ORIGIN}${this.#handler.basePath}${path}`, {
      method: 'POST',
      headers: {
        origin: ORIGIN,
        'content-type': 'application/json',
        // Of a network of its own: addresses of one /64 are counted as one.
        [ADDRESS_HEADER]: `2001:db8:${(this.#requests >> 16).toString(16)}:${(this.#requests & 0xffff).toString(16)}::1`,
        ...(this.#cookie === undefined ? {} : { cookie: this.#cookie }),
      },
      body: JSON.stringify(body),
    });
    const response = await this.#handler.handle(request);
    for (const cookie of response.headers.getSetCookie()) {
      const pair = cookie.split(';', 1)[0] ?? '';
      if (pair.includes('-browser=')) this.#cookie = pair;
    }
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  /** The same, where anything but one status would make the figures worthless. */
  async expect(status: number, path: string, body: unknown): Promise<Record<string, unknown>> {
    const answer = await this.post(path, body);
    if (answer.status !== status) throw new Error(`${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}

/** Reads a text field of an answer. */
export function textOf(body: Record<string, unknown>, field: string): string {
  const value = body[field];
  if (typeof value !== 'string') throw new TypeError(`the answer has no ${field}`);
  return value;
}
