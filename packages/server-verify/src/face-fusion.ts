import { fusedThreshold, fuseScores } from '@tacit-auth/models';
import type { Context } from './context';
import type { FaceResult } from './face-result';

/**
 * Whether an accepted face is enough where typing has no verdict yet. Face, typing so far and context together must be `1 / policy.face.targetFmr` to one
 * for the customer, and typing so far must not be against: a face can be computed from a photograph, and a browser and a network can be the
 * customer's own without the customer. Without an entry to judge it is never enough.
 */
export function fusesToAccept(
  { policy }: Pick<Context, 'policy'>,
  { face, typing, context }: { face: FaceResult; typing: { llr: number } | undefined; context: { llr: number } | undefined },
): boolean {
  if (face.decision !== 'accept' || typing === undefined || !(typing.llr >= 0)) {
    return false;
  }
  const fused = fuseScores({ typing, face: { llr: face.score }, context });
  return fused.status === 'scored' && fused.llr >= fusedThreshold(policy.face.targetFmr);
}
