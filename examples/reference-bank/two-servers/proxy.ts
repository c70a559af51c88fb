import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** Where the servers find the client's address. One that the client sent himself is replaced. */
export const CLIENT_HEADER = 'x-real-ip';
/** How long a server that did not answer is left alone, in ms. */
const REST_MS = 1_000;
/** Larger than anything that the bank takes. */
const MOST_BODY_BYTES = 4_194_304;

export interface FrontProxy {
  readonly port: number;
  /** Requests and sockets that each server got, in the order of `ports`. */
  readonly served: readonly number[];
  close(): Promise<void>;
}

/**
 * Hands every request to the next server in turn, also within one connection of a browser, so that no session stays with one of them by chance.
 * A request that no server took is answered with 503; one that broke off is the client's to repeat, for only he knows whether he may. What only reads goes to the
 * other server then.
 */
export async function startProxy({ ports, port = 0 }: { ports: readonly number[]; port?: number }): Promise<FrontProxy> {
  const served = ports.map(() => 0);
  const restUntil = ports.map(() => 0);
  const sockets = new Set<Socket>();
  let turn = 0;

  /** Servers in the order in which they should be tried. */
  function order(): number[] {
    turn++;
    const now = performance.now();
    const all = ports.map((_, i) => (turn + i) % ports.length);
    return [...all.filter((i) => restUntil[i]! <= now), ...all.filter((i) => restUntil[i]! > now)];
  }

  function forward(request: IncomingMessage, response: ServerResponse, body: Buffer, [chosen, ...others]: number[]): void {
    if (chosen === undefined) {
      refuse(response, 503, 'ERR_NO_SERVER', 'No server of the bank answers: try again.');
      return;
    }
    // A connection of its own: on one that is used again it could not be told whether the server had the request.
    const onward = httpRequest({
      agent: false,
      host: 'localhost',
      port: ports[chosen],
      method: request.method,
      path: request.url,
      headers: { ...request.headers, connection: 'close', [CLIENT_HEADER]: request.socket.remoteAddress ?? '' },
    });
    let taken = false;
    let gone = false;
    onward.on('socket', (socket) => {
      socket.once('connect', () => {
        taken = true;
      });
    });
    onward.on('response', (answer) => {
      served[chosen]!++;
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => response.destroy());
      answer.pipe(response);
    });
    onward.on('error', () => {
      // That a client has left says nothing of the server.
      if (gone) return;
      restUntil[chosen] = performance.now() + REST_MS;
      if (response.headersSent) response.destroy();
      // What a server had may have been done, so it goes to another one only where it changes nothing.
      else if (!taken || (others.length > 0 && isSafe(request))) forward(request, response, body, others);
      else refuse(response, 502, 'ERR_SERVER_GONE', 'The server broke off: try again with the same idempotency key.');
    });
    response.once('close', () => {
      gone = true;
      onward.destroy();
    });
    onward.end(body);
  }

  const server: Server = createServer(async (request, response) => {
    try {
      forward(request, response, await wholeBody(request), order());
    } catch {
      // Too large, or the client has gone.
      response.destroy();
    }
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const candidates = order();
    const attempt = (place: number): void => {
      const chosen = candidates[place];
      if (chosen === undefined) {
        socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n');
        return;
      }
      let taken = false;
      const onward = connect(ports[chosen]!, 'localhost', () => {
        taken = true;
        served[chosen]!++;
        onward.write(`${request.method} ${request.url} HTTP/1.1\r\n${headerLines(request)}\r\n\r\n`);
        onward.write(head);
        socket.pipe(onward).pipe(socket);
      });
      onward.on('error', () => {
        restUntil[chosen] = performance.now() + REST_MS;
        if (!taken && !socket.destroyed) attempt(place + 1);
      });
      onward.on('close', () => taken && socket.destroy());
      socket.on('close', () => onward.destroy());
      socket.on('error', () => onward.destroy());
    };
    attempt(0);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, 'localhost', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    served,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function isSafe({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

function headerLines({ rawHeaders, socket }: IncomingMessage): string {
  const lines = [`${CLIENT_HEADER}: ${socket.remoteAddress ?? ''}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() !== CLIENT_HEADER) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  }
  return lines.join('\r\n');
}

async function wholeBody(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MOST_BODY_BYTES) throw new RangeError(`the request has more than ${MOST_BODY_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '1' });
  response.end(JSON.stringify({ error: { code, message } }));
}
