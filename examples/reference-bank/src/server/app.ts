import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import type { Flows, Log, PointerPopulation, Verifier } from '@tacit-auth/server-verify';
import { tacitRoutes } from '@tacit-auth/server-verify/hono';
import type { HttpHandler } from '@tacit-auth/server-verify/http';
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { answerFailure } from './answer-failure';
import { BankError } from './bank-error';
import { bankingRoutes } from './banking-routes';
import { limitBody, receiveBody } from './body';
import { type FaceFiles, faceHeaders, faceRoutes } from './face-files';
import type { Ledger } from './ledger';
import { mailboxRoutes } from './mailbox-routes';
import type { Notes } from './notes';
import { operatorRoutes } from './operator-routes';
import { createGuards } from './session-guards';
import { tellSlowRequests } from './slow-requests';

export interface AppOptions {
  /** The bank's own address, such as `https://bank.example`. */
  origin: string;
  verifier: Verifier;
  flows: Flows;
  handler: HttpHandler;
  ledger: Ledger;
  notes: Notes;
  /** Folder of the built web front, relative to the working directory. */
  webFolder: string;
  /** Folder of the copied files of the face frame, relative to the working directory, and what is in it. */
  faceFolder: string;
  faceFiles: FaceFiles;
  /** What movements of the pointer are compared with; null where they are not. */
  pointerPopulation?: PointerPopulation | null;
  /** The demonstration's mailbox page; off where mail leaves by SMTP. */
  mailbox: boolean;
  /** Hears of failures of the server, by their codes. */
  log: Log;
}

/** The bank: Tacit's routes under /auth, the bank's own under /api, and the web front for everything else. */
export function createApp({
  origin,
  verifier,
  flows,
  handler,
  ledger,
  notes,
  webFolder,
  faceFolder,
  faceFiles,
  pointerPopulation = null,
  mailbox,
  log,
}: AppOptions): Hono {
  const app = new Hono();
  const guards = createGuards({ handler, flows });

  app.use(tellSlowRequests({ log }));
  app.use('/face/*', faceHeaders);
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'blob:'],
        // The socket of the session's checks is of this origin, too; not every browser takes 'self' for it.
        connectSrc: ["'self'", origin.replace(/^http/, 'ws')],
        // The camera runs in a frame of this origin, under a policy of its own.
        frameSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      permissionsPolicy: { camera: ['self'], microphone: [], geolocation: [], displayCapture: [] },
      referrerPolicy: 'no-referrer',
      crossOriginOpenerPolicy: 'same-origin',
    }),
  );
  app.use('/api/*', limitBody, receiveBody, async (context, next) => {
    await next();
    context.header('cache-control', 'no-store');
  });

  app.get('/healthz', (context) => context.text('ok'));
  app.route('/', tacitRoutes(handler));
  app.route('/api', bankingRoutes({ ledger, notes, guards }));
  app.route('/api/operator', operatorRoutes({ flows, guards, pointerPopulation }));
  if (mailbox) app.route('/api/mailbox', mailboxRoutes({ verifier }));
  app.all('/api/*', () => {
    throw new BankError('ERR_NOT_FOUND', 'There is no such route.');
  });

  app.route('/face', faceRoutes({ folder: faceFolder, files: faceFiles }));
  app.get(
    '/assets/*',
    serveStatic({ root: webFolder, onFound: (_path, context) => context.header('cache-control', 'public, max-age=31536000, immutable') }),
  );
  app.get('*', serveStatic({ root: webFolder }));
  // Pages of the front have addresses of their own; they all begin with the same document.
  app.get('*', serveStatic({ path: join(webFolder, 'index.html') }));

  app.onError(answerFailure(log));
  return app;
}
