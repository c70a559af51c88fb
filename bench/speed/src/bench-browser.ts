import type { HttpHandler } from '@tacit-auth/server-verify/http';

export const ORIGIN = 'https://bank.example';
/** Where the bench's handlers take the client's address from, as behind a proxy. */
export const ADDRESS_HEADER = 'x-bench-address';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/**
 * One browser that speaks to a handler in this process. It keeps the cookie that binds challenges to it and forgets sessions, as if each login
 * came after a logout.
 */
export class BenchBrowser {
  readonly #handler: HttpHandler;
  #cookie: string | undefined;

  constructor(handler: HttpHandler) {
    this.#handler = handler;
  }

  async post(path: string, body: unknown, address = '192.0.2.1'): Promise<Answer> {
    const request = new Request(`${ORIGIN}${this.#handler.basePath}${path}`, {
      method: 'POST',
      headers: {
        origin: ORIGIN,
        'content-type': 'application/json',
        [ADDRESS_HEADER]: address,
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
  async expect(status: number, path: string, body: unknown, address?: string): Promise<Record<string, unknown>> {
    const answer = await this.post(path, body, address);
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
