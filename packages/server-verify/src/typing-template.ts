import { isTacitError } from '@tacit-auth/features';
import { type DefaultProfile, defaultDetector, type ModelErrorCode } from '@tacit-auth/models';
import { z } from 'zod';
import type { Context } from './context';
import { TacitServerError } from './errors';
import { createRecordCache } from './record-cache';
import { defineRecordKind } from './record-kind';
import type { StoreTransaction } from './store';
import { forgetHistories, forgetHistory, HISTORY_ID } from './typing-history';
import type { TemplateState, TemplateSummary } from './typing-result';
import { deleteSamples } from './typing-samples';

/** What the last independent factor made of the quarantine. */
export interface Release {
  /** Ms since the epoch. */
  readonly at: number;
  readonly learned: number;
  readonly dropped: number;
}

/** A template as it is stored. Profiles are the detector's bytes in base64url. */
interface StoredTemplate {
  schema: 2;
  /** The detector that wrote the profiles. */
  detector: string;
  profile: string;
  /** The profile of the verified entries alone; null where that is `profile` itself. */
  anchor: string | null;
  /** Entries learned since the enrolment, which counts. */
  learned: number;
  /** How many of them an independent factor verified. */
  verified: number;
  /** When each entry of the anchor was verified last, the oldest first. */
  verifiedAt: number[];
  /** Names the enrolment or the roll-back that the template grew out of. */
  enrolment: string;
  enrolledAt: number;
  lastLearned: number;
  /** Null until something was released. */
  released: Release | null;
}

const release = z.object({ at: z.number(), learned: z.int().min(0), dropped: z.int().min(0) });

const shape = z.object({
  schema: z.literal(2),
  detector: z.string(),
  profile: z.string(),
  anchor: z.string().nullable(),
  learned: z.int().min(1),
  verified: z.int().min(1),
  verifiedAt: z.array(z.number()),
  enrolment: z.string(),
  enrolledAt: z.number(),
  lastLearned: z.number(),
  released: release.nullable(),
});

/** Before it, the anchor stood still from the day on which the template got ready, and no times were kept. */
const shapeOfOne = z.object({
  schema: z.literal(1),
  detector: z.string(),
  profile: z.string(),
  anchor: z.string().nullable(),
  learned: z.int().min(1),
  enrolment: z.string(),
  enrolledAt: z.number(),
  lastLearned: z.number(),
});

export const typingTemplateKind = defineRecordKind<StoredTemplate>({
  kind: 'typing-template',
  sealedWith: 'customer',
  parse(value) {
    if (laterSchema.safeParse(value).success) {
      throw laterVersion();
    }
    return z.union([shape, shapeOfOne.transform(fromOne)]).parse(value);
  },
});

const laterSchema = z.object({ schema: z.int().min(3) });
/** Not damaged: it must not be written over by a server that happens to be older. */
const laterVersion = () => new TacitServerError('ERR_TEMPLATE_VERSION', { field: 'typing-template' });

function fromOne({ anchor, learned, ...rest }: z.output<typeof shapeOfOne>): StoredTemplate {
  const verified = anchor === null ? learned : totalOf(profileOf(anchor));
  // Nothing tells when each entry was learned; the latest time is the one that a dispute can not mistake.
  const kept = profileOf(anchor ?? rest.profile).samples;
  return { ...rest, schema: 2, anchor, learned, verified, verifiedAt: new Array<number>(kept).fill(rest.lastLearned), released: null };
}

export type TemplateSlot = 'current' | 'pending';

/** A template with its profiles parsed. Never changed in place. */
export interface TypingTemplate extends Omit<StoredTemplate, 'schema' | 'profile' | 'anchor'> {
  readonly profile: DefaultProfile;
  /** Verified entries alone; `profile` itself while nothing else was learned. */
  readonly anchor: DefaultProfile;
}

export interface ReadTemplate {
  readonly template: TypingTemplate;
  readonly version: number;
  /** `at` of the record: when it was enrolled. */
  readonly at: number;
  readonly due: number | null;
}

const parsedTemplates = createRecordCache<TypingTemplate>();

/** Drops what is held in memory of a customer's template and history. */
export function forgetTemplate(ctx: Context, subject: string): void {
  parsedTemplates.forget(ctx, subject);
  forgetHistory(ctx, subject);
}

/** Drops all templates and histories held in memory. */
export function forgetTemplates(ctx: Context): void {
  parsedTemplates.forgetAll(ctx);
  forgetHistories(ctx);
}

/**
 * The template of a slot. The record is read each time; opening and parsing it is spared when its bytes are those of last time.
 * One that was pending too long counts as absent.
 */
