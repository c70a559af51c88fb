import type { FaceAction, ParsedFaceSample } from '@tacit-auth/features';
import { type FaceAgreementId, type FaceCheckId, judgeFaceActions, judgeFaceAgreement } from '@tacit-auth/models';
import type { FaceReason, FaceRetryReason } from './face-result';

/**
 * What can be said of a look into the camera before it is compared with anybody.
 * - `retry`: it can not be judged, as in poor light. That is nobody's fault, and counts as none.
 * - `reject`: not what a living person sends who does as asked.
 */
export type FaceLook =
  | { readonly status: 'good' }
  | { readonly status: 'retry' | 'reject'; readonly reasons: readonly [FaceLookReason, ...FaceLookReason[]] };

export type FaceLookReason = FaceCheckId | FaceAgreementId;

/** Checks that light, place or machine can fail, with what may be said of each. Any other check fails for want of a living person alone. */
const RETRIED: Readonly<Partial<Record<FaceLookReason, FaceRetryReason>>> = Object.freeze({
  duration: 'unstable',
  'frame-rate': 'unstable',
  'one-face': 'no-face',
  'many-faces': 'many-faces',
  eyes: 'unstable',
  disagreement: 'unstable',
  'turned-away': 'turned-away',
});

/**
 * Judges one look. Where it can not be judged, nothing is said of whether the actions were done: few frames show few blinks. Pure.
 */
export function judgeFaceLook({ sample, actions }: { sample: ParsedFaceSample; actions: readonly FaceAction[] }): FaceLook {
  const done = judgeFaceActions({ actions, frames: sample.frames });
  const agreement = judgeFaceAgreement({ sample, span: done.span });
  const failed: readonly FaceLookReason[] = [...done.failed, ...agreement.failed];
  const poor = failed.filter((id) => RETRIED[id] !== undefined);
  const [first, ...others] = poor.length > 0 ? poor : failed;
  if (first === undefined) {
    return { status: 'good' };
  }
  return { status: poor.length > 0 ? 'retry' : 'reject', reasons: [first, ...others] };
}

/** What may be told of a look that is to be repeated. */
export function retryReasonOf(reasons: readonly FaceReason[]): FaceRetryReason {
  return told(reasons) ?? 'unstable';
}

/** The same of one that can not be enrolled: nobody is judged there, so it may be said that the actions were not seen. */
export function enrolRetryReasonOf(reasons: readonly FaceReason[]): FaceRetryReason | 'not-live' {
  return told(reasons) ?? 'not-live';
}

/** A second face also makes frames in which there is not just one. */
function told(reasons: readonly FaceReason[]): FaceRetryReason | undefined {
  return reasons.includes('many-faces') ? 'many-faces' : RETRIED[reasons[0] as FaceLookReason];
}
