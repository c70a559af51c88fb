import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type CoarseState, type EvidenceBatch, type ParsedEvidenceBatch, parseEvidenceBatch } from '@tacit-auth/features';
import { WebSocket } from 'ws';
import { TacitServerError } from './errors';
import type { HttpHandler, SocketAdmission } from './http';
import { respondRefusal } from './http/respond';
import type { LogEvent } from './log';
import { ORIGIN } from './testing-browser';
import { type ManualTime, manualTime } from './testing-timer';
import { type AttachContinuousOptions, attachContinuous, type ContinuousSockets } from './websocket';

export const STREAM = 'A'.repeat(22);

/** A batch without samples: what it holds is for others to judge. */
export function emptyBatch(seq: number, stream = STREAM): EvidenceBatch {
  return { version: 1, stream, seq, floor: seq - 1, typing: [], pointer: [] };
}

export interface FakeSession {
  state: CoarseState;
  expiresAt: number;
  listeners: Set<(state: CoarseState) => void>;
  /** Batches that took effect. */
  taken: ParsedEvidenceBatch[];
  admitted: number;
  released: number;
}

/** Admits `cookie: session=...` of the right origin, and takes batches of any stream in order. */
export interface FakeHandler extends Pick<HttpHandler, 'admitSocket' | 'basePath'> {
  session(id: string): FakeSession;
  change(id: string, state: CoarseState): void;
  /** What is done with each batch before it is answered. */
  before: (batch: ParsedEvidenceBatch, session: string) => Promise<void> | void;
  /** What is waited for before a socket is admitted. */
  admitting: () => Promise<void> | void;
  /** Put into each answer, to make it large. */
  stream: string;
}

export function fakeHandler(clock: () => number): FakeHandler {
  const sessions = new Map<string, FakeSession>();
  const handler: FakeHandler = {
    basePath: '/auth',
    before: () => undefined,
    admitting: () => undefined,
    stream: STREAM,
    session(id) {
      let found = sessions.get(id);
      if (found === undefined) {
        found = { state: 'on', expiresAt: clock() + 300_000, listeners: new Set(), taken: [], admitted: 0, released: 0 };
        sessions.set(id, found);
      }
      return found;
    },
    change(id, state) {
      const session = handler.session(id);
      session.state = state;
      for (const listener of session.listeners) {
        listener(state);
      }
    },
    async admitSocket(request): Promise<SocketAdmission | Response> {
      await handler.admitting();
      if (request.headers.get('origin') !== ORIGIN) {
        return respondRefusal({ code: 'ERR_ORIGIN' });
      }
      const id = /(?:^|; )session=([a-z0-9-]+)/.exec(request.headers.get('cookie') ?? '')?.[1];
      if (id === undefined) {
        return respondRefusal({ code: 'ERR_SESSION_NONE' });
      }
      const session = handler.session(id);
      session.admitted++;
      const own = new Set<(state: CoarseState) => void>();
      const release = () => {
        for (const listener of own) {
          session.listeners.delete(listener);
        }
        own.clear();
      };
      let released = false;
      return {
        session: {
          id,
          subject: id,
          scope: 'full',
          risk: 'low',
          stepUpNeeded: false,
          locked: false,
          role: 'customer',
          amr: ['pwd'],
          acr: 'urn:tacit:full',
          startedAt: clock(),
          expiresAt: clock() + 3_600_000,
        },
        expiresAt: session.expiresAt,
        state: async () => session.state,
        async submit(input) {
          const batch = parseEvidenceBatch(input);
          await handler.before(batch, id);
          if (session.state === 'ended') {
            throw new TacitServerError('ERR_SESSION_ENDED');
          }
          session.taken.push(batch);
          return { version: 1, stream: handler.stream, seq: batch.seq, state: session.state };
        },
        onChange(listener) {
          own.add(listener);
          session.listeners.add(listener);
          queueMicrotask(() => listener(session.state));
          return () => session.listeners.delete(listener);
        },
        release() {
          release();
          if (!released) {
            released = true;
            session.released++;
          }
        },
      };
    },
  };
  return handler;
}

