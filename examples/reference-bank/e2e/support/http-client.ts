import { PATIENCE_MS } from './patience';

/** The wire form of a typing sample, as a client without a browser would forge it. */
export interface WireSample {
  version: 1;
  mode: 'secret' | 'text';
  field: string;
  keys: Array<[string | null, number, number | null]>;
  flags: Record<string, true>;
  clockStep: number;
  device: 'keyboard' | 'touch' | 'unknown';
}

export interface Answer {
  status: number;
  /** What was answered; fields are checked by the test that reads them. */
  body: { error?: { code: string; message: string; field?: string }; [field: string]: unknown };
}

/** A client that speaks to the bank as curl would: a cookie jar, and nothing that a browser adds. */
export class HttpClient {
  readonly origin: string;
  readonly cookies = new Map<string, string>();

  constructor(origin: string, cookies: Iterable<[string, string]> = []) {
    this.origin = origin;
    for (const [name, value] of cookies) this.cookies.set(name, value);
  }

  get(path: string): Promise<Answer> {
    return this.#send(path, { method: 'GET' });
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.origin, ...headers },
      body: JSON.stringify(body),
    });
  }

  async #send(path: string, init: RequestInit): Promise<Answer> {
    const headers = new Headers(init.headers);
    // A test that was busy, or stood still, for some seconds would send on a connection that the bank has closed in the meantime.
    headers.set('connection', 'close');
    if (this.cookies.size > 0) headers.set('cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(`${this.origin}${path}`, {
      ...init,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      if (value === '' || /max-age=0/i.test(cookie)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, body: json ? (JSON.parse(text) as Answer['body']) : { text } };
  }
}
