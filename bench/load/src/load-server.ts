import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envKey, generateKey, keyring } from '@tacit-auth/crypto';
import { isInsufficient, parsePointerSample, pointerActions } from '@tacit-auth/features';
import type { PointerPopulation } from '@tacit-auth/models';
import { trainPointerPopulation } from '@tacit-auth/models/population-training';
import { createFlows, createVerifier, type Flows, type Store, type Verifier } from '@tacit-auth/server-verify';
import { createHttpHandler, type HttpHandler } from '@tacit-auth/server-verify/http';
import { sqlite } from '@tacit-auth/server-verify/sqlite';
import { attachContinuous, type ContinuousSockets } from '@tacit-auth/server-verify/websocket';
import { ORIGIN } from './origin';
import { seededPerson } from './people';

const HOUR = 3_600_000;
/** Fewest people that a population may be of. */
const PEOPLE = 30;
const FIRST_OF_OTHERS = 1_000_000;

/** A server as a bank would run it, over SQLite in a folder of its own: every answer is on disk before it is given. */
export interface LoadServer {
  readonly store: Store;
  readonly verifier: Verifier;
  readonly flows: Flows;
  readonly handler: HttpHandler;
  readonly server: Server;
  readonly sockets: ContinuousSockets;
  readonly port: number;
  close(): Promise<void>;
}

/** @param onAnswer told of each batch of a socket how long it took from being read to its answer, in ms */
export async function startLoadServer(onAnswer: (ms: number) => void = () => undefined): Promise<LoadServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tacit-load-'));
  const store = sqlite(join(folder, 'load.db'));
  const verifier = createVerifier({
    store,
    keys: keyring({ provider: envKey('BENCH_KEY', { env: { BENCH_KEY: generateKey({ id: 'bench' }) } }) }),
    policy: {
      // A template is there after one session of the bench; sessions neither lock nor end by themselves.
      continuous: { readyDays: 1, readyKeys: 300, readyActions: 60, keysPerSecond: 1_000, eventsPerSecond: 10_000 },
      session: { idleMs: HOUR, accessMs: HOUR },
    },
  });
  const flows = createFlows({
    verifier,
    origin: ORIGIN,
    // The bank's own passwords: no hash, of which nothing is measured here, takes up the time of the preparation.
    verifyPassword: async (asked) => ({ subject: 'identifier' in asked ? asked.identifier : asked.subject }),
    // The highest doubt is noted, and nothing more: what is measured are sessions that go on.
    continuous: { pointer: populationOfOthers(), atMedium: 'none', atHigh: 'step-up' },
  });
  await verifier.start();
  const handler = createHttpHandler({
    flows,
    origin: ORIGIN,
    clientAddress: (request) => request.headers.get('x-client') ?? '203.0.113.7',
  });
  const server = createServer();
  // All clients of the bench come from one address.
  const sockets = attachContinuous(server, {
    handler: timed(handler, onAnswer),
    limits: { perNetwork: 100_000, sockets: 100_000, pending: 10_000 },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    store,
    verifier,
    flows,
    handler,
    server,
    sockets,
    port: (server.address() as AddressInfo).port,
    async close() {
      await sockets.close();
      server.close();
      await verifier.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function timed(handler: HttpHandler, onAnswer: (ms: number) => void): HttpHandler {
  return {
    ...handler,
    async admitSocket(...given) {
      const admitted = await handler.admitSocket(...given);
      if (admitted instanceof Response) return admitted;
      return {
        ...admitted,
        async submit(batch) {
          const began = performance.now();
          try {
            return await admitted.submit(batch);
          } finally {
            onAnswer(performance.now() - began);
          }
        },
      };
    },
  };
}

/** None is shipped: of other made-up people. */
function populationOfOthers(): PointerPopulation {
  return trainPointerPopulation({
    people: Array.from({ length: PEOPLE }, (_, i) => ({
      user: `person ${i}`,
      sessions: [0, 1].map((course) => {
        const actions = pointerActions(parsePointerSample(seededPerson(FIRST_OF_OTHERS + i, course).stretch(100_000)));
        if (isInsufficient(actions)) throw new Error(`no actions: ${actions.reason}`);
        return actions;
      }),
    })),
    source: 'made up for a bench',
  });
}
