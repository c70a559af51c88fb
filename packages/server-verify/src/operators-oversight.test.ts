import { describe, expect, it } from 'vitest';
import { OPERATORS, readAudit } from './audit-log';
import { namePeople } from './audit-people';
import { endSession, liveSession } from './sessions';
import { openBank, registerCustomer } from './testing-flows';
import { grantFor, signedInOperator } from './testing-risk';
import { verifierContext } from './verifier-internals';

async function openConsole() {
  const bank = await openBank();
  const operator = await signedInOperator(bank);
  const ada = await registerCustomer(bank);
  const session = await grantFor(bank, operator.browser);
  const customer = await grantFor(bank, ada.browser);
  return { bank, session, ada, customer, operators: bank.flows.operators };
}

describe('the audit log of an operator', () => {
  it('is read a page at a time, the newest first, of the operators and of a customer', async () => {
    const { session, customer, operators } = await openConsole();
    for (let i = 0; i < 3; i++) {
      await operators.customerTemplates({ session, subject: customer.subject });
    }
    const first = await operators.auditLog({ session, limit: 2 });
    expect(first.entries).toMatchObject([
      { type: 'audit-viewed', detail: { operator: session.subject } },
      { type: 'customer-viewed', reason: 'templates', detail: { operator: session.subject } },
    ]);
    const rest = await operators.auditLog({ session, after: first.next ?? 0 });
    expect(rest.next).toBeNull();
    const sequences = [...first.entries, ...rest.entries].map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, i) => sequences.length - i));
    const theirs = await operators.auditLog({ session, subject: customer.subject });
    expect(theirs.entries.flatMap((entry) => (entry.erased ? [] : [entry.type]))).toContain('registered');
  });

  it('has who looked at what: the log, a customer, his log, and the list of customers, each once in a session of the operator', async () => {
    const { bank, session, ada, customer, operators } = await openConsole();
    const { subject } = customer;
    const noted = async () => {
      const { entries } = await operators.auditLog({ session, limit: 100 });
      return entries.flatMap((entry) => (entry.erased || !entry.type.endsWith('-viewed') ? [] : [entry])).reverse();
    };
    const before = (await noted()).length;
    for (let look = 0; look < 3; look++) {
      await operators.customers({ session });
      await operators.customers({ session, limit: 1 });
      await operators.customers({ session, identifier: 'nobody' });
      await operators.customers({ session, identifier: ada.identifier });
      await operators.auditLog({ session, subject });
      await noted();
    }
    const pseudonym = verifierContext(bank.verifier).subjectOf(subject);
    const operator = session.subject;
    expect((await noted()).slice(before)).toMatchObject([
      { type: 'customers-viewed', detail: { operator } },
      { type: 'customer-viewed', reason: 'searched', detail: { operator, subject: pseudonym } },
      { type: 'customer-viewed', reason: 'audit-log', detail: { operator, subject: pseudonym } },
    ]);
    expect(before).toBe(1);
  });

  it('is verified as a whole, which is noted; one that was tampered with is told', async () => {
    const { bank, session, customer, operators } = await openConsole();
    const { subject } = customer;
    expect(await operators.verifyAudit({ session })).toMatchObject({ status: 'intact' });
    expect(await operators.verifyAudit({ session, subject })).toMatchObject({ status: 'intact' });
    const ctx = verifierContext(bank.verifier);
    await ctx.store.transaction(async (tx) => {
      const [oldest] = await tx.list('audit', ctx.subjectOf(subject), { limit: 1, order: 'oldest' });
      const body = JSON.parse(new TextDecoder().decode(oldest?.body)) as { at: number };
      await tx.put({ ...oldest!, body: new TextEncoder().encode(JSON.stringify({ ...body, at: body.at + 1 })) });
    });
    expect(await operators.verifyAudit({ session, subject })).toMatchObject({ status: 'broken', sequence: 1 });
    const { entries } = await operators.auditLog({ session, limit: 4 });
    expect(entries).toMatchObject([
      { type: 'audit-viewed' },
      { type: 'audit-verified', reason: 'broken', detail: { operator: session.subject, subject: ctx.subjectOf(subject) } },
      { type: 'audit-verified', reason: 'intact' },
      { type: 'audit-verified', reason: 'intact', detail: { operator: session.subject } },
    ]);
  });
});

