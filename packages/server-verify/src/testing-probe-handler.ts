import { isTacitServerError } from './errors';
import type { HttpHandler, SessionGrant } from './http';
import { readJsonBody } from './http/read-body';
import { refusalOf, respondJson, respondRefusal } from './http/respond';
import { connectionAddress } from './node/connection-address';

export const GRANT: SessionGrant = {
  id: 'session-1',
  subject: 'ada',
  scope: 'full',
  risk: 'low',
  stepUpNeeded: false,
  locked: false,
  role: 'customer',
  amr: ['pwd', 'matrix'],
  acr: 'urn:tacit:full',
  startedAt: 1,
  expiresAt: 2,
};

/** A handler whose answers show what an adapter does with requests and answers. */
export interface ProbeHandler extends HttpHandler {
  /** Writes into the stream of events that is open. */
  emit(text: string): void;
  /** How often the flood was asked for more. */
  readonly pulled: number;
  /** What became of streams and requests: `cancelled`, `aborted`. */
  readonly ended: string[];
}

export function probeHandler(): ProbeHandler {
  const ended: string[] = [];
  const encoder = new TextEncoder();
  let events: ReadableStreamDefaultController<Uint8Array> | undefined;
  let pulled = 0;

  async function handle(request: Request, info: unknown): Promise<Response> {
    const url = new URL(request.url);
    switch (url.pathname) {
      case '/auth/echo':
        try {
          const body = request.method === 'POST' ? await readJsonBody(request) : undefined;
          const { method, headers } = request;
          return respondJson({
            method,
            query: url.search,
            cookie: headers.get('cookie'),
            origin: headers.get('origin'),
            body,
            address: connectionAddress(request, info),
          });
        } catch (error) {
          if (isTacitServerError(error)) {
            return respondRefusal(refusalOf(error));
          }
          throw error;
        }
      case '/auth/cookies':
        return respondJson({}, { cookies: ['one=1; Path=/; HttpOnly', 'two=2; Path=/; HttpOnly'] });
      case '/auth/nothing':
        return new Response(null, { status: 204 });
      case '/auth/events':
        request.signal.addEventListener('abort', () => ended.push('aborted'));
        return new Response(
          new ReadableStream<Uint8Array>({
            start(controller) {
              events = controller;
            },
            cancel() {
              ended.push('cancelled');
            },
          }),
          { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform' } },
        );
      case '/auth/flood':
        return new Response(
          new ReadableStream<Uint8Array>(
            {
              pull(controller) {
                pulled++;
                controller.enqueue(new Uint8Array(65_536));
              },
              cancel() {
                ended.push('cancelled');
              },
            },
            { highWaterMark: 0 },
          ),
          { headers: { 'content-type': 'text/event-stream' } },
        );
      case '/auth/breaks':
        return new Response(
          new ReadableStream<Uint8Array>({
            pull(controller) {
              controller.error(new Error('the row of ada'));
            },
          }),
          { headers: { 'content-type': 'text/event-stream' } },
        );
      case '/auth/throws':
        throw new Error('the row of ada');
      default:
        return respondRefusal({ code: request.method === 'GET' ? 'ERR_NOT_FOUND' : 'ERR_METHOD' });
    }
  }

  return {
    basePath: '/auth',
    ended,
    get pulled() {
      return pulled;
    },
    emit: (text) => events?.enqueue(encoder.encode(text)),
    handle,
    async requireSession(request, demand = {}) {
      const cookie = request.headers.get('cookie');
      if (cookie === null) {
        return respondRefusal({ code: 'ERR_SESSION_NONE' });
      }
      if (cookie === 'session=locked') {
        return respondRefusal({ code: 'ERR_SESSION_LOCKED' });
      }
      return demand.scope === 'step-up' ? { ...GRANT, scope: 'step-up' } : GRANT;
    },
    admitSocket: async () => respondRefusal({ code: 'ERR_SESSION_NONE' }),
  };
}
