import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { sessionGuard, type TacitVariables, tacitRoutes } from './hono';
import type { HttpHandler } from './http';
import { describeNodeAdapter } from './testing-adapters';

async function start(handler: HttpHandler) {
  const app = new Hono<{ Variables: TacitVariables }>();
  app.use(async (c, next) => {
    c.header('set-cookie', 'app=1', { append: true });
    await next();
  });
  app.route('/', tacitRoutes(handler));
  app.get('/page', (c) => c.text('page'));
  app.post('/own', async (c) => c.json(await c.req.json()));
  app.get('/money', sessionGuard(handler), (c) => c.json(c.get('tacit')));
  app.get('/pending', sessionGuard(handler, { scope: 'step-up' }), (c) => c.json(c.get('tacit')));
  return new Promise<{ port: number; close(): Promise<void> }>((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      resolve({
        port,
        async close() {
          (server as Server).closeAllConnections();
          server.close();
        },
      });
    });
  });
}

describeNodeAdapter('Hono on Node', start);
