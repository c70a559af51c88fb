import type { Flows, OperatorAlert, OperatorAuditEntry, PointerPopulation } from '@tacit-auth/server-verify';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { BankError } from './bank-error';
import { readBody } from './body';
import type { Guards, SignedIn } from './session-guards';

const idSchema = z.strictObject({ id: z.string().min(1).max(256) });
const subjectSchema = z.strictObject({ subject: z.string().min(1).max(512) });
const chainSchema = z.strictObject({ subject: z.string().min(1).max(512).optional() });
const searchSchema = z.strictObject({ email: z.string().trim().min(1).max(254) });
const emailSchema = z.strictObject({ email: z.email('This is not an e-mail address.').max(254) });

/** What an operator can do. Tacit checks the role again on each of these calls. */
export function operatorRoutes({
  flows,
  guards,
  pointerPopulation,
}: {
  flows: Flows;
  guards: Guards;
  pointerPopulation: PointerPopulation | null;
}): Hono<SignedIn> {
  const routes = new Hono<SignedIn>();
  const { operators } = flows;

  routes.get('/alerts', guards.look, async (context) => {
    const alerts = await operators.listAlerts({ session: context.get('tacit') });
    return context.json({ alerts: alerts.map(alertView) });
  });

  routes.post('/alerts/acknowledge', guards.act, async (context) => {
    const { id } = await readBody(context, idSchema);
    return context.json({ alert: alertView(await operators.acknowledgeAlert({ session: context.get('tacit'), id })) });
  });

  routes.post('/cards/reissue', guards.act, async (context) => {
    const { email } = await readBody(context, emailSchema);
    return context.json(await operators.reissueCard({ session: context.get('tacit'), customer: { identifier: email } }));
  });

  routes.get('/mail/failed', guards.look, async (context) => {
    const mails = await operators.failedMail({ session: context.get('tacit') });
    return context.json({
      mails: mails.map(({ id, at, kind, failures, code }) => ({ id, at, kind, attempts: failures, lastError: code ?? '' })),
    });
  });

  routes.post('/mail/retry', guards.act, async (context) => {
    await operators.retryMail({ session: context.get('tacit'), id: (await readBody(context, idSchema)).id });
    return context.json({ status: 'queued' });
  });

  routes.get('/deliveries/failed', guards.look, async (context) => {
    const deliveries = await operators.failedAlertDeliveries({ session: context.get('tacit') });
    return context.json({
      deliveries: deliveries.map(({ id, at, sink, failures, code }) => ({ id, at, sink, attempts: failures, lastError: code ?? '' })),
    });
  });

  routes.post('/deliveries/retry', guards.act, async (context) => {
    await operators.retryAlertDelivery({ session: context.get('tacit'), id: (await readBody(context, idSchema)).id });
    return context.json({ status: 'queued' });
  });

  routes.get('/populations', guards.look, async (context) => {
    if (context.get('tacit').role !== 'operator') throw new BankError('ERR_ROLE', 'This is for operators only.');
    return context.json({ freeText: 'shipped', pointer: pointerPopulation?.id.slice(0, 12) ?? null });
  });

  routes.get('/customers', guards.look, async (context) => {
    const after = context.req.query('after');
    return context.json(await operators.customers({ session: context.get('tacit'), ...(after === undefined ? {} : { after }) }));
  });

  // In the body: whatever stands between browser and bank writes addresses down, and this one would be somebody's.
  routes.post('/customers/search', guards.look, async (context) => {
    const { email } = await readBody(context, searchSchema);
    return context.json(await operators.customers({ session: context.get('tacit'), identifier: email }));
  });

  routes.post('/customers/templates', guards.act, async (context) => {
    const { subject } = await readBody(context, subjectSchema);
    return context.json(await operators.customerTemplates({ session: context.get('tacit'), subject }));
  });

  routes.post('/customers/retrain', guards.act, async (context) => {
    const { subject } = await readBody(context, subjectSchema);
    return context.json(await operators.retrainCustomer({ session: context.get('tacit'), subject }));
  });

  routes.get('/audit', guards.look, async (context) => {
    const after = entryNumber(context);
    const { entries, next } = await operators.auditLog({ session: context.get('tacit'), ...(after === undefined ? {} : { after }) });
    return context.json({ entries: entries.map(entryView), next });
  });

  routes.post('/audit/verify', guards.act, async (context) => {
    const { subject } = await readBody(context, chainSchema);
    const verdict = await operators.verifyAudit({ session: context.get('tacit'), ...(subject === undefined ? {} : { subject }) });
    return context.json(
      verdict.status === 'intact'
        ? { status: verdict.status, entries: verdict.entries }
        : { status: verdict.status, entry: verdict.sequence },
    );
  });

  return routes;
}

function entryNumber(context: Context<SignedIn>): number | undefined {
  const after = context.req.query('after');
  if (after === undefined) return undefined;
  if (!/^[1-9]\d{0,11}$/.test(after)) throw new BankError('ERR_FIELD_INVALID', 'after is the number of an entry.', 'after');
  return Number(after);
}

function entryView(entry: OperatorAuditEntry) {
  const { sequence, at, people } = entry;
  if (entry.erased) return { sequence, at, type: 'erased-entry', reason: null, detail: {}, people };
  const { type, reason = null, detail = {} } = entry;
  return { sequence, at, type, reason, detail, people };
}

function alertView({ id, at, code, name, email, detail, acknowledged, settled }: OperatorAlert) {
  // The session and the reasons of a doubt are told as such; the rest as it stands.
  const { session, reasons, ...facts } = detail;
  return {
    id,
    at,
    code,
    customer: name ?? 'Erased customer',
    email,
    session: typeof session === 'string' && session.includes('.') ? session : null,
    reasons: typeof reasons === 'string' && reasons !== '' ? reasons.split(' ') : [],
    settled: settled !== null,
    detail: facts,
    acknowledged: acknowledged !== null,
  };
}
