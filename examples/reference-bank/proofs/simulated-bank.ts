import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { envKey, fileKey, generateKey, keyring } from '@tacit-auth/crypto';
import {
  type ContinuousOptions,
  createFlows,
  createVerifier,
  type Flows,
  type FlowsOptions,
  memoryStore,
  type Verifier,
  type VerifierOptions,
} from '@tacit-auth/server-verify';
import { createHttpHandler, type HttpHandler } from '@tacit-auth/server-verify/http';
import { sqlite } from '@tacit-auth/server-verify/sqlite';
import { AccountVault } from '../src/server/account-vault';
import { createApp } from '../src/server/app';
import { openBankDatabase } from '../src/server/database';
import { Ledger } from '../src/server/ledger';
import { Notes } from '../src/server/notes';
import { parseProfile } from '../src/server/profile';
import { seededBytes } from './seeded-numbers';
import type { SimulatedTime } from './simulated-time';

type PasswordHasher = NonNullable<FlowsOptions['passwordHasher']>;

export const ORIGIN = 'https://fernhill.example';
/** The key of these simulations; every bank has one of its own. */
const KEY = Buffer.from(seededBytes(7)(32)).toString('base64url');

export interface SimulatedBankOptions {
  time: SimulatedTime;
  seed: number;
  continuous?: ContinuousOptions;
  /** A bank's own data folder, which a real server goes on with later. Default: nothing is kept. */
  dataFolder?: string;
  /** Where mail and alerts go, instead of into the bank's own mailbox, and nowhere. */
  sinks?: Pick<VerifierOptions, 'mail' | 'alertSinks'>;
  /** Stands before Tacit, and says what a test wants of it. */
  before?: (handler: HttpHandler) => HttpHandler;
}

/** What a hash costs is of no interest where nothing is kept, and its time would be real. */
export const PLAIN_HASHER: PasswordHasher = {
  dummyHash: 'proof:',
  hash: async (password) => `proof:${password}`,
  verify: async (password, hash) => hash === `proof:${password}`,
  needsRehash: () => false,
};

function keysOf(dataFolder: string | undefined) {
  if (dataFolder === undefined) return envKey('BANK_KEY', { env: { BANK_KEY: `proof:${KEY}` } });
  const file = join(dataFolder, 'keys');
  if (!existsSync(file)) writeFileSync(file, `${generateKey()}\n`, { mode: 0o600 });
  return fileKey(file);
}

/** The bank with its app, ledger and Tacit in this process, in a simulated time. */
export interface SimulatedBank {
  readonly verifier: Verifier;
  readonly flows: Flows;
  readonly handler: HttpHandler;
  readonly ledger: Ledger;
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

export async function openSimulatedBank({
  time,
  seed,
  continuous = {},
  dataFolder,
  sinks = {},
  before = (handler) => handler,
}: SimulatedBankOptions): Promise<SimulatedBank> {
  const random = seededBytes(seed);
  const keys = keyring({ provider: keysOf(dataFolder), random });
  // A web front without files: nobody asks for any.
  const folder = mkdtempSync(join(tmpdir(), 'tacit-proof-'));
  mkdirSync(join(folder, 'files'));
  const front = relative(process.cwd(), folder);
  const database = await openBankDatabase(dataFolder === undefined ? ':memory:' : join(dataFolder, 'bank.db'));
  const vault = new AccountVault(keys);
  const ledger = new Ledger({ database, vault, clock: time.clock, random });
  const verifier = createVerifier({
    store: dataFolder === undefined ? memoryStore() : sqlite(join(dataFolder, 'tacit.db')),
    keys,
    clock: time.clock,
    timer: time.timer,
    random,
    jobIntervalMs: 600_000,
    ...sinks,
  });
  const flows = createFlows({
    verifier,
    origin: ORIGIN,
    parseProfile,
    continuous,
    ...(dataFolder === undefined ? { passwordHasher: PLAIN_HASHER } : {}),
    host: {
      onRegister: async ({ subject, profile, role }) => {
        if (role === 'customer') await ledger.openAccount({ owner: subject, holder: parseProfile(profile).name });
      },
      onErase: ({ subject }) => ledger.forget({ owner: subject }),
      onDiscard: ({ subject }) => ledger.forget({ owner: subject }),
    },
  });
  await verifier.start();
  const handler = before(createHttpHandler({ flows, origin: ORIGIN, clientAddress: () => '203.0.113.7' }));
  const app = createApp({
    origin: ORIGIN,
    verifier,
    flows,
    handler,
    ledger,
    notes: new Notes({ database, vault }),
    webFolder: front,
    faceFolder: front,
    faceFiles: new Map(),
    mailbox: false,
    log: () => undefined,
  });
  return {
    verifier,
    flows,
    handler,
    ledger,
    fetch: async (request) => app.fetch(request),
    async close() {
      await verifier.close();
      await database.close();
      rmSync(folder, { recursive: true });
    },
  };
}
