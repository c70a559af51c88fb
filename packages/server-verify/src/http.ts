import { assertFunction, assertObject, assertText } from './arguments';
import { errorCode, isTacitServerError, TacitServerError } from './errors';
import type { Flows } from './flows';
import { refusalFor } from './flows/session-need';
import type { FlowClient, FlowRefusal, FlowResult, SessionGrant } from './flows/types';
import { admission, type SocketAdmission } from './http/admit-socket';
import { clientNetwork } from './http/client-network';
import { type Cookies, createCookies, type SentCookies } from './http/cookies';
import { readJsonBody } from './http/read-body';
import { refusalOf, respond, respondJson, respondRefusal } from './http/respond';
import { ROUTES, type Route } from './http/routes';
import type { Log } from './log';

export type { SessionGrant } from './flows/types';
export type { SocketAdmission } from './http/admit-socket';

export interface HttpHandlerOptions {
  flows: Flows;
  /** The one origin that may post, such as `https://bank.example`. */
  origin: string;
  /** Default `/auth`. */
  basePath?: string;
  /**
   * The client's address, for the throttle, which counts a /64 of IPv6 as one: of the connection, or of a header that your own proxy sets. Never a header that a client can set.
   * `info` is what you hand to `handle`.
   */
  clientAddress: (request: Request, info: unknown) => string;
  /** False only for plain HTTP in development: cookies without `Secure` and the `__Host-` prefix. Default true. */
  secureCookies?: boolean;
  /** Failures of the server, by code and route. Default: nothing is logged. */
  log?: Log;
}

export interface SessionDemand {
  /** `step-up` also admits a session that has still to answer the matrix code. Default `full`. */
  scope?: 'full' | 'step-up';
  /** Whether the request is an action of the user, which keeps the session from locking. Default false. */
  activity?: boolean;
  /**
   * Whether it must be the customer who is at it: a session that its checks doubt is refused with 403 `ERR_STEP_UP_NEEDED` until a code of the card was right
   * in it. For every route that moves money, changes something or gives something away. `'tell'` looks as closely and admits the session all the same, with
   * `stepUpNeeded` in its grant: for a route that asks for a code by itself, such as one of transfers. Default false.
   */
  sensitive?: boolean | 'tell';
}

export interface HttpHandler {
  readonly basePath: string;
  /** Answers a call under the base path; 404 for any other. Never rejects. */
  handle(request: Request, info?: unknown): Promise<Response>;
  /**
   * The session of a request to one of your own routes, or the answer that refuses it: 401, 403 or 423. A request of another origin's page is refused (`ERR_ORIGIN`), as
   * far as its browser says so. Ask when the whole body is there: a session may lock while somebody takes his time to send it.
   */
  requireSession(request: Request, demand?: SessionDemand): Promise<SessionGrant | Response>;
  /**
   * Whether a request to upgrade to a WebSocket is admitted (`GET {base}/continuous/socket`), or the plain answer that refuses it. How many sockets
   * one session may have is for whoever holds them to say.
   *
   * @param info what is handed to `clientAddress`
   */
  admitSocket(request: Request, info?: unknown): Promise<SocketAdmission | Response>;
}

const PATH = /^\/[A-Za-z0-9/_-]*$/;

/**
 * The flows over web-standard `Request` and `Response`.
 *
 * @throws TypeError, RangeError for options out of bounds
 */
