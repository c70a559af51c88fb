import { webcrypto } from 'node:crypto';
import {
  base64urlEncode,
  CryptoError,
  createSealer,
  type DataKey,
  type Keyring,
  pseudonym,
  type SealContext,
  type Sealer,
  subKey,
} from '@tacit-auth/crypto';
import { withEffects } from './after-commit';
import { isTacitServerError, TacitServerError } from './errors';
import { inProcessNotifications } from './in-process-notifications';
import type { Log } from './log';
import type { Notifications } from './notifications';
import type { Policy } from './policy';
import { recentMap } from './recent-map';
import type { Store, StoreTransaction } from './store';

/** Most unwrapped data keys that are held at once. */
const DATA_KEY_CACHE = 10_000;

/** Where the wrapped root key is stored; its body is the wrapped key as text. */
export const ROOT_KEY = { kind: 'root-key', subject: '', id: 'root' } as const;
/** Where a customer's wrapped data key is stored, under his subject; its body is the wrapped key as text. */
export const DATA_KEY = { kind: 'data-key', id: 'key' } as const;
/** What the root key is wrapped for. */
export const rootKeyContext = (): SealContext => ({ subject: 'root', purpose: ROOT_KEY.kind });
/** What a customer's data key is wrapped for. */
export const dataKeyContext = (subject: string): SealContext => ({ subject, purpose: DATA_KEY.kind });

export interface ContextOptions {
  store: Store;
  keyring: Keyring;
  /** Ms since the epoch, whole. */
  clock: () => number;
  /** Cryptographically secure bytes. */
  random: (length: number) => Uint8Array;
  policy: Policy;
  /** Default: nothing is logged. */
  log?: Log;
  /** Names of the sinks that each alert is queued for. Default: none. */
  alertSinks?: readonly string[];
  /** Default: within this process. */
  notifications?: Notifications;
  /** Has a job run soon. Default: it runs when its time has come. */
  wakeJob?: (name: string) => void;
}

/** What every part of the server half works with. */
export interface Context {
  /** Does what `tellChange` and `wakeJob` left to be done after a transaction. */
  readonly store: Store;
  readonly keyring: Keyring;
  clock(): number;
  random(length: number): Uint8Array;
  readonly policy: Policy;
  readonly log: Log;
  readonly alertSinks: readonly string[];
  readonly notifications: Notifications;
  wakeJob(name: string): void;
  readonly sealer: Sealer;
  /** 16 random bytes in base64url: 22 characters. */
  newId(): string;
  /** The pseudonym that stands for a host's id of a customer as `StoreRecord.subject`: 43 characters. */
  subjectOf(hostSubject: string): string;
  /** Stands for a value in look-ups; kinds do not collide. */
  pseudonym(kind: string, value: string): string;
  /** @throws TacitServerError `ERR_NOT_STARTED` */
  rootKey(): DataKey;
  /** A key of 32 bytes for one purpose, derived from the root key. Shared bytes: read only. */
  rootSubKey(purpose: string): Uint8Array;
  /** The same key, imported once for HMAC-SHA-256 with Web Crypto. Its bytes can not be read back. */
  signingKey(purpose: string): Promise<webcrypto.CryptoKey>;
  /** The key under which a customer's records are sealed; undefined when there is none, or none any more. */
  dataKey(tx: StoreTransaction, subject: string): Promise<DataKey | undefined>;
  /** The same, made where there is none yet. */
  createDataKey(tx: StoreTransaction, subject: string): Promise<DataKey>;
  /** Wipes the held copy of a customer's key, once its record is deleted. */
  forgetDataKey(subject: string): void;
}

export interface StartableContext extends Context {
  /**
   * Migrates the store and unwraps the root key, or makes it when the store has none. May be called again after a failure.
   *
   * @throws TacitServerError `ERR_KEY_WRONG` when the key provider is not the one that wrapped the root key, `ERR_KEY_PROVIDER` when it fails
   */
  start(): Promise<void>;
  /** Wipes every key that is held. */
  stop(): void;
}

