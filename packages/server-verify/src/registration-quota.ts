import { z } from 'zod';
import type { Context } from './context';
import { defineRecordKind } from './record-kind';
import type { StoreTransaction } from './store';

const HOUR_MS = 3_600_000;

const counters = defineRecordKind<{ at: number[] }>({
  kind: 'registration-quota',
  // Times under a pseudonym: nothing personal.
  sealedWith: 'nothing',
  parse: (value) => z.object({ at: z.array(z.number()) }).parse(value),
});

/**
 * Takes one of the `policy.registration.perHour` registrations that one address may submit in an hour, whatever comes of them: each costs a
 * password hash, records and a mail. Undefined when it was taken; otherwise the ms after which one is free.
 */
export function takeRegistration(ctx: Context, tx: StoreTransaction, address: string): Promise<number | undefined> {
  return take(ctx, tx, ctx.pseudonym('registrations', address), ctx.policy.registration.perHour);
}

/** The same for looks into the camera, of which each of those registrations may take `policy.face.triesPerChallenge`. Counted apart. */
export function takeRegistrationLook(ctx: Context, tx: StoreTransaction, address: string): Promise<number | undefined> {
  const { registration, face } = ctx.policy;
  return take(ctx, tx, ctx.pseudonym('registration-looks', address), registration.perHour * face.triesPerChallenge);
}

async function take(ctx: Context, tx: StoreTransaction, id: string, most: number): Promise<number | undefined> {
  const now = ctx.clock();
  const stored = await counters.get(ctx, tx, '', id);
  const at = (stored?.value.at ?? []).filter((time) => now - time < HOUR_MS);
  const oldest = at.at(-most);
  if (oldest !== undefined) {
    return oldest + HOUR_MS - now;
  }
  await counters.put(ctx, tx, { subject: '', id, value: { at: [...at, now] }, at: now, due: now + HOUR_MS });
  return undefined;
}
