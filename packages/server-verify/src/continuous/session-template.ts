import type { FreeTextProfile, PointerProfile } from '@tacit-auth/models';
import { z } from 'zod';
import type { Context } from '../context';
import { TacitServerError } from '../errors';
import type { Policy } from '../policy';
import { createRecordCache } from '../record-cache';
import { defineRecordKind } from '../record-kind';
import type { StoreTransaction } from '../store';
import { isUnreadable } from '../unreadable-record';
import { freeTextProfileOf, type Lesson, type Lessons, pointerProfileOf } from './lesson';
import type { SessionModels } from './session-models';

export const DAY_MS = 86_400_000;
/** Most days that are counted, and most earlier states that are kept. */
export const MOST_DAYS = 64;
export const MOST_EARLIER = 4;
export const TEMPLATE_ID = 'current';

/** What sessions taught up to some time. */
export interface Taught extends Lessons {
  /** Days since 1970 on which it learned, in rising order: the latest. */
  readonly days: readonly number[];
  readonly sessions: number;
  /** When it last learned. */
  readonly learnedAt: number;
  /** Whether each session that taught it was vouched for by a factor that the customer alone holds. */
  readonly vouched: boolean;
}

/** How a customer types and points in his sessions. Never changed in place. */
export interface SessionTemplate extends Taught {
  readonly startedAt: number;
  /** When sessions without such a factor taught it, in the last seven days. */
  readonly unvouchedAt: readonly number[];
  /** What it was before the last sessions, the oldest first: to go back to. */
  readonly earlier: readonly Taught[];
}

const lesson = z
  .object({ projectionId: z.string(), windows: z.int().min(1), amount: z.int().min(1), mean: z.string() })
  .transform(({ mean, ...counts }): Lesson => ({ ...counts, mean: floatsOf(mean) }));

const taught = {
  freeText: lesson.nullable(),
  pointer: lesson.nullable(),
  days: z.array(z.int()).max(MOST_DAYS),
  sessions: z.int().min(1),
  learnedAt: z.number(),
  vouched: z.boolean(),
};

const shape = z.object({
  schema: z.literal(1),
  ...taught,
  startedAt: z.number(),
  unvouchedAt: z.array(z.number()),
  earlier: z.array(z.object(taught)).max(MOST_EARLIER),
});
const laterSchema = z.object({ schema: z.int().min(2) });

export const sessionTemplateKind = defineRecordKind<SessionTemplate>({
  kind: 'session-template',
  sealedWith: 'customer',
  parse(value) {
    if (laterSchema.safeParse(value).success) {
      // Not damaged: it must not be written over by a server that happens to be older.
      throw new TacitServerError('ERR_TEMPLATE_VERSION', { field: 'session-template' });
    }
    const { schema: _schema, ...template } = shape.parse(value);
    return template;
  },
  bytes: {
    encode: (template) =>
      new TextEncoder().encode(
        JSON.stringify({ schema: 1, ...template }, (_, value) => (value instanceof Float32Array ? textOf(value) : value)),
      ),
    decode: (bytes) => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)),
  },
});

function textOf(mean: Float32Array): string {
  return Buffer.from(mean.buffer, mean.byteOffset, mean.byteLength).toString('base64url');
}

function floatsOf(text: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64url'));
  const mean = new Float32Array(bytes.buffer);
  if (!mean.every(Number.isFinite)) {
    throw new RangeError('mean must have finite numbers');
  }
  return mean;
}

/**
 * As many sessions as one server serves have each a template that is compared with every few seconds: where fewer were held than take turns, none would still be there
 * when its turn comes.
 */
const MOST_HELD = 5_000;

const held = createRecordCache<SessionTemplate>({ most: MOST_HELD });

/** Drops what is held in memory of a customer's template. */
export function forgetSessionTemplate(ctx: Context, subject: string): void {
  held.forget(ctx, subject);
}

/** Drops all that are held in memory. */
export function forgetSessionTemplates(ctx: Context): void {
  held.forgetAll(ctx);
}

/** A record that is there: with what it holds, or why that can not be read. */
export interface FoundTemplate {
  readonly version: number;
  readonly template: SessionTemplate | undefined;
  readonly unreadable?: TacitServerError['code'];
}

/** The record is read each time; opening it is spared while its bytes are those of last time. */
export async function findSessionTemplate(ctx: Context, tx: StoreTransaction, subject: string): Promise<FoundTemplate | undefined> {
  const record = await tx.get(sessionTemplateKind.kind, subject, TEMPLATE_ID);
  if (record === undefined) {
    held.forget(ctx, subject);
    return undefined;
  }
  const { version, body } = record;
  const known = held.get(ctx, subject, body);
  if (known !== undefined) {
    return { version, template: known };
  }
  try {
    const { value } = await sessionTemplateKind.open(ctx, tx, record);
    held.set(ctx, subject, body, value);
    return { version, template: value };
  } catch (error) {
    if (!isUnreadable(error)) {
      throw error;
    }
    return { version, template: undefined, unreadable: error.code };
  }
}

/** False where the stored version is another. */
export function writeSessionTemplate(
  ctx: Context,
  tx: StoreTransaction,
  { subject, template, ifVersion }: { subject: string; template: SessionTemplate; ifVersion: number },
): Promise<boolean> {
  return sessionTemplateKind.put(ctx, tx, { subject, id: TEMPLATE_ID, value: template, at: template.startedAt, due: null, ifVersion });
}

/** What of a template may be compared with. */
export interface ReadyTemplate {
  readonly state: 'none' | 'young' | 'ready';
  readonly freeText: FreeTextProfile | undefined;
  readonly pointer: PointerProfile | undefined;
  /** Days on which it learned. */
  readonly days: number;
}

export const NO_TEMPLATE: ReadyTemplate = Object.freeze({ state: 'none', freeText: undefined, pointer: undefined, days: 0 });

/** A part that was made with other projections counts as none: it is learned anew. */
export function readyParts(template: SessionTemplate | undefined, models: SessionModels, policy: Policy): ReadyTemplate {
  if (template === undefined) {
    return NO_TEMPLATE;
  }
  const { readyDays, readyKeys, readyActions } = policy.continuous;
  const { days, freeText, pointer } = template;
  const enoughDays = days.length >= readyDays;
  const typing = enoughDays && freeText !== null && freeText.amount >= readyKeys ? freeTextProfileOf(freeText) : undefined;
  const pointing = enoughDays && pointer !== null && pointer.amount >= readyActions ? pointerProfileOf(pointer) : undefined;
  const ready = {
    freeText: typing?.projectionId === models.freeTextProjection ? typing : undefined,
    pointer: pointing?.projectionId === models.pointerPopulation?.projectionId ? pointing : undefined,
  };
  const isReady = ready.freeText !== undefined || ready.pointer !== undefined;
  return { state: isReady ? 'ready' : 'young', ...ready, days: days.length };
}

export const dayOf = (at: number): number => Math.floor(at / DAY_MS);
