import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Answers a request to upgrade in plain HTTP, and ends the connection. Never rejects; a client that has gone is not waited for. */
export async function refuseUpgrade(socket: Duplex, response: Response): Promise<void> {
  const body = new Uint8Array(await response.arrayBuffer());
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const lines = [`HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ''}`];
  for (const [name, value] of response.headers) {
    lines.push(`${name}: ${value}`);
  }
  lines.push('connection: close', `content-length: ${body.byteLength}`, '', '');
  // Nothing more is read from a client that was refused, so nothing of it can wait in memory either.
  socket.once('finish', () => socket.destroy());
  socket.write(lines.join('\r\n'));
  socket.end(body);
}
