import type { SessionGrant } from '../http';

const grants = new WeakMap<object, SessionGrant>();

export function keepSession(request: object, session: SessionGrant): void {
  grants.set(request, session);
}

/**
 * The session that `sessionGuard` admitted a request with.
 *
 * @throws TypeError for a request that went through no `sessionGuard`: the route would be open to everybody
 */
export function sessionOf(request: object): SessionGrant {
  const session = grants.get(request);
  if (session === undefined) {
    throw new TypeError('request went through no sessionGuard: add one to the route');
  }
  return session;
}
