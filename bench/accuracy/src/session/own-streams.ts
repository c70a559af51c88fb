import { type Insufficient, isInsufficient } from '@tacit-auth/features';
import type { OwnBeginning, TwoStepDetector } from '@tacit-auth/models';

/** What a window says: beside the template, and beside the beginning of its own session. Null where it can not be judged, or where there is no beginning yet. */
export interface Judged {
  readonly llr: number | null;
  readonly own: number | null;
}

/** Judges the windows of a stream in their order. */
export interface StreamJudge<W> {
  /** @param session of a new one the beginning is forgotten */
  next(window: W, session: number): Judged;
  /** One that goes on from here, and leaves this one as it is. */
  fork(): StreamJudge<W>;
}

interface JudgeOptions<P, E, W> {
  readonly detector: TwoStepDetector<P, E> & {
    evidence(windows: readonly W[]): E | Insufficient;
    fit(windows: readonly W[]): P | Insufficient;
  };
  readonly beginnings: OwnBeginning<E>;
}

/** Makes judges of a customer's windows; beside the template they judge nothing where those are too few. */
export function streamJudges<P, E, W>({ detector, beginnings }: JudgeOptions<P, E, W>): (enrolled: readonly W[]) => StreamJudge<W> {
  return (enrolled) => {
    const profile = detector.fit(enrolled);
    return judgeFrom(null, 0);

    function judgeFrom(beginning: E | null, session: number): StreamJudge<W> {
      return {
        next(window, of) {
          const evidence = detector.evidence([window]);
          if (isInsufficient(evidence)) return { llr: null, own: null };
          if (of !== session) [beginning, session] = [null, of];
          const score = isInsufficient(profile) ? profile : detector.scoreEvidence(profile as P, evidence as E);
          const own = beginnings.compare(beginning, evidence as E);
          beginning = beginnings.learn(beginning, evidence as E, own);
          return { llr: isInsufficient(score) ? null : score.llr, own: own ?? null };
        },
        fork: () => judgeFrom(beginning, session),
      };
    }
  };
}
