import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

export interface FolderSite {
  readonly origin: string;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  /** What to answer at a path instead of the file; null is 404. */
  readonly instead: Map<string, { type: string; content: Uint8Array | string } | null>;
  close(): Promise<void>;
}

/** Serves folders below prefixes, the first that fits, each with headers of its own. */
export async function folderSite(
  folders: readonly { prefix: string; folder: string; headers: Record<string, string> }[],
): Promise<FolderSite> {
  const asked: string[] = [];
  const instead: FolderSite['instead'] = new Map();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    asked.push(pathname);
    const place = folders.find(({ prefix }) => pathname.startsWith(prefix));
    const below = pathname.slice(place?.prefix.length);
    const path = below === '' ? 'index.html' : below;
    const other = instead.get(pathname);
    const content = other === undefined ? await readFile(join(place?.folder ?? '', path)).catch(() => null) : (other?.content ?? null);
    if (!place || content === null) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
      return;
    }
    const type = other?.type ?? TYPES[extname(path)] ?? 'application/octet-stream';
    response.writeHead(200, { ...place.headers, 'content-type': type, 'cache-control': 'no-store' }).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    asked,
    instead,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
