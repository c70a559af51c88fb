import { envKey, type Keyring, keyring } from '@tacit-auth/crypto';
import { createContext, type StartableContext } from './context';
import type { LogEvent } from './log';
import { definePolicy, type PolicyOptions } from './policy';
import type { Store } from './store';
import { testStore } from './testing-stores';

/** Well inside the range of dates, so that tests can go back as well as forward. */
export const TEST_START = Date.UTC(2026, 0, 5, 9);

export interface TestContext extends StartableContext {
  /** Moves the clock on by so many ms. */
  advance(ms: number): void;
  readonly events: LogEvent[];
}

export interface TestContextOptions {
  store?: Store;
  policy?: PolicyOptions;
  keyring?: Keyring;
  seed?: number;
  /** Names of the sinks that alerts are queued for. */
  alertSinks?: readonly string[];
}

/** A context for tests: a clock that stands still, seeded randomness, and a memory store. Not started yet. */
export function testContext(options: TestContextOptions = {}): TestContext {
  let now = TEST_START;
  const random = seededRandom(options.seed ?? 1);
  const events: LogEvent[] = [];
  const context = createContext({
    store: options.store ?? testStore(),
    keyring: options.keyring ?? testKeyring(random),
    clock: () => now,
    random,
    policy: definePolicy(options.policy),
    log: (event) => events.push(event),
    ...(options.alertSinks === undefined ? {} : { alertSinks: options.alertSinks }),
  });
  return Object.assign(context, {
    advance: (ms: number) => {
      now += ms;
    },
    events,
  });
}

/** The same, started. */
export async function startedTestContext(options: TestContextOptions = {}): Promise<TestContext> {
  const context = testContext(options);
  await context.start();
  return context;
}

/** A keyring over one key-encryption key; another seed gives another key of the same id. */
export function testKeyring(random: (length: number) => Uint8Array, keySeed = 7): Keyring {
  const key = Buffer.from(seededRandom(keySeed)(32)).toString('base64url');
  return keyring({ provider: envKey('TACIT_KEY', { env: { TACIT_KEY: `test:${key}` } }), random });
}

/** Reproducible bytes (xorshift32); never for anything but tests. */
export function seededRandom(seed: number): (length: number) => Uint8Array {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return (length) =>
    Uint8Array.from({ length }, () => {
      state ^= state << 13;
      state >>>= 0;
      state ^= state >>> 17;
      state ^= state << 5;
      state >>>= 0;
      return state >>> 11;
    });
}
