import { z } from 'zod';
import type { Context } from '../context';
import { defineRecordKind } from '../record-kind';
import type { StoreTransaction } from '../store';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Most texts that are remembered. A customer who is given more within a day may see a sentence again. */
const MOST_DRAWN = 100;

/**
 * One text that a customer was given.
 * - `open`: waits to be typed.
 * - `again`: could not be judged.
 * - `failed`: was not typed as the customer types, or not by a person.
 */
export interface DrawnText {
  /** Names it in the challenge. */
  id: string;
  /** Of the sessions that grew out of one login: who opens one again gets no more texts by it. */
  family: string;
  at: number;
  expiresAt: number;
  parts: string[];
  /** Null once it was typed: nobody needs it any more. */
  text: string | null;
  outcome: 'open' | 'again' | 'failed' | 'passed';
}

const shape = z.object({
  drawn: z.array(
    z.object({
      id: z.string(),
      family: z.string(),
      at: z.number(),
      expiresAt: z.number(),
      parts: z.array(z.string()),
      text: z.string().nullable(),
      outcome: z.enum(['open', 'again', 'failed', 'passed']),
    }),
  ),
});

/** The texts that a customer was given within a day. */
export const textChallengeKind = defineRecordKind<{ drawn: DrawnText[] }>({
  kind: 'text-challenge',
  sealedWith: 'customer',
  parse: (value) => shape.parse(value),
});

const ID = 'drawn';

/** The oldest first. */
export async function readDrawn(ctx: Context, tx: StoreTransaction, subject: string): Promise<DrawnText[]> {
  const now = ctx.clock();
  const stored = await textChallengeKind.get(ctx, tx, subject, ID);
  return (stored?.value.drawn ?? [])
    .filter(({ at }) => now - at < DAY_MS)
    .map((text) => (text.text !== null && text.expiresAt + ctx.policy.challenge.outcomeMs <= now ? { ...text, text: null } : text));
}

export async function writeDrawn(ctx: Context, tx: StoreTransaction, subject: string, drawn: readonly DrawnText[]): Promise<void> {
  const kept = drawn.slice(-MOST_DRAWN);
  const now = ctx.clock();
  const due = (kept.at(-1)?.at ?? now) + DAY_MS;
  await textChallengeKind.put(ctx, tx, { subject, id: ID, value: { drawn: [...kept] }, at: now, due });
}

/** What a login was given within the hour, the oldest first. */
export function ofHour(drawn: readonly DrawnText[], family: string, now: number): DrawnText[] {
  return drawn.filter((text) => text.family === family && now - text.at < HOUR_MS);
}

/** After how many ms a login may have another text; 0 where it may have one now. */
export function waitFor(drawn: readonly DrawnText[], family: string, { now, most }: { now: number; most: number }): number {
  const hindering = ofHour(drawn, family, now).at(-most);
  return hindering === undefined ? 0 : hindering.at + HOUR_MS - now;
}
