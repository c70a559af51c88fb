import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { fileKey, keyring } from '@tacit-auth/crypto';
import { createFlows, createVerifier, mailAlertSink, parsePointerPopulation, smtpSink, webhookSink } from '@tacit-auth/server-verify';
import { createHttpHandler } from '@tacit-auth/server-verify/http';
import { attachContinuous, connectionAddress } from '@tacit-auth/server-verify/websocket';
import { AccountVault } from './account-vault';
import { createApp } from './app';
import { createBankLog } from './bank-log';
import { openBankDatabase } from './database';
import { readFaceFiles } from './face-files';
import { Ledger } from './ledger';
import { Notes } from './notes';
import { parseProfile } from './profile';
import { seedPeople } from './seed';
import { readSettings } from './settings';
import { sharedParts } from './shared-parts';

/** So long a server that goes down lets requests be answered. */
const LAST_ANSWERS_MS = 2_000;

// For whoever runs the server: standard output is for the person who has started it.
const log = createBankLog({ write: (line) => process.stderr.write(line), clock: Date.now });
const settings = readSettings(process.env, fileURLToPath(new URL('../..', import.meta.url)));
const keyFile = fileKey(settings.keyFile);
const keys = keyring({ provider: keyFile });

const database = await openBankDatabase(settings.databaseUrl ?? join(settings.dataFolder, 'bank.db'));
const vault = new AccountVault(keys);
const notes = new Notes({ database, vault });
const ledger = new Ledger({
  database,
  vault,
  clock: Date.now,
  random: (length) => crypto.getRandomValues(new Uint8Array(length)),
});

const pointerPopulation = settings.pointerPopulation === null ? null : parsePointerPopulation(readFileSync(settings.pointerPopulation));

const verifier = createVerifier({
  ...sharedParts(settings, log),
  keys,
  log,
  policy: settings.policy,
  // Mail should be there when its reader looks for it.
  jobIntervalMs: 500,
  alertSinks: [
    ...(settings.alertWebhook ? [webhookSink(settings.alertWebhook)] : []),
    ...(settings.alertMail ? [mailAlertSink({ to: settings.alertMail })] : []),
  ],
  ...(settings.smtpUrl ? { mail: smtpSink({ url: settings.smtpUrl, from: 'no-reply@fernhill.example' }) } : {}),
});
const flows = createFlows({
  verifier,
  origin: settings.origin,
  parseProfile,
  continuous: { pointer: pointerPopulation },
  host: {
    // Called again after a crash: both are idempotent.
    onRegister: async ({ subject, profile, role }) => {
      if (role === 'customer') await ledger.openAccount({ owner: subject, holder: parseProfile(profile).name });
    },
    onErase: ({ subject }) => ledger.forget({ owner: subject }),
    onDiscard: ({ subject }) => ledger.forget({ owner: subject }),
  },
});
await verifier.start();

// Behind a proxy the header that this proxy sets; otherwise any client could choose his address.
const proxied = settings.clientHeader;
const clientAddress = proxied === null ? connectionAddress : (request: Request) => request.headers.get(proxied) ?? 'unknown';

const handler = createHttpHandler({
  flows,
  origin: settings.origin,
  clientAddress,
  log,
});
const app = createApp({
  origin: settings.origin,
  verifier,
  flows,
  handler,
  ledger,
  notes,
  webFolder: 'dist/web',
  faceFolder: 'dist/face',
  faceFiles: readFaceFiles('dist/face'),
  pointerPopulation,
  mailbox: settings.smtpUrl === null,
  log,
});
const hints = await seedPeople({ flows, dataFolder: settings.dataFolder });

const server = serve({ fetch: app.fetch, port: settings.port, hostname: settings.host }, () => {
  process.stdout.write(`\nFernhill Bank is open on ${settings.origin}\n\n${hints}\n`);
});

const sockets = attachContinuous(server, { handler, clientAddress, log });

server.on('error', (error: NodeJS.ErrnoException) => {
  const why =
    error.code === 'EADDRINUSE' ? `Port ${settings.port} is in use; set PORT to another one.` : `The server stopped: ${error.code}`;
  process.stderr.write(`${why}\n`);
  process.exit(1);
});

// A new key put first in the key file takes over without a restart.
process.on('SIGHUP', async () => {
  try {
    keyFile.reload();
    // A key of one customer that does not open keeps nothing else from being moved.
    const rotations = await Promise.allSettled([verifier.rotateKeys(), ledger.rotateKeys()]);
    for (const rotation of rotations) {
      if (rotation.status === 'rejected') throw rotation.reason;
    }
    process.stdout.write('keys rotated\n');
  } catch (error) {
    // A slip in the key file must not close the bank: the keys of before stay in force, and the next signal goes on from there.
    log({ level: 'error', event: 'keys-not-rotated', code: (error instanceof Error && (error as { code?: string }).code) || 'unknown' });
  }
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close(async () => {
      await verifier.close();
      await database.close();
      process.exit(0);
    });
    // Pages with an open socket connect again, to another server where there is one.
    void sockets.close();
    // Whoever listens to what changes never ends by himself; what else is under way is done by then.
    setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), LAST_ANSWERS_MS);
  });
}
