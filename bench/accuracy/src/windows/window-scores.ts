import type { Insufficient } from '@tacit-auth/features';
import type { WindowDetector, WindowScore } from '@tacit-auth/models';
import { DECISION_TARGETS, type ScoredUser } from '@tacit-auth/models/evaluation';

/** Profiles and windows are the detector's own business here. */
export type AnyWindowDetector<W> = WindowDetector<unknown, W>;

export function erased<P, W>(detector: WindowDetector<P, W>): AnyWindowDetector<W> {
  // Profiles only ever go back to the detector that made them.
  return detector as unknown as AnyWindowDetector<W>;
}

type Kind = 'genuine' | 'impostor';

interface Side {
  readonly llrs: number[];
  readonly accepted: number[];
  refused: number;
}

/** Collects the scores of probes against one template, and what the detector's own thresholds made of them. */
export class WindowScores<W> {
  readonly #detector: AnyWindowDetector<W>;
  readonly #profile: unknown;
  readonly #sides: { readonly [kind in Kind]: Side } = { genuine: side(), impostor: side() };
  readonly #judged = new Set<number>();
  readonly #thresholds = new Map<number, readonly (number | undefined)[]>();

  /** @param profile what `fit` gave: where it is insufficient every probe is refused. */
  constructor(detector: AnyWindowDetector<W>, profile: unknown) {
    this.#detector = detector;
    this.#profile = profile;
  }

  /** Scores one probe, of one or more windows that are judged together; one without windows is refused. */
  add(kind: Kind, windows: readonly W[]): void {
    const side = this.#sides[kind];
    const score = windows.length === 0 || isInsufficientProfile(this.#profile) ? undefined : this.#detector.score(this.#profile, windows);
    if (score?.status !== 'scored') {
      side.refused++;
      return;
    }
    side.llrs.push(score.llr);
    this.#thresholdsFor(score).forEach((threshold, t) => {
      if (threshold === undefined) return;
      this.#judged.add(t);
      side.accepted[t] = (side.accepted[t] ?? 0) + (score.llr >= threshold ? 1 : 0);
    });
  }

  of(user: string): ScoredUser {
    const { genuine, impostor } = this.#sides;
    return {
      user,
      genuine: Float64Array.from(genuine.llrs),
      impostor: Float64Array.from(impostor.llrs),
      refused: { genuine: genuine.refused, impostor: impostor.refused },
      decisions: DECISION_TARGETS.flatMap((targetFmr, t) =>
        this.#judged.has(t)
          ? [{ targetFmr, genuineRejected: genuine.llrs.length - (genuine.accepted[t] ?? 0), impostorAccepted: impostor.accepted[t] ?? 0 }]
          : [],
      ),
    };
  }

  #thresholdsFor({ evidence }: WindowScore): readonly (number | undefined)[] {
    const key = evidence.enrolled * 1_000_003 + evidence.probe;
    const known = this.#thresholds.get(key);
    if (known !== undefined) return known;
    const thresholds = DECISION_TARGETS.map((target) => {
      try {
        return this.#detector.threshold(this.#profile, target, evidence);
      } catch (error) {
        // Outside the range of the calibration.
        if (error instanceof RangeError) return undefined;
        throw error;
      }
    });
    this.#thresholds.set(key, thresholds);
    return thresholds;
  }
}

function side(): Side {
  return { llrs: [], accepted: DECISION_TARGETS.map(() => 0), refused: 0 };
}

export function isInsufficientProfile(profile: unknown): profile is Insufficient {
  return (profile as Partial<Insufficient> | null)?.status === 'insufficient';
}
