import type { Verifier } from '@tacit-auth/server-verify';
import { Hono } from 'hono';

const MOST_MAILS = 200;

/** The demonstration's mailbox: every mail to one address, open to everybody. A bank that sends its mail has no such page. */
export function mailboxRoutes({ verifier }: { verifier: Verifier }): Hono {
  return new Hono().get('/', async (context) => {
    const wanted = (context.req.query('email') ?? '').trim().toLowerCase();
    const mails = await verifier.mailbox({ limit: MOST_MAILS });
    return context.json({
      mails: mails
        .filter((mail) => wanted === '' || mail.to.toLowerCase() === wanted)
        .map(({ id, at, to, subject, text }) => ({ id, at, to, subject, text })),
    });
  });
}
