interface Connection {
  socket?: { remoteAddress?: string | undefined };
}

/**
 * For `clientAddress` where clients connect to the server itself: the address of the connection, whichever framework the request came by, WebSockets
 * included. Behind a proxy it is the proxy's: read there the header that your proxy overwrites.
 *
 * @param info what the adapters hand on: a request of Node, Express or Fastify, or the context of Hono on Node
 * @throws TypeError where `info` knows no connection, as with Next
 */
export function connectionAddress(_request: Request, info: unknown): string {
  const given = (info ?? {}) as Connection & { raw?: Connection; env?: { incoming?: Connection } };
  const socket = given.socket ?? given.raw?.socket ?? given.env?.incoming?.socket;
  if (socket === undefined) {
    throw new TypeError('connectionAddress needs the request of a Node server: give createHttpHandler a clientAddress of your own');
  }
  // A connection that has ended meanwhile has none; nobody waits for its answer.
  return socket.remoteAddress ?? '-';
}
