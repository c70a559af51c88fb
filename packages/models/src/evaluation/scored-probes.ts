import type { FixedTextVector, Insufficient } from '@tacit-auth/features';
import type { Detector, Score } from '../detector';
import type { UserScores } from './verification-figures';

/** False match rates at whose shipped thresholds decisions are counted. */
export const DECISION_TARGETS = [0.01, 0.05] as const;

/** What the detector's own threshold decided, over the scored attempts of a {@link UserScores}. */
export interface Decision {
  readonly targetFmr: number;
  readonly genuineRejected: number;
  readonly impostorAccepted: number;
}

export interface ScoredUser extends UserScores {
  /** Empty where the detector has no threshold for any of {@link DECISION_TARGETS}. */
  readonly decisions: readonly Decision[];
}

interface Side {
  readonly llrs: number[];
  readonly accepted: number[];
  refused: number;
}

/** Collects the scores of one template's attempts. */
export class ProbeScores {
  readonly #genuine: Side = { llrs: [], accepted: DECISION_TARGETS.map(() => 0), refused: 0 };
  readonly #impostor: Side = { llrs: [], accepted: DECISION_TARGETS.map(() => 0), refused: 0 };
  readonly #judged = new Set<number>();

  /** Scores an entry and keeps the score; an entry that is insufficient itself counts as refused. */
  add<P>(kind: 'genuine' | 'impostor', detector: Detector<P>, profile: P, entry: FixedTextVector | Insufficient): void {
    this.keep(kind, detector, profile, 'status' in entry ? entry : detector.score(profile, entry));
  }

  /** Keeps a score that `profile` gave. */
  keep<P>(kind: 'genuine' | 'impostor', detector: Detector<P>, profile: P, score: Score | Insufficient): void {
    if (score.status !== 'scored') {
      this.refuse(kind);
      return;
    }
    const side = this.#side(kind);
    side.llrs.push(score.llr);
    thresholdsOf(detector, profile).forEach((threshold, t) => {
      if (threshold !== undefined) {
        this.#judged.add(t);
        side.accepted[t] += score.llr >= threshold ? 1 : 0;
      }
    });
  }

  refuse(kind: 'genuine' | 'impostor'): void {
    this.#side(kind).refused++;
  }

  of(user: string): ScoredUser {
    const [genuine, impostor] = [this.#genuine, this.#impostor];
    return {
      user,
      genuine: Float64Array.from(genuine.llrs),
      impostor: Float64Array.from(impostor.llrs),
      refused: { genuine: genuine.refused, impostor: impostor.refused },
      decisions: DECISION_TARGETS.flatMap((targetFmr, t) =>
        this.#judged.has(t)
          ? [{ targetFmr, genuineRejected: genuine.llrs.length - genuine.accepted[t], impostorAccepted: impostor.accepted[t] }]
          : [],
      ),
    };
  }

  #side(kind: 'genuine' | 'impostor'): Side {
    return kind === 'genuine' ? this.#genuine : this.#impostor;
  }
}

/** The detector's thresholds; undefined where a target lies outside its calibration, which it says by a RangeError. */
export function thresholdsOf<P>(detector: Detector<P>, profile: P): (number | undefined)[] {
  return DECISION_TARGETS.map((target) => {
    try {
      return detector.threshold(profile, target);
    } catch (error) {
      if (error instanceof RangeError) {
        return undefined;
      }
      throw error;
    }
  });
}