export interface SocketServer {
  server: Server;
  port: number;
  handler: FakeHandler;
  sockets: ContinuousSockets;
  time: ManualTime;
  events: LogEvent[];
  close(): Promise<void>;
}

/** A server on the loopback that takes evidence for a fake handler, on a clock that stands still. */
export async function openSocketServer(options: Partial<AttachContinuousOptions> = {}): Promise<SocketServer> {
  const time = manualTime();
  const handler = fakeHandler(time.clock);
  const events: LogEvent[] = [];
  const server = createServer((_request, response) => response.end('page'));
  const sockets = attachContinuous(server, {
    handler,
    clock: time.clock,
    timer: time.timer,
    log: (event) => events.push(event),
    ...options,
  });
  const port = await listen(server);
  return {
    server,
    port,
    handler,
    sockets,
    time,
    events,
    async close() {
      const closing = sockets.close();
      // Whoever does not close his side is terminated when his time is over.
      await new Promise(setImmediate);
      time.advance(60_000);
      await closing;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

export interface Message {
  type: 'answer' | 'state' | 'refused';
  seq?: number;
  state?: CoarseState;
  error?: { code: string; expected?: number; retryAfter?: number };
}

export interface SocketClient {
  socket: WebSocket;
  send(value: unknown): void;
  /** The next message that was not asked for yet. */
  next(): Promise<Message>;
  /** The code and the reason of the close. */
  closed: Promise<readonly [code: number, reason: string]>;
}

export interface ConnectOptions {
  session?: string;
  origin?: string;
  path?: string;
  headers?: Record<string, string>;
}

/** A page's socket, or the plain answer that refused it. */
export async function connectSocket(
  port: number,
  { session = 'one', origin = ORIGIN, path = '/auth/continuous/socket', headers = { cookie: `session=${session}` } }: ConnectOptions = {},
): Promise<SocketClient | { status: number; headers: Record<string, string | string[] | undefined>; error: { code: string } }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { origin, headers, perMessageDeflate: true });
  const messages: Message[] = [];
  const readers: Array<(message: Message) => void> = [];
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Message;
    const reader = readers.shift();
    if (reader === undefined) {
      messages.push(message);
    } else {
      reader(message);
    }
  });
  const closed = new Promise<readonly [number, string]>((resolve) => {
    socket.on('close', (code, reason) => resolve([code, reason.toString()]));
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += String(chunk);
      });
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          error: (JSON.parse(text) as { error: { code: string } }).error,
        });
      });
    });
    socket.on('open', () => {
      resolve({
        socket,
        closed,
        send: (value) => socket.send(typeof value === 'string' ? value : JSON.stringify(value)),
        next: () => {
          const message = messages.shift();
          return message === undefined ? new Promise((read) => readers.push(read)) : Promise.resolve(message);
        },
      });
    });
  });
}

/** The same, where the socket is to open. The state that it is told first is read. */
export async function openSocket(port: number, options: ConnectOptions = {}): Promise<SocketClient> {
  const client = await connectSocket(port, options);
  if (!('socket' in client)) {
    throw new Error(`refused: ${client.status} ${client.error.code}`);
  }
  await client.next();
  return client;
}

/** The first line and the error's code of the answer to whatever is written to a bare connection, or the socket after 101. */
export async function rawUpgrade(
  port: number,
  lines: readonly string[] = upgradeLines(),
): Promise<{ status: number; socket: Socket; head: Buffer }> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  return { status: Number(head.toString('latin1').split(' ')[1]), socket, head };
}

export function upgradeLines(session = 'one'): string[] {
  return [
    'GET /auth/continuous/socket HTTP/1.1',
    'Host: bank.test',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    `Origin: ${ORIGIN}`,
    `Cookie: session=${session}`,
  ];
}

/** One masked frame of a client; the mask is nothing, so that the payload reads as it is. */
export function clientFrame(firstByte: number, payload: Uint8Array, declaredLength = payload.byteLength): Buffer {
  const header = Buffer.alloc(14);
  header[0] = firstByte;
  header[1] = 0x80 | 127;
  header.writeBigUInt64BE(BigInt(declaredLength), 2);
  return Buffer.concat([header, payload]);
}
