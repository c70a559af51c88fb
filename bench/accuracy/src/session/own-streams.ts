import { type Insufficient, isInsufficient } from '@tacit-auth/features';
import { type OwnBeginning, type OwnStanding, ownStanding, type TwoStepDetector } from '@tacit-auth/models';

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

/** Nothing is known of a session yet. */
const NOTHING: OwnStanding = { own: 0, usual: 0, seen: 0 };

interface JudgeOptions<P, E, W> {
  readonly part: 'freeText' | 'pointer';
  readonly detector: TwoStepDetector<P, E> & {
    evidence(windows: readonly W[]): E | Insufficient;
    fit(windows: readonly W[]): P | Insufficient;
  };
  readonly beginnings: OwnBeginning<E>;
}

/**
 * Makes judges of a customer's windows. As the product they judge nothing without a template, and learn of a session what leaves no doubt. What they can not know is when the product asks, and
 * begins anew with who has answered: a customer who was asked is compared with the same beginning again, and counts for more false alarms than he would have.
 */
export function streamJudges<P, E, W>({ part, detector, beginnings }: JudgeOptions<P, E, W>): (enrolled: readonly W[]) => StreamJudge<W> {
  return (enrolled) => {
    const profile = detector.fit(enrolled);
    return judgeFrom(null, NOTHING, 0);

    function judgeFrom(beginning: E | null, standing: OwnStanding, session: number): StreamJudge<W> {
      return {
        next(window, of) {
          const evidence = detector.evidence([window]);
          if (isInsufficient(evidence)) return { llr: null, own: null };
          if (of !== session) [beginning, standing, session] = [null, NOTHING, of];
          const score = isInsufficient(profile) ? profile : detector.scoreEvidence(profile as P, evidence as E);
          if (isInsufficient(score)) return { llr: null, own: null };
          const own = beginnings.compare(beginning, evidence as E);
          if (own !== undefined) standing = ownStanding(standing, part, own);
          beginning = beginnings.learn(beginning, evidence as E, own === undefined ? undefined : standing.own);
          return { llr: score.llr, own: own ?? null };
        },
        fork: () => judgeFrom(beginning, standing, session),
      };
    }
  };
}
