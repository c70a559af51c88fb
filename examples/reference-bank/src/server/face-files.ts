import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { faceFrameHeaders } from '@tacit-auth/capture/face';
import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';

/** SHA-256 by path, of every file of the face frame. */
export type FaceFiles = ReadonlyMap<string, string>;

/** The list that the build wrote beside the copied files. Without one there is no face check, and customers take the card. */
export function readFaceFiles(folder: string): FaceFiles {
  try {
    const list = JSON.parse(readFileSync(join(folder, 'assets.json'), 'utf8')) as Array<{ path: string; sha256: string }>;
    return new Map(list.map(({ path, sha256 }) => [path, sha256]));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
}

/** What the frame's files need. To be used outside of what gives the bank's pages their headers: for these files, these win. */
export const faceHeaders = createMiddleware(async (context, next) => {
  await next();
  // The route matches the folder's own name too, which is a page's as any other.
  if (!context.req.path.startsWith('/face/')) return;
  // The policy of the frame says who may show it.
  context.header('x-frame-options', undefined);
  for (const [name, value] of Object.entries(faceFrameHeaders())) context.header(name, value);
});

/** Serves the listed files and no others. Browsers keep the 19 MB, and ask each time whether they are still the same. */
export function faceRoutes({ folder, files }: { folder: string; files: FaceFiles }): Hono {
  const app = new Hono();
  app.get('/*', async (context, next) => {
    const sha256 = files.get(context.req.path.replace(/^\/face\//, ''));
    if (sha256 === undefined) return context.text('There is no such file.', 404);
    const etag = `"${sha256}"`;
    context.header('etag', etag);
    context.header('cache-control', 'no-cache');
    if (context.req.header('if-none-match') === etag) return context.body(null, 304);
    return next();
  });
  app.get('/*', serveStatic({ root: join(folder, 'files'), rewriteRequestPath: (path) => path.replace(/^\/face\//, '/') }));
  // No page of the bank may be shown under the policy of the frame.
  app.all('/*', (context) => context.text('There is no such file.', 404));
  return app;
}
