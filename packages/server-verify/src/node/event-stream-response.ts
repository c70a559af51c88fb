export function isEventStream({ headers }: Pick<Response, 'headers'>): boolean {
  return /^text\/event-stream\b/i.test(headers.get('content-type') ?? '');
}

/** Frameworks, their plugins and proxies compress what they send, and hold events back for that, unless the answer forbids it. */
export function unbuffered(response: Response): Response {
  if (!isEventStream(response)) {
    return response;
  }
  const headers = new Headers(response.headers);
  headers.set('cache-control', 'no-store, no-transform');
  return new Response(response.body, { status: response.status, headers });
}
