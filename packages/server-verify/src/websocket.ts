import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { EVIDENCE_LIMITS } from '@tacit-auth/features';
import { type WebSocket, WebSocketServer } from 'ws';
import { assertFunction, assertObject } from './arguments';
import type { ServerErrorCode } from './error-codes';
import { errorCode, isTacitServerError } from './errors';
import type { HttpHandler, SocketAdmission } from './http';
import { clientNetwork } from './http/client-network';
import { refusalOf, respondRefusal } from './http/respond';
import { platformTimer, type Timer } from './job-runner';
import type { Log } from './log';
import { connectionAddress } from './node/connection-address';
import { nodeRequest, pathnameOf } from './node/node-request';
import { CLOSE_CODES } from './websocket/close-codes';
import { CodedWebSocket } from './websocket/coded-websocket';
import { type EvidenceSocket, serveEvidence } from './websocket/evidence-socket';
import { type SocketLimits, socketLimits } from './websocket/socket-limits';
import { type SocketPlace, socketPlaces } from './websocket/socket-places';
import { refuseUpgrade } from './websocket/upgrade-refusal';

export { connectionAddress } from './node/connection-address';
export { CLOSE_CODES } from './websocket/close-codes';
export type { SocketLimits } from './websocket/socket-limits';

export interface AttachContinuousOptions {
  handler: Pick<HttpHandler, 'admitSocket' | 'basePath'>;
  /** What `createHttpHandler` was given, for the bound on sockets of one network; `info` is the request of Node. Default: {@link connectionAddress}. */
  clientAddress?: (request: Request, info: unknown) => string;
  limits?: Partial<SocketLimits>;
  /** Ms since the epoch. Default: `Date.now`. */
  clock?: () => number;
  timer?: Timer;
  /** Failures of the server, by code, and that it is full. Default: nothing is logged. */
  log?: Log;
}

export interface SocketCounts {
  /** Sockets that are open, or closing. */
  readonly open: number;
  /** Upgrades that are being decided. */
  readonly pending: number;
  /** Upgrades that were refused so far, by HTTP status. */
  readonly refused: Readonly<Record<number, number>>;
  /** Sockets that have closed so far, by close code. */
  readonly closed: Readonly<Record<number, number>>;
}

export interface ContinuousSockets {
  counts(): SocketCounts;
  /**
   * For a server that goes down: refuses every other upgrade, lets batches that are being judged be answered, then closes every socket (1012, so that
   * pages connect again, to another server). Resolves when all are gone. May be called again.
   */
  close(): Promise<void>;
}

type Refusal = ServerErrorCode | Response;

/**
 * Takes the evidence of continuous sessions over WebSockets, at `{basePath}/continuous/socket` of a Node server, whichever framework serves the rest.
 * Cookies and origin are checked before the upgrade; a refusal is a plain HTTP answer with a code. Other upgrades are left to other listeners, and
 * refused where there are none.
 *
 * @param server of `node:http` or `node:https`; what Express' `listen`, Fastify's `server` and `serve` of `@hono/node-server` are
 * @throws TypeError, RangeError for options out of bounds
 */
