import { z } from 'zod';
import type { Context } from './context';
import { defineRecordKind } from './record-kind';
import type { StoreTransaction } from './store';

/** Longest identifier that is looked at, in UTF-16 units. */
export const MAX_IDENTIFIER_LENGTH = 254;

/** Where a sign-in name leads: the customer's pseudonym and the host's own id. */
export interface LoginName {
  subject: string;
  hostSubject: string;
}

const shape = z.object({ subject: z.string(), hostSubject: z.string() });

/** Under an id that is a pseudonym of the identifier, sealed under the root key. */
export const loginNameKind = defineRecordKind<LoginName>({ kind: 'login-name', sealedWith: 'root', parse: (value) => shape.parse(value) });

const REGISTRABLE = /^[\p{L}\p{N}][\p{L}\p{N}._@+-]{2,127}$/u;

/** The form in which identifiers are compared: NFKC, without surrounding white space, in lower case. */
export function normaliseIdentifier(identifier: string): string {
  return identifier.normalize('NFKC').trim().toLowerCase();
}

/** Whether a normalised identifier may be registered: 3-128 letters, digits and `. _ @ + -`, the first a letter or digit. */
export function isRegistrable(normalised: string): boolean {
  return REGISTRABLE.test(normalised);
}

export function loginNameId(ctx: Context, normalised: string): string {
  // Compatibility forms can grow; what no customer can have is cut, so that it is looked up like any other.
  return ctx.pseudonym('login-name', normalised.slice(0, MAX_IDENTIFIER_LENGTH) || '-');
}

/**
 * Where an identifier leads. An unknown one leads to a decoy, always the same for the same identifier and nobody's, so that what follows makes
 * the same store calls.
 */
export async function findLoginName(ctx: Context, tx: StoreTransaction, normalised: string): Promise<LoginName & { known: boolean }> {
  const id = loginNameId(ctx, normalised);
  const found = await loginNameKind.get(ctx, tx, '', id);
  const decoy = ctx.pseudonym('decoy', id);
  return found === undefined ? { subject: decoy, hostSubject: decoy, known: false } : { ...found.value, known: true };
}

/** Takes an identifier for a customer; false when somebody else has it. Taking it twice for the same one is no error. */
export async function takeLoginName(ctx: Context, tx: StoreTransaction, normalised: string, name: LoginName): Promise<boolean> {
  const id = loginNameId(ctx, normalised);
  if (await loginNameKind.insert(ctx, tx, { subject: '', id, value: name, at: ctx.clock(), due: null })) {
    return true;
  }
  return (await loginNameKind.get(ctx, tx, '', id))?.value.subject === name.subject;
}
