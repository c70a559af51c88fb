import type { Context } from './context';
import { faceBlock, readFaceHistory } from './face-history';
import { faceStateOf, faceTemplateKind, readFaceTemplate } from './face-template';
import type { StoreTransaction } from './store';
import { orUnreadable, type UnreadableOf } from './unreadable-record';

/** What is known of an enrolled face, without anything biometric in it. Times are ms since the epoch. */
export interface FaceInspection {
  /** `outdated`: enrolled with another pipeline than this version reads; it has to be enrolled again. */
  state: 'enrolled' | 'outdated';
  /** Id of the pipeline that made its descriptors. */
  pipeline: string;
  enrolledAt: number;
  /** Looks into the camera that the template was made of, and descriptors in them; null where it is outdated. */
  samples: number | null;
  descriptors: number | null;
  /** Whether a new enrolment waits to be activated. */
  pending: boolean;
  /** Looks into the camera since the enrolment history began. */
  judged: number;
  /** Whether another factor is needed, because of refusals or of looks that could not be judged. */
  blocked: boolean;
}

/** A face that can not be read, or whose history can not: it has to be deleted or enrolled again. */
export type UnreadableFace = UnreadableOf<FaceInspection>;

/**
 * Looks at a customer's face; null where there is none in use. One that can not be read is told by its code.
 *
 * @param subject the record subject (`ctx.subjectOf`).
 */
export function inspectFace(ctx: Context, tx: StoreTransaction, subject: string): Promise<FaceInspection | UnreadableFace | null> {
  return orUnreadable(inspect(ctx, tx, subject));
}

async function inspect(ctx: Context, tx: StoreTransaction, subject: string): Promise<FaceInspection | null> {
  const { state } = await faceStateOf(ctx, tx, subject);
  const found = await faceTemplateKind.get(ctx, tx, subject, 'current');
  if (state === 'none' || found === undefined) {
    return null;
  }
  // The profile of another pipeline says nothing to this version.
  const profile = state === 'enrolled' ? (await readFaceTemplate(ctx, tx, subject))?.template.profile : undefined;
  const history = await readFaceHistory(ctx, tx, subject);
  return {
    state,
    pipeline: found.value.pipeline,
    enrolledAt: found.value.enrolledAt,
    samples: profile?.samples ?? null,
    descriptors: profile?.descriptors ?? null,
    pending: (await tx.get(faceTemplateKind.kind, subject, 'pending')) !== undefined,
    judged: history.total,
    blocked: faceBlock(ctx, history) !== undefined,
  };
}
