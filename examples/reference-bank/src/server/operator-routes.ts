import type { Flows, OperatorAlert } from '@tacit-auth/server-verify';
import { Hono } from 'hono';
import { z } from 'zod';
import { readBody } from './body';
import type { Guards, SignedIn } from './session-guards';

const idSchema = z.strictObject({ id: z.string().min(1).max(256) });
const emailSchema = z.strictObject({ email: z.email('This is not an e-mail address.').max(254) });

/** What an operator can do. Tacit checks the role again on each of these calls. */
export function operatorRoutes({ flows, guards }: { flows: Flows; guards: Guards }): Hono<SignedIn> {
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

  return routes;
}

function alertView({ id, at, code, name, detail, acknowledged }: OperatorAlert) {
  return {
    id,
    at,
    code,
    customer: name ?? 'Erased customer',
    detail: Object.entries(detail)
      .map(([field, value]) => `${field}: ${value}`)
      .join(', '),
    acknowledged: acknowledged !== null,
  };
}