export function attachContinuous(
  server: Pick<EventEmitter, 'on' | 'off' | 'listenerCount'>,
  options: AttachContinuousOptions,
): ContinuousSockets {
  assertObject(options, 'options');
  const { handler, clientAddress = connectionAddress, clock = Date.now, timer = platformTimer, log = () => undefined } = options;
  assertObject(handler, 'handler');
  assertFunction(server?.on, 'server.on');
  assertFunction(clientAddress, 'clientAddress');
  assertFunction(clock, 'clock');
  const limits = socketLimits(options.limits);
  const places = socketPlaces(limits);
  const path = `${handler.basePath === '/' ? '' : handler.basePath}/continuous/socket`;
  const sockets = new Set<EvidenceSocket>();
  const refused: Record<number, number> = {};
  const closed: Record<number, number> = {};
  let closing: Promise<void> | undefined;
  let emptied: (() => void) | undefined;
  let full = false;

  const websockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: EVIDENCE_LIMITS.maxBytes,
    // A browser sends a message in one fragment, or few.
    maxFragments: 64,
    // Nothing is inflated, so nothing that is small on the wire can be large here.
    perMessageDeflate: false,
    WebSocket: CodedWebSocket,
  });

  function count(counts: Record<number, number>, key: number): void {
    counts[key] = (counts[key] ?? 0) + 1;
  }

  /** Decides on one upgrade. What it returns is the refusal; undefined where the socket is served, or the client has gone. */
  async function decide(incoming: IncomingMessage, socket: Duplex, head: Buffer, place: SocketPlace): Promise<Refusal | undefined> {
    const admitted = await inTime(handler.admitSocket(nodeRequest(incoming), incoming));
    if (admitted === 'late') {
      return 'ERR_OVERLOADED';
    }
    if (admitted instanceof Response) {
      return admitted;
    }
    if (closing !== undefined || socket.destroyed) {
      admitted.release();
      return 'ERR_SERVER_CLOSING';
    }
    let served = false;
    websockets.handleUpgrade(incoming, socket, head, (websocket) => {
      served = true;
      serve(websocket, admitted, place);
    });
    if (!served) {
      // The client has closed its side meanwhile.
      admitted.release();
    }
    return undefined;
  }

  /** One that comes too late is released. */
  async function inTime(admission: Promise<SocketAdmission | Response>): Promise<SocketAdmission | Response | 'late'> {
    let late = false;
    let handle: unknown;
    const timeout = new Promise<'late'>((resolve) => {
      handle = timer.set(() => {
        late = true;
        resolve('late');
      }, limits.handshakeMs);
    });
    const decided = admission.then((result) => {
      if (late && !(result instanceof Response)) {
        result.release();
      }
      return result;
    });
    try {
      return await Promise.race([decided, timeout]);
    } finally {
      timer.clear(handle);
    }
  }

  function serve(websocket: WebSocket, admission: SocketAdmission, place: SocketPlace): void {
    const admitted = place.admit(admission.session.id);
    const served = serveEvidence(websocket, admission, {
      limits,
      clock,
      timer,
      log,
      onClosed(code) {
        place.leave();
        sockets.delete(served);
        count(closed, code);
        if (sockets.size === 0) {
          emptied?.();
        }
      },
    });
    sockets.add(served);
    if (!admitted) {
      // A page is not told why an upgrade was refused; a close code it is.
      served.finish(CLOSE_CODES.tooMany, 'ERR_SOCKET_LIMIT');
    }
  }

  async function upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Until somebody else listens, an error of the connection would end the process.
    socket.on('error', () => socket.destroy());
    const refusal = await admit(incoming, socket, head);
    if (refusal !== undefined) {
      const response = typeof refusal === 'string' ? plainRefusal(refusal) : refusal;
      count(refused, response.status);
      await refuseUpgrade(socket, response);
    }
  }

  async function admit(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<Refusal | undefined> {
    if (!isWebSocketUpgrade(incoming)) {
      return 'ERR_UPGRADE';
    }
    if (closing !== undefined) {
      return 'ERR_SERVER_CLOSING';
    }
    let place: SocketPlace | undefined;
    try {
      const taken = places.take(clientNetwork(clientAddress(nodeRequest(incoming), incoming)));
      if (typeof taken === 'string') {
        noteFull(taken);
        return taken;
      }
      full = false;
      place = taken;
      socket.once('close', place.leave);
      const refusal = await decide(incoming, socket, head, place);
      if (refusal !== undefined) {
        place.leave();
      }
      return refusal;
    } catch (error) {
      place?.leave();
      if (isTacitServerError(error) && error.status < 500) {
        return respondRefusal(refusalOf(error));
      }
      log({ level: 'error', event: 'socket-failed', code: errorCode(error) });
      return 'ERR_INTERNAL';
    }
  }

  function noteFull(code: string): void {
    if (code === 'ERR_OVERLOADED' && !full) {
      full = true;
      log({ level: 'warn', event: 'sockets-full', sockets: places.taken, pending: places.pending });
    }
  }

  function onUpgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (pathnameOf(incoming) === path) {
      upgrade(incoming, socket, head).catch(() => socket.destroy());
    } else if (isLeftToUs(server, path, pathnameOf(incoming))) {
      // Nobody else would ever answer it.
      socket.on('error', () => socket.destroy());
      refuseUpgrade(socket, respondRefusal({ code: 'ERR_NOT_FOUND' })).catch(() => socket.destroy());
    }
  }

  async function shutDown(): Promise<void> {
    const all = [...sockets];
    let handle: unknown;
    const timeout = new Promise<void>((resolve) => {
      handle = timer.set(resolve, limits.drainMs);
    });
    await Promise.race([Promise.all(all.map((socket) => socket.drain())), timeout]);
    timer.clear(handle);
    if (sockets.size > 0) {
      const empty = new Promise<void>((resolve) => {
        emptied = resolve;
      });
      for (const socket of sockets) {
        socket.finish(CLOSE_CODES.restart, 'ERR_SERVER_CLOSING');
      }
      await empty;
    }
    server.off('upgrade', onUpgrade);
    attached.set(
      server,
      pathsOf(server).filter((each) => each !== path),
    );
  }

  attached.set(server, [...pathsOf(server), path]);
  server.on('upgrade', onUpgrade);
  return Object.freeze({
    counts: () => ({ open: sockets.size, pending: places.pending, refused: { ...refused }, closed: { ...closed } }),
    close() {
      closing ??= shutDown();
      return closing;
    },
  });
}

/** Where this module listens, by server: several handlers may share one. */
const attached = new WeakMap<object, readonly string[]>();
const pathsOf = (server: object): readonly string[] => attached.get(server) ?? [];

/** Whether an upgrade is nobody's, and the handler of this path the one of several that says so. */
function isLeftToUs(server: Pick<EventEmitter, 'listenerCount'>, path: string, asked: string | undefined): boolean {
  const paths = pathsOf(server);
  return server.listenerCount('upgrade') === paths.length && paths[0] === path && !(asked !== undefined && paths.includes(asked));
}

const KEY = /^[A-Za-z0-9+/]{22}==$/;

function isWebSocketUpgrade({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === '13' &&
    KEY.test(headers['sec-websocket-key'] ?? '')
  );
}

function plainRefusal(code: ServerErrorCode): Response {
  const again = code === 'ERR_SOCKET_LIMIT' || code === 'ERR_OVERLOADED' || code === 'ERR_SERVER_CLOSING';
  const response = respondRefusal({ code, ...(again ? { retryAfter: 5 } : {}) });
  if (code === 'ERR_UPGRADE') {
    response.headers.set('upgrade', 'websocket');
    response.headers.set('sec-websocket-version', '13');
  }
  return response;
}
