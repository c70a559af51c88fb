import { type ParsedTypingSample, parseTypingSample } from '@tacit-auth/features';
import { z } from 'zod';
import type { Context } from './context';
import { defineRecordKind, type Stored } from './record-kind';
import type { StoreTransaction } from './store';

/**
 * What a raw sample is kept for.
 * - `enrolment`, `pending`: an entry or a text of an active or a pending enrolment.
 * - `quarantine`: accepted by typing alone; learned when the customer is known by something else.
 * - `held`: of a login whose other factor is still open.
 */
export type SampleRole = 'enrolment' | 'pending' | 'quarantine' | 'held';

export interface StoredSample {
  sample: ParsedTypingSample;
  /** For an enrolment text: which one, and what was typed. */
  text: { id: string; typed: string } | null;
}

const shape = z.object({
  sample: z.unknown().transform(parseTypingSample),
  text: z.object({ id: z.string(), typed: z.string() }).nullable(),
});

/** The role is the beginning of a sample's id, so that samples are told apart without opening them. */
export const typingSampleKind = defineRecordKind<StoredSample>({
  kind: 'typing-sample',
  sealedWith: 'customer',
  parse: (value) => shape.parse(value),
});

/** How long the sample of a login waits for the other factor: 1 h. */
export const HELD_SAMPLE_MS = 3_600_000;
/** Most samples of one customer that wait at once; the oldest gives way. */
const MOST_HELD = 8;
const PAGE = 1_000;

function lifetimeOf(ctx: Context, role: SampleRole): number {
  if (role === 'held') {
    return HELD_SAMPLE_MS;
  }
  return role === 'pending' ? ctx.policy.registration.lifetimeMs : ctx.policy.retention.samplesMs;
}

/** Seals and stores a sample until the retention job deletes it; returns its id. */
export async function keepSample(
  ctx: Context,
  tx: StoreTransaction,
  { subject, role, value }: { subject: string; role: SampleRole; value: StoredSample },
): Promise<string> {
  const now = ctx.clock();
  const id = `${role}.${ctx.newId()}`;
  if (role === 'held') {
    const held = await sampleIds(tx, subject, 'held');
    for (const old of held.slice(0, Math.max(0, held.length + 1 - MOST_HELD))) {
      await typingSampleKind.delete(ctx, tx, subject, old);
    }
  }
  await typingSampleKind.insert(ctx, tx, { subject, id, value, at: now, due: now + lifetimeOf(ctx, role) });
  return id;
}

/** Ids of the samples of one role, the oldest first; nothing is opened. */
export async function sampleIds(tx: StoreTransaction, subject: string, role?: SampleRole): Promise<string[]> {
  const ids: string[] = [];
  let after: { at: number; id: string } | undefined;
  for (;;) {
    const page = await tx.list('typing-sample', subject, { limit: PAGE, order: 'oldest', ...(after === undefined ? {} : { after }) });
    for (const { id } of page) {
      if (role === undefined || id.startsWith(`${role}.`)) {
        ids.push(id);
      }
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) {
      return ids;
    }
    after = { at: last.at, id: last.id };
  }
}

/** The sample behind an id that came from outside, if it has that role and its time has not run out. */
export async function readSample(
  ctx: Context,
  tx: StoreTransaction,
  { subject, role, id }: { subject: string; role: SampleRole; id: string },
): Promise<Stored<StoredSample> | undefined> {
  if (!id.startsWith(`${role}.`)) {
    return undefined;
  }
  const found = await typingSampleKind.get(ctx, tx, subject, id);
  return found === undefined || (found.due !== null && found.due <= ctx.clock()) ? undefined : found;
}

/** Takes all samples of a role out of the store, the oldest first. */
export async function takeSamples(ctx: Context, tx: StoreTransaction, subject: string, role: SampleRole): Promise<Stored<StoredSample>[]> {
  const taken: Stored<StoredSample>[] = [];
  for (const id of await sampleIds(tx, subject, role)) {
    const found = await typingSampleKind.get(ctx, tx, subject, id);
    if (found !== undefined) {
      taken.push(found);
      await typingSampleKind.delete(ctx, tx, subject, id);
    }
  }
  return taken;
}

/** Deletes the samples of a role, or all; the number deleted. */
export async function deleteSamples(tx: StoreTransaction, subject: string, role?: SampleRole): Promise<number> {
  const ids = await sampleIds(tx, subject, role);
  for (const id of ids) {
    await tx.delete('typing-sample', subject, id);
  }
  return ids.length;
}