export function createContext(options: ContextOptions): StartableContext {
  const { keyring, clock, random, policy, log = () => undefined } = options;
  const { notifications = inProcessNotifications(), wakeJob = () => undefined, alertSinks = [] } = options;
  const store = withEffects(options.store);
  // One that gives way may be at work in another request, so it is left to the garbage collector.
  const held = recentMap<{ wrapped: string; key: DataKey }>(DATA_KEY_CACHE);
  const subKeys = new Map<string, Uint8Array>();
  const signingKeys = new Map<string, Promise<webcrypto.CryptoKey>>();
  let root: DataKey | undefined;
  let starting: Promise<void> | undefined;

  function rootKey(): DataKey {
    if (root === undefined) {
      throw new TacitServerError('ERR_NOT_STARTED');
    }
    return root;
  }

  async function storedRootKey(): Promise<string | undefined> {
    const record = await store.transaction((tx) => tx.get(ROOT_KEY.kind, ROOT_KEY.subject, ROOT_KEY.id));
    return record && text(record.body);
  }

  async function start(): Promise<void> {
    await store.migrate();
    const context = rootKeyContext();
    let wrapped = await storedRootKey();
    if (wrapped === undefined) {
      // The provider may be far away, so it is asked outside the transaction; of servers that start at once, the first insert wins.
      const made = await withProvider(() => keyring.createDataKey({ context }));
      made.key.destroy();
      await store.transaction((tx) => tx.insert({ ...ROOT_KEY, body: bytes(made.wrapped), at: clock(), due: null }));
      wrapped = await storedRootKey();
    }
    if (wrapped === undefined) {
      throw new TacitServerError('ERR_STORE_FAILED', { message: 'The store lost the root key that was just written.' });
    }
    const inStore = wrapped;
    root = await withProvider(() => keyring.unwrapDataKey({ wrapped: inStore, context }));
  }

  async function unwrap(subject: string, wrapped: string): Promise<DataKey> {
    const known = held.get(subject);
    const key =
      known?.wrapped === wrapped
        ? known.key
        : await withProvider(() => keyring.unwrapDataKey({ wrapped, context: dataKeyContext(subject) }));
    held.set(subject, { wrapped, key });
    return key;
  }

  // The record is read even when the key is held: another server may have erased it.
  async function dataKey(tx: StoreTransaction, subject: string): Promise<DataKey | undefined> {
    const record = await tx.get(DATA_KEY.kind, subject, DATA_KEY.id);
    return record && unwrap(subject, text(record.body));
  }

  return {
    store,
    keyring,
    clock,
    random,
    policy,
    log,
    alertSinks,
    notifications,
    wakeJob,
    sealer: createSealer({ random }),
    newId: () => base64urlEncode(random(16)),
    subjectOf: (hostSubject) => pseudonym({ key: rootKey(), kind: 'subject', value: hostSubject }),
    pseudonym: (kind, value) => pseudonym({ key: rootKey(), kind, value }),
    rootKey,
    rootSubKey(purpose) {
      const known = subKeys.get(purpose);
      if (known !== undefined) {
        return known;
      }
      const derived = subKey(rootKey(), purpose);
      subKeys.set(purpose, derived);
      return derived;
    },
    async signingKey(purpose) {
      const known = signingKeys.get(purpose);
      if (known !== undefined) {
        return known;
      }
      // Bytes of its own: those that are shared may be wiped by `stop` while the import goes on.
      const own = subKey(rootKey(), purpose);
      const imported = webcrypto.subtle
        .importKey('raw', own, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
        .finally(() => own.fill(0));
      signingKeys.set(purpose, imported);
      return imported;
    },
    dataKey,
    async createDataKey(tx, subject) {
      const known = await dataKey(tx, subject);
      if (known !== undefined) {
        return known;
      }
      const made = await withProvider(() => keyring.createDataKey({ context: dataKeyContext(subject) }));
      if (await tx.insert({ kind: DATA_KEY.kind, subject, id: DATA_KEY.id, body: bytes(made.wrapped), at: clock(), due: null })) {
        return made.key;
      }
      made.key.destroy();
      const winner = await dataKey(tx, subject);
      if (winner === undefined) {
        throw new TacitServerError('ERR_RECORD_CONFLICT', { field: DATA_KEY.kind });
      }
      return winner;
    },
    forgetDataKey(subject) {
      held.get(subject)?.key.destroy();
      held.delete(subject);
    },
    async start() {
      if (root !== undefined) {
        return;
      }
      starting ??= start().finally(() => {
        starting = undefined;
      });
      await starting;
    },
    stop() {
      for (const { key } of held.drain()) {
        key.destroy();
      }
      for (const derived of subKeys.values()) {
        derived.fill(0);
      }
      subKeys.clear();
      signingKeys.clear();
      root?.destroy();
      root = undefined;
    },
  };
}

async function withProvider<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const wrong = cause instanceof CryptoError && cause.code !== 'ERR_KEY_PROVIDER';
    throw isTacitServerError(cause) ? cause : new TacitServerError(wrong ? 'ERR_KEY_WRONG' : 'ERR_KEY_PROVIDER', { cause });
  }
}

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
const text = (value: Uint8Array): string => new TextDecoder().decode(value);