export function createHttpHandler(options: HttpHandlerOptions): HttpHandler {
  assertObject(options, 'options');
  const { flows, basePath = '/auth', clientAddress, secureCookies = true, log = () => undefined } = options;
  assertObject(flows, 'flows');
  assertFunction(clientAddress, 'clientAddress');
  assertText(basePath, 'basePath', 1, 64);
  if (!PATH.test(basePath) || (basePath !== '/' && basePath.endsWith('/'))) {
    throw new RangeError('basePath must begin with / and not end with it');
  }
  const origin = originOf(options.origin);
  const prefix = basePath === '/' ? '' : basePath;
  const cookies = createCookies({ secure: secureCookies });

  async function answer(request: Request, info: unknown): Promise<Response> {
    const url = new URL(request.url);
    const route = routeOf(url.pathname, prefix);
    if (route === undefined || (route.ownPasswords && !flows.ownPasswords)) {
      return respondRefusal({ code: 'ERR_NOT_FOUND' });
    }
    if (request.method !== route.method) {
      const refused = respondRefusal({ code: 'ERR_METHOD' });
      refused.headers.set('allow', route.method);
      return refused;
    }
    if (route.method === 'POST' ? request.headers.get('origin') !== origin : isOfOtherPage(request, origin)) {
      return respondRefusal({ code: 'ERR_ORIGIN' });
    }
    const body = route.method === 'POST' ? await readJsonBody(request, route.maxBytes) : undefined;
    const tokens = cookies.read(request);
    const fresh = tokens.browser === undefined ? flows.newBrowser() : undefined;
    const setBrowser = fresh === undefined ? [] : [cookies.browser(fresh)];
    const client = clientOf(request, fresh ?? tokens.browser ?? '', clientAddress(request, info));
    const found = await sessionFor(route, client, tokens);
    if ('refusal' in found) {
      return respondRefusal(found.refusal, [...setBrowser, ...(found.ended ? cookies.clearSession() : [])]);
    }
    const result = await route.run({
      flows,
      client,
      body,
      session: found.session as SessionGrant,
      present: found.session,
      tokens,
      query: url.searchParams,
    });
    return reply(route, result, setBrowser, cookies);
  }

  async function sessionFor(route: Route, client: FlowClient, tokens: SentCookies): Promise<Found> {
    const check = await flows.sessions.check({ client, tokens, activity: route.activity, sensitive: route.sensitive });
    const session = check.status === 'live' || (check.status === 'replaced' && route.repeatable) ? check.grant : undefined;
    if (route.need === 'none') {
      // A page asks for its session first; it must be told to refresh rather than that there is none.
      return route === ROUTES['/session'] && check.status === 'expired' ? { refusal: { code: 'ERR_SESSION_EXPIRED' } } : { session };
    }
    if (session === undefined) {
      return check.status === 'expired'
        ? { refusal: { code: 'ERR_SESSION_EXPIRED' } }
        : { refusal: { code: 'ERR_SESSION_NONE' }, ended: tokens.access !== undefined };
    }
    const refusal = refusalFor({ need: route.need, sensitive: route.sensitive }, session);
    return refusal === undefined ? { session } : { refusal };
  }

  return Object.freeze({
    basePath,
    async handle(request: Request, info?: unknown): Promise<Response> {
      try {
        return await answer(request, info);
      } catch (error) {
        return failure(error, log, request, prefix);
      }
    },
    async requireSession(request: Request, demand: SessionDemand = {}): Promise<SessionGrant | Response> {
      try {
        if (isOfOtherPage(request, origin)) {
          return respondRefusal({ code: 'ERR_ORIGIN' });
        }
        const tokens = cookies.read(request);
        const client = clientOf(request, tokens.browser ?? '-', '-');
        const { activity = false, scope, sensitive = false } = demand;
        const check = await flows.sessions.check({ client, tokens, activity, sensitive: sensitive !== false });
        if (check.status !== 'live') {
          return respondRefusal({ code: check.status === 'expired' ? 'ERR_SESSION_EXPIRED' : 'ERR_SESSION_NONE' });
        }
        const refusal = refusalFor({ need: scope === 'step-up' ? 'open' : 'full', sensitive: sensitive === true }, check.grant);
        return refusal === undefined ? check.grant : respondRefusal(refusal);
      } catch (error) {
        return failure(error, log);
      }
    },
    async admitSocket(request: Request, info?: unknown): Promise<SocketAdmission | Response> {
      try {
        const { pathname } = new URL(request.url);
        if (pathname !== `${prefix}${SOCKET_PATH}`) {
          return respondRefusal({ code: 'ERR_NOT_FOUND' });
        }
        // A browser sends it with every upgrade, and a page of another origin can not change it.
        if (request.headers.get('origin') !== origin) {
          return respondRefusal({ code: 'ERR_ORIGIN' });
        }
        const tokens = cookies.read(request);
        const client = clientOf(request, tokens.browser ?? '-', clientAddress(request, info));
        const check = await flows.sessions.check({ client, tokens });
        if (check.status !== 'live') {
          return respondRefusal({ code: check.status === 'expired' ? 'ERR_SESSION_EXPIRED' : 'ERR_SESSION_NONE' });
        }
        const refusal = refusalFor({ need: 'full' }, check.grant);
        return refusal === undefined ? admission(flows, check.grant, check.tokenExpiresAt) : respondRefusal(refusal);
      } catch (error) {
        return failure(error, log);
      }
    },
  });
}

