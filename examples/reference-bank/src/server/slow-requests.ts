import type { Log } from '@tacit-auth/server-verify';
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';

/** A registration, the slowest of all, takes about a second. */
const SLOW_MS = 5_000;

/**
 * Tells the log of a request that took long, with the route and how long it took. `/auth` has no route that says more than its path does; of the bank's own routes
 * it is the path as it is written in the source.
 */
export function tellSlowRequests({ log, clock = () => performance.now() }: { log: Log; clock?: () => number }): MiddlewareHandler {
  return async (context, next) => {
    const began = clock();
    await next();
    const ms = Math.round(clock() - began);
    const { status } = context.res;
    // A path that there is not is whatever somebody has typed.
    if (ms < SLOW_MS || status === 404) return;
    const { path } = context.req;
    log({ level: 'warn', event: 'request-slow', route: path.startsWith('/auth/') ? path : routePath(context, -1), ms, status });
  };
}
