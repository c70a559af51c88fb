import { envKey, keyring } from '@tacit-auth/crypto';
import { isTacitError } from '@tacit-auth/features';
import { createFlows, createVerifier, type Flows, isTacitServerError, type Verifier } from '@tacit-auth/server-verify';
import { createHttpHandler, type SocketAdmission } from '@tacit-auth/server-verify/http';
import { sqlite } from '@tacit-auth/server-verify/sqlite';
import type { MortalServer } from './rough-network';
import { seededBytes } from './seeded-numbers';
import { ORIGIN, PLAIN_HASHER } from './simulated-bank';
import type { SimulatedTime, SimulatedTimer } from './simulated-time';

const KEY = Buffer.from(seededBytes(7)(32)).toString('base64url');
const HOUR = 3_600_000;

/** A server that is alive until it is killed: then its timers are gone, and so is its store, wherever it was. */
export interface RestartableServer extends MortalServer {
  readonly verifier: Verifier;
  readonly flows: Flows;
  fetch(request: Request): Promise<Response>;
  kill(): Promise<void>;
}

/** A server on the store of the ones before it. */
export async function startServer(options: {
  file: string;
  time: SimulatedTime;
  random: (length: number) => Uint8Array;
}): Promise<RestartableServer> {
  const { file, time, random } = options;
  const store = sqlite(file);
  let alive = true;
  const handles = new Set<unknown>();
  const timer: SimulatedTimer = {
    set(work, ms) {
      const handle = time.timer.set(() => {
        handles.delete(handle);
        work();
      }, ms);
      if (alive) handles.add(handle);
      else time.timer.clear(handle);
      return handle;
    },
    clear(handle) {
      handles.delete(handle);
      time.timer.clear(handle);
    },
  };
  const verifier = createVerifier({
    store,
    keys: keyring({ provider: envKey('BANK_KEY', { env: { BANK_KEY: `proof:${KEY}` } }), random }),
    clock: time.clock,
    timer,
    random,
    jobIntervalMs: HOUR,
    // Nobody locks or expires here: what is looked at are the batches.
    policy: { session: { idleMs: HOUR, accessMs: HOUR, absoluteMs: 30 * 24 * HOUR } },
  });
  const flows = createFlows({
    verifier,
    origin: ORIGIN,
    passwordHasher: PLAIN_HASHER,
  });
  await verifier.start();
  const handler = createHttpHandler({ flows, origin: ORIGIN, clientAddress: () => '203.0.113.7' });
  return {
    verifier,
    flows,
    get alive() {
      return alive;
    },
    fetch: (request) => handler.handle(request),
    handle: (request) => handler.handle(request),
    async connect(request, { onMessage }) {
      const admission = await handler.admitSocket(request);
      if (admission instanceof Response) return null;
      admission.onChange((state) => onMessage(JSON.stringify({ type: 'state', state })));
      return {
        send: (text) => void judge(admission, text).then((message) => onMessage(JSON.stringify(message))),
        close: () => admission.release(),
      };
    },
    async kill() {
      alive = false;
      for (const handle of handles) time.timer.clear(handle);
      await store.close();
    },
  };
}

/** As the adapter of `./websocket` does. */
async function judge(admission: SocketAdmission, text: string): Promise<object> {
  try {
    return { type: 'answer', ...(await admission.submit(text)) };
  } catch (error) {
    if (!isTacitServerError(error) && !isTacitError(error)) throw error;
    const { expected, retryAfter } = error as { expected?: number; retryAfter?: number };
    const { seq } = JSON.parse(text) as { seq: number };
    return { type: 'refused', seq, error: { code: error.code, message: error.message, expected, retryAfter } };
  }
}
