import { type DefaultProfile, defaultDetector } from '@tacit-auth/models';
import { z } from 'zod';
import type { Context } from './context';
import { createRecordCache } from './record-cache';
import { defineRecordKind } from './record-kind';
import type { StoreTransaction } from './store';
import { forgetHistories, forgetHistory, HISTORY_ID } from './typing-history';
import type { TemplateState, TemplateSummary } from './typing-result';
import { deleteSamples } from './typing-samples';

/** A template as it is stored. Profiles are the detector's bytes in base64url. */
interface StoredTemplate {
  schema: 1;
  detector: string;
  profile: string;
  /** The profile as it was when the template got ready: never changed again. Null while the template is young. */
  anchor: string | null;
  learned: number;
  /** Names the enrolment that the template grew out of. */
  enrolment: string;
  enrolledAt: number;
  lastLearned: number;
}

const shape = z.object({
  schema: z.literal(1),
  detector: z.literal(defaultDetector.id),
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
  parse: (value) => shape.parse(value),
});

export type TemplateSlot = 'current' | 'pending';

/** A template with its profiles parsed. Never changed in place. */
export interface TypingTemplate extends Omit<StoredTemplate, 'schema' | 'detector' | 'profile' | 'anchor'> {
  readonly profile: DefaultProfile;
  readonly anchor: DefaultProfile | null;
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

function parsed({ schema: _schema, detector: _detector, profile, anchor, ...rest }: StoredTemplate): TypingTemplate {
  return { ...rest, profile: profileOf(profile), anchor: anchor === null ? null : profileOf(anchor) };
}

const profileOf = (text: string): DefaultProfile => defaultDetector.parse(new Uint8Array(Buffer.from(text, 'base64url')));
const textOf = (profile: DefaultProfile): string => Buffer.from(defaultDetector.serialize(profile)).toString('base64url');

export interface WriteTemplate {
  subject: string;
  slot: TemplateSlot;
  template: TypingTemplate;
  /** When a job should look at it: for a pending one its end, for the current one now if its calibration is not up to date, else null. */
  due: number | null;
}

export async function writeTemplate(ctx: Context, tx: StoreTransaction, options: WriteTemplate): Promise<boolean> {
  const { subject, slot, template, due } = options;
  const { profile, anchor, learned, enrolment, enrolledAt, lastLearned } = template;
  const value: StoredTemplate = {
    schema: 1,
    detector: defaultDetector.id,
    profile: textOf(profile),
    anchor: anchor === null ? null : textOf(anchor),
    learned,
    enrolment,
    enrolledAt,
    lastLearned,
  };
  return typingTemplateKind.put(ctx, tx, {
    subject,
    id: slot,
    value,
    at: enrolledAt,
    due,
  });
}

export function stateOf(template: TypingTemplate): Exclude<TemplateState, 'none'> {
  return template.anchor === null ? 'young' : 'ready';
}

export function summaryOf(template: TypingTemplate | undefined): TemplateSummary {
  return template === undefined ? { state: 'none', learned: 0 } : { state: stateOf(template), learned: template.learned };
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
