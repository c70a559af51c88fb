import { type FreeTextTimings, isInsufficient, type SessionVector, sessionVector } from '@tacit-auth/features';
import { sessionForest, type WindowDetector } from '@tacit-auth/models';
import { isInsufficientProfile } from '../windows/window-scores';

/** Judges single windows of streams against one customer. */
export type Judge<W> = (window: W) => number | null;

/** Makes a judge of a customer's windows; it judges nothing where there are too few. */
export type JudgeMaker<W> = (enrolled: readonly W[]) => Judge<W>;

export function judgesBy<P, W>(detector: WindowDetector<P, W>): JudgeMaker<W> {
  return (enrolled) => {
    const profile = detector.fit(enrolled);
    return (window) => {
      if (isInsufficientProfile(profile)) return null;
      const score = detector.score(profile as P, [window]);
      return isInsufficient(score) ? null : score.llr;
    };
  };
}

/** The isolation forest on session vectors, for windows of any kind. */
export function judgesByForest<W extends object>(vectorOf: (window: W) => SessionVector | undefined): JudgeMaker<W> {
  // The same window is judged against many customers.
  const vectors = new WeakMap<W, SessionVector | null>();
  const cached = (window: W): SessionVector | null => {
    const known = vectors.get(window);
    if (known !== undefined) return known;
    const vector = vectorOf(window) ?? null;
    vectors.set(window, vector);
    return vector;
  };
  const make = judgesBy(sessionForest());
  return (enrolled) => {
    const judge = make(enrolled.flatMap((window) => cached(window) ?? []));
    return (window) => {
      const vector = cached(window);
      return vector === null ? null : judge(vector);
    };
  };
}

/** The session vector of a window of typing. */
export function typedVector(window: FreeTextTimings): SessionVector | undefined {
  const vector = sessionVector({ typing: window });
  return isInsufficient(vector) ? undefined : vector;
}