const SOCKET_PATH = '/continuous/socket';

type Found = { session: SessionGrant | undefined } | { refusal: FlowRefusal; ended?: boolean };

function routeOf(pathname: string, prefix: string): Route | undefined {
  const path = pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : '';
  return Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
}

/**
 * Whether a page of another origin asks for it, as far as its browser says so. It could not read the answer, but a neighbouring site's requests bring the cookies along: it could
 * use up streams of events, have looks noted that nobody took, or act. A link that is followed is no such request; a form that is sent is one, and so is a frame, which a page
 * opens by itself.
 */
function isOfOtherPage({ method, headers }: Request, origin: string): boolean {
  const [from, site] = [headers.get('origin'), headers.get('sec-fetch-site')];
  // Forms of a page that tells nobody where it is (`Referrer-Policy: no-referrer`) have the origin `null`, and so have frames in a sandbox, which are of no site.
  const isOwnForm = from === 'null' && site === 'same-origin';
  const isOther = from === null ? site === 'cross-site' || site === 'same-site' : from !== origin && !isOwnForm;
  const isFollowed = (method === 'GET' || method === 'HEAD') && headers.get('sec-fetch-dest') === 'document';
  return isOther && !isFollowed;
}

function clientOf(request: Request, browser: string, address: string): FlowClient {
  const key = request.headers.get('idempotency-key');
  if (key !== null && !/^[A-Za-z0-9_-]{1,64}$/.test(key)) {
    throw new TacitServerError('ERR_IDEMPOTENCY_KEY', { field: 'idempotency-key' });
  }
  return { browser, address: clientNetwork(address), ...(key === null ? {} : { idempotencyKey: key }) };
}

function reply(route: Route, result: FlowResult<unknown>, setBrowser: string[], cookies: Cookies): Response {
  const set = [...setBrowser];
  if (result.ok && result.tokens !== undefined) {
    set.push(...cookies.session(result.tokens));
  } else if (result.ended) {
    set.push(...cookies.clearSession());
  }
  if (!result.ok) {
    return respondRefusal(result.error, set);
  }
  if (result.body instanceof ReadableStream) {
    return respond(result.body, { type: 'text/event-stream; charset=utf-8', cookies: set, headers: { 'x-accel-buffering': 'no' } });
  }
  if (route.download === undefined) {
    return respondJson(result.body, { status: route.status, cookies: set });
  }
  const { type, name } = route.download;
  const body = typeof result.body === 'string' ? result.body : JSON.stringify(result.body);
  return respond(body, { type, cookies: set, headers: { 'content-disposition': `attachment; filename="${name}"` } });
}

/** What is coded is said; anything else is a failure of the server, logged by code and not described. */
function failure(error: unknown, log: Log, request?: Request, prefix = ''): Response {
  const fail = (code: string) => log({ level: 'error', event: 'request-failed', code, ...routeName(request, prefix) });
  if (isTacitServerError(error)) {
    if (error.status >= 500) {
      fail(error.code);
      // What a server's own failure says (keys, store) is not for clients.
      return respondRefusal({ code: error.status === 503 ? 'ERR_STORE_BUSY' : 'ERR_INTERNAL', message: UNAVAILABLE });
    }
    return respondRefusal(refusalOf(error));
  }
  fail(errorCode(error));
  return respondRefusal({ code: 'ERR_INTERNAL' });
}

/** The route as it is written down here: never what a client has put into the address. */
function routeName(request: Request | undefined, prefix: string): { route?: string } {
  const path = request && new URL(request.url).pathname;
  return path !== undefined && routeOf(path, prefix) !== undefined ? { route: path.slice(prefix.length) } : {};
}

const UNAVAILABLE = 'Something failed on the server: try again.';

function originOf(value: unknown): string {
  assertText(value, 'origin', 8, 256);
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || url.origin !== value || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new RangeError('origin must be scheme, host and port only, such as https://bank.example');
  }
  return value;
}
