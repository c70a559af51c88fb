import { assertFunction, assertObject } from './arguments';
import type { HttpHandler, SessionDemand, SessionGrant } from './http';
import { unbuffered } from './node/event-stream-response';

/**
 * The handler, or what makes it: called by the first request, and not again once it has succeeded. `next build` loads every route, and is not to open
 * the store of a running application.
 */
export type HandlerSource = HttpHandler | (() => HttpHandler | Promise<HttpHandler>);

type RouteHandler = (request: Request) => Promise<Response>;

/** What a `route.ts` exports. */
export interface TacitRoutes {
  readonly GET: RouteHandler;
  readonly HEAD: RouteHandler;
  readonly POST: RouteHandler;
  readonly PUT: RouteHandler;
  readonly PATCH: RouteHandler;
  readonly DELETE: RouteHandler;
  readonly OPTIONS: RouteHandler;
}

/**
 * Serves the handler from a route handler of the App Router: in `app/auth/[...tacit]/route.ts`, `export const { GET, POST } = tacitRoutes(handler)`.
 * The folder is the handler's base path. `clientAddress` gets the request as `info`, too; Next knows no connection, so the address has to come of a
 * header that your proxy sets.
 */
export function tacitRoutes(source: HandlerSource): TacitRoutes {
  assertSource(source);
  const serve: RouteHandler = async (request) => unbuffered(await (await handlerOf(source)).handle(request, request));
  // Methods that no call has are refused by the handler with a code, not by Next without one.
  return Object.freeze({ GET: serve, HEAD: serve, POST: serve, PUT: serve, PATCH: serve, DELETE: serve, OPTIONS: serve });
}

/** Wraps route handlers of your own, which then get the session. Requests without one are answered with 401, 403 or 423. */
export function sessionGuard(
  source: HandlerSource,
  demand: SessionDemand = {},
): <Incoming extends Request, Rest extends unknown[]>(
  route: (request: Incoming, session: SessionGrant, ...rest: Rest) => Response | Promise<Response>,
) => (request: Incoming, ...rest: Rest) => Promise<Response> {
  assertSource(source);
  return (route) => {
    assertFunction(route, 'route');
    return async (request, ...rest) => {
      const session = await (await handlerOf(source)).requireSession(request, demand);
      return session instanceof Response ? session : route(request, session, ...rest);
    };
  };
}

/**
 * The session of a page or a server action, from `await headers()`; undefined where there is none, or none that meets the demand.
 */
export async function sessionOfHeaders(
  source: HandlerSource,
  headers: Pick<Headers, 'get'>,
  demand: SessionDemand = {},
): Promise<SessionGrant | undefined> {
  assertSource(source);
  assertObject(headers, 'headers');
  const cookie = headers.get('cookie');
  const request = new Request('http://localhost/', { headers: cookie === null ? {} : { cookie } });
  const session = await (await handlerOf(source)).requireSession(request, demand);
  return session instanceof Response ? undefined : session;
}

const made = new WeakMap<Exclude<HandlerSource, HttpHandler>, Promise<HttpHandler>>();

/** One that fails is forgotten, so that the next request may find the store or the keys back. */
async function handlerOf(source: HandlerSource): Promise<HttpHandler> {
  if (typeof source !== 'function') {
    return source;
  }
  const known = made.get(source);
  if (known !== undefined) {
    return known;
  }
  const making = Promise.resolve().then(source);
  made.set(source, making);
  making.catch(() => made.delete(source));
  return making;
}

function assertSource(source: unknown): asserts source is HandlerSource {
  if (typeof source !== 'function') {
    assertObject(source, 'handler');
  }
}