describe('those whom entries name', () => {
  /** Two customers of one name, both looked at by Olga. */
  async function twoAdas() {
    const { bank, session, customer, operators } = await openConsole();
    const namesake = await registerCustomer(bank, { identifier: 'ada2' });
    const other = await grantFor(bank, namesake.browser);
    for (const { subject } of [customer, other]) {
      await operators.customerTemplates({ session, subject });
    }
    const ctx = verifierContext(bank.verifier);
    const looked = async () => {
      const { entries } = await operators.auditLog({ session, limit: 100 });
      return entries.flatMap((entry) => (!entry.erased && entry.reason === 'templates' ? [entry] : []));
    };
    return { bank, ctx, session, customer, other, operators, looked };
  }
  const olga = (subject: string) => ({ subject, name: 'Olga O', email: 'olga@bank.test', role: 'operator' });

  it('are told by name, and two of one name by their addresses; the entry is as it was chained', async () => {
    const { ctx, session, customer, other, operators, looked } = await twoAdas();
    const operator = olga(session.subject);
    const ada = (subject: string, email: string) => ({ subject, name: 'Ada L', email, role: 'customer' });
    const entries = await looked();
    expect(entries.map(({ people }) => people)).toEqual([
      { operator, subject: ada(other.subject, 'ada2@mail.test') },
      { operator, subject: ada(customer.subject, 'ada@mail.test') },
    ]);
    expect(entries.map(({ detail }) => detail)).toEqual([
      { operator: session.subject, subject: ctx.subjectOf(other.subject) },
      { operator: session.subject, subject: ctx.subjectOf(customer.subject) },
    ]);
    const chained = await readAudit(ctx, OPERATORS, { limit: 100 });
    const { entries: all } = await operators.auditLog({ session, limit: 100 });
    expect(all.map(({ people: _people, ...entry }) => entry)).toEqual(chained);
    // What names nobody has nobody beside it: not a null, which is somebody who is gone.
    expect(all.find((entry) => !entry.erased && entry.type === 'audit-viewed')?.people).toEqual({ operator });
  });

  it.each(['erased', 'unreadable', 'without a readable key'])('are null where they are %s, and hide nobody else', async (state) => {
    const { bank, ctx, session, customer, other, looked } = await twoAdas();
    if (state === 'erased') {
      await bank.verifier.eraseSubject({ subject: customer.subject });
    } else {
      const subject = ctx.subjectOf(customer.subject);
      await ctx.store.transaction(async (tx) => {
        const record = state === 'unreadable' ? await tx.get('customer', subject, 'customer') : await tx.get('data-key', subject, 'key');
        const { version: _version, ...damaged } = record!;
        await tx.put({ ...damaged, body: damaged.body.map((byte, i) => (i < damaged.body.length - 8 ? byte : 65)) });
      });
      ctx.forgetDataKey(subject);
    }
    expect((await looked()).map(({ people }) => people)).toMatchObject([
      { operator: olga(session.subject), subject: { subject: other.subject, email: 'ada2@mail.test' } },
      { operator: olga(session.subject), subject: null },
    ]);
  });

  it('are not whoever was given their id after them', async () => {
    const { bank, customer, looked, session } = await twoAdas();
    await bank.verifier.eraseSubject({ subject: customer.subject });
    bank.advance(1_000);
    await bank.verifier.recordConsent({ subject: customer.subject, biometrics: 'granted', version: '2026-01' });
    expect((await looked()).map(({ people }) => people.subject)).toMatchObject([{ email: 'ada2@mail.test' }, null]);
    await bank.flows.operators.customerTemplates({ session, subject: customer.subject });
    expect((await looked())[0]?.people.subject).toEqual({ subject: customer.subject, name: null, email: null, role: 'customer' });
  });

  it('are looked up once each, however many entries name them', async () => {
    const { ctx, session, customer, operators } = await twoAdas();
    for (let i = 0; i < 20; i++) {
      await operators.customerTemplates({ session, subject: customer.subject });
    }
    const entries = await readAudit(ctx, OPERATORS, { limit: 25 });
    let reads = 0;
    const named = await ctx.store.transaction((tx) => {
      // The work may be done more than once.
      reads = 0;
      const get: typeof tx.get = (kind, ...rest) => {
        reads += kind === 'customer' ? 1 : 0;
        return tx.get(kind, ...rest);
      };
      return namePeople(ctx, { ...tx, get }, entries);
    });
    expect(named.filter(({ people }) => people.subject?.email === 'ada@mail.test').length).toBeGreaterThan(20);
    expect(reads).toBe(3);
  });
});

describe('the templates of a customer', () => {
  it('are told by age and size, and made anew where they are not as this version makes them; both are noted', async () => {
    const { session, customer, operators } = await openConsole();
    const { subject } = customer;
    const { typing, session: taught } = await operators.customerTemplates({ session, subject });
    expect([typing?.state, taught]).toEqual(['young', null]);
    expect(await operators.retrainCustomer({ session, subject })).toMatchObject({ status: 'unchanged' });
    const { entries } = await operators.auditLog({ session, limit: 3 });
    expect(entries).toMatchObject([
      { type: 'audit-viewed' },
      { type: 'typing-retrained', reason: 'unchanged' },
      { type: 'customer-viewed' },
    ]);
  });

  it('are noted as made anew also where the operator has left meanwhile', async () => {
    const { bank, session, customer, operators } = await openConsole();
    const ctx = verifierContext(bank.verifier);
    const retraining = operators.retrainCustomer({ session, subject: customer.subject });
    const leaving = ctx.store.transaction(async (tx) => {
      const own = await liveSession(ctx, tx, { subject: ctx.subjectOf(session.subject), id: session.id });
      await endSession(ctx, tx, own!, 'signed-out');
    });
    expect(await retraining).toMatchObject({ status: 'unchanged' });
    await leaving;
    expect((await readAudit(ctx, OPERATORS, { limit: 1 }))[0]).toMatchObject({
      type: 'typing-retrained',
      detail: { operator: session.subject, subject: ctx.subjectOf(customer.subject) },
    });
    await expect(operators.retrainCustomer({ session, subject: customer.subject })).rejects.toMatchObject({ code: 'ERR_ROLE' });
  });

  it('and the log are for operators only, and bounded', async () => {
    const { session, customer, operators } = await openConsole();
    const { subject } = customer;
    for (const call of [
      () => operators.auditLog({ session: customer }),
      () => operators.verifyAudit({ session: customer }),
      () => operators.customerTemplates({ session: customer, subject }),
      () => operators.retrainCustomer({ session: customer, subject }),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'ERR_ROLE' });
    }
    await expect(operators.auditLog({ session, limit: 101 })).rejects.toThrow(RangeError);
    await expect(operators.auditLog({ session, after: 0 })).rejects.toThrow(RangeError);
    for (const call of [
      operators.auditLog({ session, subject: 'nobody' }),
      operators.customerTemplates({ session, subject: 'nobody' }),
      operators.retrainCustomer({ session, subject: 'nobody' }),
    ]) {
      await expect(call).rejects.toMatchObject({ code: 'ERR_SUBJECT_UNKNOWN', field: 'subject' });
    }
  });
});