export async function readTemplate(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
  slot: TemplateSlot = 'current',
): Promise<ReadTemplate | undefined> {
  const record = await tx.get(typingTemplateKind.kind, subject, slot);
  if (record === undefined) {
    if (slot === 'current') {
      // Another server may have erased it.
      forgetTemplate(ctx, subject);
    }
    return undefined;
  }
  const { version, at, due, body } = record;
  const known = slot === 'current' ? parsedTemplates.get(ctx, subject, body) : undefined;
  const template = known ?? parsed((await typingTemplateKind.open(ctx, tx, record)).value);
  if (slot === 'current' && known === undefined) {
    parsedTemplates.set(ctx, subject, body, template);
  }
  return { template, version, at, due };
}

function parsed({ schema: _schema, profile, anchor, verifiedAt, ...rest }: StoredTemplate): TypingTemplate {
  const whole = profileOf(profile);
  const verified = anchor === null ? whole : profileOf(anchor);
  return { ...rest, profile: whole, anchor: verified, verifiedAt: timesOfEntries(verified, verifiedAt) };
}

/** How many entries a profile was made of: one that was learned again is held once, and counted. */
export function totalOf({ counts }: DefaultProfile): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/**
 * When each entry that an anchor holds was verified last, given a time for each that it was made of, the oldest first. Times that are in step with the
 * entries stay; with those that are in step with neither, the latest stands for all, which is the one that a dispute can not mistake.
 */
export function timesOfEntries(anchor: DefaultProfile, times: readonly number[]): number[] {
  if (times.length === anchor.samples) {
    return [...times];
  }
  if (times.length !== totalOf(anchor)) {
    return new Array<number>(anchor.samples).fill(Math.max(0, ...times));
  }
  let end = 0;
  return Array.from(anchor.counts, (count) => {
    end += count;
    return Math.max(...times.slice(end - count, end));
  });
}

function profileOf(text: string): DefaultProfile {
  try {
    return defaultDetector.parse(new Uint8Array(Buffer.from(text, 'base64url')));
  } catch (error) {
    if (!isTacitError(error)) {
      throw error;
    }
    if (error.code === ('ERR_PROFILE_VERSION' satisfies ModelErrorCode)) {
      throw laterVersion();
    }
    // Lost, which is not the same as empty: nobody is judged by it until it is trained anew.
    throw new TacitServerError('ERR_RECORD_CORRUPT', { field: 'typing-template' });
  }
}

const textOf = (profile: DefaultProfile): string => Buffer.from(defaultDetector.serialize(profile)).toString('base64url');

export interface WriteTemplate {
  subject: string;
  slot: TemplateSlot;
  template: TypingTemplate;
  /** When a job should look at it: for a pending one its end, for the current one now if its calibration is not up to date, else null. */
  due: number | null;
  /** The version that it takes the place of. */
  ifVersion?: number;
}

/** Inserts or replaces; with `ifVersion`, false where the stored version is another. */
export async function writeTemplate(ctx: Context, tx: StoreTransaction, options: WriteTemplate): Promise<boolean> {
  const { subject, slot, template, due, ifVersion } = options;
  const { profile, anchor, ...rest } = template;
  const value: StoredTemplate = {
    ...rest,
    schema: 2,
    detector: defaultDetector.id,
    profile: textOf(profile),
    anchor: anchor === profile ? null : textOf(anchor),
  };
  return typingTemplateKind.put(ctx, tx, {
    subject,
    id: slot,
    value,
    at: template.enrolledAt,
    due,
    ...(ifVersion === undefined ? {} : { ifVersion }),
  });
}

/** Whether its profiles are as this version of the detector would make them of their entries. */
export function isCurrent({ detector, profile, anchor }: TypingTemplate): boolean {
  return detector === defaultDetector.id && profile.calibration.state === 'current' && anchor.calibration.state === 'current';
}

/** Young: typing gives no verdict yet. */
export function stateOf({ policy }: Pick<Context, 'policy'>, { learned }: TypingTemplate): Exclude<TemplateState, 'none'> {
  return learned < policy.typing.readyAt ? 'young' : 'ready';
}

export function summaryOf(ctx: Pick<Context, 'policy'>, template: TypingTemplate | undefined): TemplateSummary {
  return template === undefined ? { state: 'none', learned: 0 } : { state: stateOf(ctx, template), learned: template.learned };
}

/** Deletes an enrolment that was not activated, with its samples; whether there was one. */
export async function dropPendingTyping(tx: StoreTransaction, subject: string): Promise<boolean> {
  const samples = await deleteSamples(tx, subject, 'pending');
  const template = await tx.delete(typingTemplateKind.kind, subject, 'pending');
  const history = await tx.delete('typing-history', subject, 'pending');
  return samples > 0 || template || history;
}

/** Deletes template, pending template, history and every sample; the number of records deleted. */
export async function eraseTyping(tx: StoreTransaction, subject: string): Promise<number> {
  let deleted = await deleteSamples(tx, subject);
  for (const [kind, id] of [
    [typingTemplateKind.kind, 'current'],
    [typingTemplateKind.kind, 'pending'],
    ['typing-history', HISTORY_ID],
    ['typing-history', 'pending'],
  ] as const) {
    deleted += (await tx.delete(kind, subject, id)) ? 1 : 0;
  }
  return deleted;
}
