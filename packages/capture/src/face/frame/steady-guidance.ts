import type { FaceHint, FaceStep } from '../face-guidance';

/** What the frame says of the state of a session. */
export interface SessionGuidance {
  readonly step: FaceStep;
  readonly hint: FaceHint | null;
  readonly actionsDone: number;
  readonly try: number;
  readonly progress: number;
}

/** A hint that changes faster can neither be read nor be spoken. */
const HINT_MS = 700;
const PROGRESS_MS = 100;

/** Passes on what is new: another step at once, another hint or progress only when the last one stood for a while. `checking` waits for none: nothing comes after it. */
export function steadyGuidance(emit: (guidance: SessionGuidance) => void, clock: () => number): (guidance: SessionGuidance) => void {
  let last: SessionGuidance | undefined;
  let hintAt = 0;
  let progressAt = 0;
  return (guidance) => {
    const now = clock();
    const isNewStep =
      last === undefined || guidance.step !== last.step || guidance.actionsDone !== last.actionsDone || guidance.try !== last.try;
    const isNewHint = guidance.hint !== last?.hint && (isNewStep || guidance.hint === 'checking' || now - hintAt >= HINT_MS);
    const isNewProgress = guidance.progress !== last?.progress && (isNewStep || now - progressAt >= PROGRESS_MS);
    if (isNewStep || isNewHint || isNewProgress) {
      hintAt = isNewHint || isNewStep ? now : hintAt;
      progressAt = isNewProgress ? now : progressAt;
      last = isNewHint || isNewStep ? guidance : { ...guidance, hint: last?.hint ?? null };
      emit(last);
    }
  };
}
