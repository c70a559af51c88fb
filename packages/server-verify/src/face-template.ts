import { FACE_PIPELINE, isTacitError } from '@tacit-auth/features';
import { type FaceProfile, faceMatcher } from '@tacit-auth/models';
import { z } from 'zod';
import type { Context } from './context';
import { TacitServerError } from './errors';
import { FACE_HISTORY_ID, faceHistoryKind } from './face-history';
import { defineRecordKind } from './record-kind';
import type { StoreTransaction } from './store';

/** A template as it is stored. The profile is the matcher's bytes in base64url. */
interface StoredFaceTemplate {
  schema: 1;
  /** What made the descriptors: those of different pipelines are never compared. */
  pipeline: string;
  profile: string;
  /** Names the enrolment. */
  enrolment: string;
  enrolledAt: number;
}

const shape = z.object({
  schema: z.literal(1),
  pipeline: z.string(),
  profile: z.string(),
  enrolment: z.string(),
  enrolledAt: z.number(),
});

export const faceTemplateKind = defineRecordKind<StoredFaceTemplate>({
  kind: 'face-template',
  sealedWith: 'customer',
  parse: (value) => shape.parse(value),
});

export type FaceSlot = 'current' | 'pending';

/** A template with its profile parsed. Never changed in place. */
export interface FaceTemplate extends Omit<StoredFaceTemplate, 'schema' | 'profile'> {
  readonly profile: FaceProfile;
}

export interface ReadFaceTemplate {
  readonly template: FaceTemplate;
  readonly due: number | null;
}

export async function readFaceTemplate(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
  slot: FaceSlot = 'current',
): Promise<ReadFaceTemplate | undefined> {
  const found = await faceTemplateKind.get(ctx, tx, subject, slot);
  if (found === undefined) {
    return undefined;
  }
  const { schema: _schema, profile, ...rest } = found.value;
  return { template: { ...rest, profile: faceProfileOf(profile) }, due: found.due };
}

/** @throws TacitServerError `ERR_RECORD_CORRUPT` for bytes that are no whole profile: nobody is judged by it until the face is enrolled anew */
export function faceProfileOf(text: string): FaceProfile {
  try {
    return faceMatcher.parse(new Uint8Array(Buffer.from(text, 'base64url')));
  } catch (error) {
    if (!isTacitError(error)) {
      throw error;
    }
    throw new TacitServerError('ERR_RECORD_CORRUPT', { field: 'face-template' });
  }
}

export const faceProfileText = (profile: FaceProfile): string => Buffer.from(faceMatcher.serialize(profile)).toString('base64url');

/** Inserts or replaces. A pending one waits for `policy.registration.lifetimeMs` at most. */
export async function writeFaceTemplate(
  ctx: Context,
  tx: StoreTransaction,
  { subject, slot, template }: { subject: string; slot: FaceSlot; template: FaceTemplate },
): Promise<void> {
  const { profile, ...rest } = template;
  const value: StoredFaceTemplate = { schema: 1, ...rest, profile: faceProfileText(profile) };
  const due = slot === 'pending' ? ctx.clock() + ctx.policy.registration.lifetimeMs : null;
  await faceTemplateKind.put(ctx, tx, { subject, id: slot, value, at: template.enrolledAt, due });
}

/**
 * - `none`: no face is enrolled, or not active yet.
 * - `enrolled`: the customer can be recognised.
 * - `outdated`: enrolled with another pipeline than this version reads; it has to be enrolled again.
 */
export type FaceState = 'none' | 'enrolled' | 'outdated';

/** Told from the record alone: nothing biometric is parsed. */
export async function faceStateOf(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
): Promise<{ state: FaceState; enrolledAt: number | null }> {
  const found = await faceTemplateKind.get(ctx, tx, subject, 'current');
  if (found === undefined) {
    return { state: 'none', enrolledAt: null };
  }
  const { pipeline, enrolledAt } = found.value;
  return { state: pipeline === FACE_PIPELINE ? 'enrolled' : 'outdated', enrolledAt };
}

/** Puts a pending enrolment in the place of the one in use. False when none waits, or its time has run out. */
export async function activateFace(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
  options: { late?: boolean } = {},
): Promise<boolean> {
  const pending = await readFaceTemplate(ctx, tx, subject, 'pending');
  if (pending === undefined || (!options.late && pending.due !== null && pending.due <= ctx.clock())) {
    return false;
  }
  await writeFaceTemplate(ctx, tx, { subject, slot: 'current', template: pending.template });
  await tx.delete(faceTemplateKind.kind, subject, 'pending');
  return true;
}

/** Deletes template, pending template and history; the number of records deleted. Deletes also what can not be read. */
export async function eraseFace(tx: StoreTransaction, subject: string): Promise<number> {
  let deleted = 0;
  for (const [kind, id] of [
    [faceTemplateKind.kind, 'current'],
    [faceTemplateKind.kind, 'pending'],
    [faceHistoryKind.kind, FACE_HISTORY_ID],
  ] as const) {
    deleted += (await tx.delete(kind, subject, id)) ? 1 : 0;
  }
  return deleted;
}
