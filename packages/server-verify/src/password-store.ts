import { dummyPasswordHash, hashPassword, needsRehash, verifyPassword } from '@tacit-auth/crypto';
import { z } from 'zod';
import type { Context } from './context';
import { findLoginName, type LoginName } from './login-names';
import { defineRecordKind, type Stored } from './record-kind';
import type { StoreTransaction } from './store';

/** How passwords are hashed. The default is Argon2id of `@tacit-auth/crypto`. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(password: string, hash: string): Promise<boolean>;
  needsRehash(hash: string): boolean;
  /** A hash of the current parameters that no password matches. */
  readonly dummyHash: string;
}

/** Argon2id with the default parameters. */
export function argon2Hasher(random: (length: number) => Uint8Array): PasswordHasher {
  return {
    hash: (password) => hashPassword(password, { random }),
    verify: async (password, hash) => (await verifyPassword({ password, hash })).verified,
    needsRehash: (hash) => needsRehash(hash),
    dummyHash: dummyPasswordHash(),
  };
}

/**
 * The host's own check of a password, in place of Tacit's store. With an identifier at a login, with the host's id of the customer at a
 * re-authentication. It must answer `null` for unknown customers after the same time as for a wrong password.
 */
export type HostPasswordCheck = (
  input: { identifier: string; password: string } | { subject: string; password: string },
) => Promise<{ subject: string } | null>;

export interface Credential {
  hash: string;
  changedAt: number;
}

const shape = z.object({ hash: z.string(), changedAt: z.number() });

/** Under the root key, so that a wrong password and an unknown customer cost the same. */
export const credentialKind = defineRecordKind<Credential>({
  kind: 'credential',
  sealedWith: 'root',
  parse: (value) => shape.parse(value),
});

const ID = 'password';

export interface PasswordVerdict {
  matched: boolean;
  /** Where the identifier leads; a decoy where it leads nowhere. */
  name: LoginName;
  /** Version of the stored password that was compared. */
  version?: number;
  /** A hash with the current parameters, to be stored in place of the old one. */
  rehashed?: string;
}

export interface PasswordStore {
  /** False when the host checks passwords itself: then registration, change and reset of passwords are the host's, too. */
  readonly own: boolean;
  check(input: { identifier: string; password: string }): Promise<PasswordVerdict>;
  checkSubject(input: LoginName & { password: string }): Promise<PasswordVerdict>;
  /** Whether the password that was compared is still the one in force: hashing takes long enough for it to be changed meanwhile. */
  holds(tx: StoreTransaction, verdict: PasswordVerdict): Promise<boolean>;
  hash(password: string): Promise<string>;
  save(tx: StoreTransaction, subject: string, hash: string): Promise<void>;
}

/** One Argon2 a check, whoever is asked for and whatever the answer; the same store calls in the same order. */
export function createPasswordStore(ctx: Context, hasher: PasswordHasher, host?: HostPasswordCheck): PasswordStore {
  const read = (tx: StoreTransaction, subject: string) => credentialKind.get(ctx, tx, subject, ID);

  async function judge(name: LoginName, stored: Stored<Credential> | undefined, password: string): Promise<PasswordVerdict> {
    const verified = await hasher.verify(password, stored?.value.hash ?? hasher.dummyHash);
    if (stored === undefined || !verified) {
      return { matched: false, name };
    }
    const verdict = { matched: true, name, version: stored.version };
    return hasher.needsRehash(stored.value.hash) ? { ...verdict, rehashed: await hasher.hash(password) } : verdict;
  }

  const store: PasswordStore = {
    own: host === undefined,
    async check({ identifier, password }) {
      const { name, stored } = await ctx.store.transaction(async (tx) => {
        const { subject, hostSubject } = await findLoginName(ctx, tx, identifier);
        return { name: { subject, hostSubject }, stored: await read(tx, subject) };
      });
      return judge(name, stored, password);
    },
    async checkSubject({ subject, hostSubject, password }) {
      const stored = await ctx.store.transaction((tx) => read(tx, subject));
      return judge({ subject, hostSubject }, stored, password);
    },
    holds: async (tx, { matched, name, version }) => matched && (await read(tx, name.subject))?.version === version,
    hash: (password) => hasher.hash(password),
    async save(tx, subject, hash) {
      const now = ctx.clock();
      await credentialKind.put(ctx, tx, { subject, id: ID, value: { hash, changedAt: now }, at: now, due: null });
    },
  };
  if (host === undefined) {
    return store;
  }
  const named = (found: { subject: string } | null, fallback: string): PasswordVerdict => {
    const hostSubject = found?.subject ?? fallback;
    return { matched: found !== null, name: { subject: ctx.subjectOf(hostSubject), hostSubject } };
  };
  return {
    ...store,
    holds: async (_tx, { matched }) => matched,
    check: async ({ identifier, password }) => named(await host({ identifier, password }), ctx.pseudonym('decoy', identifier || '-')),
    checkSubject: async ({ hostSubject, password }) => {
      const found = await host({ subject: hostSubject, password });
      return named(found?.subject === hostSubject ? found : null, hostSubject);
    },
  };
}
