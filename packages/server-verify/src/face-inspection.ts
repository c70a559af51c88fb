import type { Context } from './context';
import { faceBlock, readFaceHistory } from './face-history';
import { faceStateOf, faceTemplateKind } from './face-template';
import type { StoreTransaction } from './store';

/** What is known of an enrolled face, without anything biometric in it. Times are ms since the epoch. */
export interface FaceInspection {
  /** `outdated`: enrolled with another pipeline than this version reads; it has to be enrolled again. */
  state: 'enrolled' | 'outdated';
  /** Id of the pipeline that made its descriptors. */
  pipeline: string;
  enrolledAt: number;
  /** Whether a new enrolment waits to be activated. */
  pending: boolean;
  /** Looks into the camera since the enrolment history began. */
  judged: number;
  /** Whether another factor is needed, because of refusals or of looks that could not be judged. */
  blocked: boolean;
}

/**
 * Looks at a customer's face; null where there is none in use.
 *
 * @param subject the record subject (`ctx.subjectOf`).
 */
export async function inspectFace(ctx: Context, tx: StoreTransaction, subject: string): Promise<FaceInspection | null> {
  const { state } = await faceStateOf(ctx, tx, subject);
  const found = await faceTemplateKind.get(ctx, tx, subject, 'current');
  if (state === 'none' || found === undefined) {
    return null;
  }
  const history = await readFaceHistory(ctx, tx, subject);
  return {
    state,
    pipeline: found.value.pipeline,
    enrolledAt: found.value.enrolledAt,
    pending: (await tx.get(faceTemplateKind.kind, subject, 'pending')) !== undefined,
    judged: history.total,
    blocked: faceBlock(ctx, history) !== undefined,
  };
}
