import type { AuditEntry } from './audit-log';
import type { Context } from './context';
import { type Customer, type CustomerRole, customerOf } from './customers';
import type { StoreTransaction } from './store';
import { ifReadable } from './unreadable-record';

/** Somebody whom an entry names, as his record is now. */
export interface AuditPerson {
  /** The id with the host. */
  subject: string;
  name: string | null;
  /** Tells people of one name apart. */
  email: string | null;
  role: CustomerRole;
}

/**
 * Who is meant by the ids in an entry's `detail`, under the same names: `operator` did it, `subject` is whom it was done to. Absent where the entry has no such id;
 * null for somebody who was erased, was never registered, whose record can not be read, or who got that id only after the entry was written.
 */
export interface AuditPeople {
  operator?: AuditPerson | null;
  subject?: AuditPerson | null;
}

/** An entry as it is chained, and who is meant in it. */
export type OperatorAuditEntry = AuditEntry & { people: AuditPeople };

/** Looks up whom entries name, each person once: at most two records an entry. */
export async function namePeople(ctx: Context, tx: StoreTransaction, entries: readonly AuditEntry[]): Promise<OperatorAuditEntry[]> {
  const known = new Map<string, Customer | undefined>();

  async function personOf(pseudonym: string, at: number): Promise<AuditPerson | null> {
    if (!known.has(pseudonym)) {
      known.set(pseudonym, (await ifReadable(customerOf(ctx, tx, pseudonym)))?.value);
    }
    const customer = known.get(pseudonym);
    // A host may give an id again after an erasure: whoever has it now is not the one who is meant.
    if (customer === undefined || customer.createdAt > at) {
      return null;
    }
    const { hostSubject, name, email, role } = customer;
    return { subject: hostSubject, name, email, role };
  }

  const named: OperatorAuditEntry[] = [];
  for (const entry of entries) {
    const people: AuditPeople = {};
    const { operator, subject } = (entry.erased ? undefined : entry.detail) ?? {};
    // An operator is written by his id with the host, whom it was done to by pseudonym.
    if (isId(operator)) {
      people.operator = await personOf(ctx.subjectOf(operator), entry.at);
    }
    if (isId(subject)) {
      people.subject = await personOf(subject, entry.at);
    }
    named.push({ ...entry, people });
  }
  return named;
}

const isId = (value: unknown): value is string => typeof value === 'string' && value !== '';
