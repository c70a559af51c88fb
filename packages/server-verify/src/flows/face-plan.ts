import { randomBelow } from '../enrolment-texts';
import { faceBlock, readFaceHistory } from '../face-history';
import { faceStateOf } from '../face-template';
import type { PendingFace } from '../sessions';
import type { SignInReason } from '../sign-ins';
import type { FlowContext } from './flow-context';
import type { TypingPlan } from './right-password';

/** What a sign-in with a right password does, where the customer may have a face. */
export interface FacePlan {
  plan: TypingPlan;
  /** What a restricted session waits for beside the code, by what typing said in the end. */
  face: (reason: SignInReason) => { face?: PendingFace };
}

/**
 * With an enrolled face nothing signs in before the face was seen, whatever typing says, so that an accepted entry, a young template and a mismatch look
 * alike. A face that can not be compared any more, or that was refused too often, is not asked for: then it is the code at once.
 */
export async function planWithFace({ ctx }: FlowContext, subject: string, plan: TypingPlan): Promise<FacePlan> {
  const { state, blocked } = await ctx.store.transaction(async (tx) => {
    const found = await faceStateOf(ctx, tx, subject);
    const isBlocked = found.state === 'enrolled' && faceBlock(ctx, await readFaceHistory(ctx, tx, subject)) !== undefined;
    return { state: found.state, blocked: isBlocked };
  });
  if (state === 'none') {
    return { plan, face: () => ({}) };
  }
  const waiting: TypingPlan = plan.decision === 'accept' ? { ...plan, decision: 'step-up' } : plan;
  if (state === 'outdated' || blocked) {
    return { plan: waiting, face: () => ({}) };
  }
  // An accepted entry was drawn for the code with the others; one of a young template is drawn here, or it would hardly ever learn.
  const drawn = plan.reason === 'typing-young' && randomBelow(ctx.random, ctx.policy.typing.codeEveryNth) === 0;
  return { plan: waiting, face: (reason) => ({ face: { typing: drawn ? 'code' : typingSays(reason), issued: 1 } }) };
}

function typingSays(reason: SignInReason): PendingFace['typing'] {
  switch (reason) {
    case 'typing-accepted':
      return 'accepted';
    case 'typing-young':
      return 'young';
    default:
      return 'code';
  }
}
