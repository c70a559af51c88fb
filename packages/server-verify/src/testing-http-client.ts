import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

export interface ClientAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface ClientRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

async function begin(port: number, path: string, { method = 'GET', headers = {}, body }: ClientRequest): Promise<IncomingMessage> {
  const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

/** One request over a connection of its own, and the whole of its answer. */
export async function ask(port: number, path: string, options: ClientRequest = {}): Promise<ClientAnswer> {
  const response = await begin(port, path, options);
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
  }
  return { status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() };
}

export interface OpenAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** What comes next. */
  next(): Promise<string>;
  /** Goes away, as a page that is closed does. */
  leave(): void;
  /** Reads nothing more. */
  pause(): void;
}

/** One request whose answer has begun. */
export async function open(port: number, path: string, options: ClientRequest = {}): Promise<OpenAnswer> {
  const response = await begin(port, path, options);
  const chunks: string[] = [];
  const readers: Array<(text: string) => void> = [];
  response.on('data', (chunk: Buffer) => {
    const reader = readers.shift();
    if (reader === undefined) {
      chunks.push(chunk.toString());
    } else {
      reader(chunk.toString());
    }
  });
  // A page that leaves breaks its own answer off.
  response.on('error', () => undefined);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    next: () => {
      const chunk = chunks.shift();
      return chunk === undefined ? new Promise((resolve) => readers.push(resolve)) : Promise.resolve(chunk);
    },
    leave: () => response.destroy(),
    pause: () => {
      response.removeAllListeners('data');
      response.pause();
    },
  };
}

/** Keeps cookies of one server as a browser does, and sends them with every call. */
export interface HttpClient {
  readonly cookies: Map<string, string>;
  readonly headers: () => Record<string, string>;
  get(path: string): Promise<ClientAnswer>;
  post(path: string, body?: unknown): Promise<ClientAnswer>;
}

export function httpClient(port: number, origin: string): HttpClient {
  const cookies = new Map<string, string>();
  const headers = (): Record<string, string> =>
    cookies.size === 0 ? {} : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  async function send(path: string, options: ClientRequest): Promise<ClientAnswer> {
    const answer = await ask(port, path, { ...options, headers: { ...headers(), ...options.headers } });
    for (const cookie of answer.headers['set-cookie'] ?? []) {
      const [pair = ''] = cookie.split(';');
      const at = pair.indexOf('=');
      if (cookie.includes('Max-Age=0')) {
        cookies.delete(pair.slice(0, at));
      } else {
        cookies.set(pair.slice(0, at), pair.slice(at + 1));
      }
    }
    return answer;
  }
  return {
    cookies,
    headers,
    get: (path) => send(path, {}),
    post: (path, body = {}) =>
      send(path, { method: 'POST', headers: { origin, 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  };
}
