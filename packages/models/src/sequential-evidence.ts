/** The schema of {@link EvidenceState}. A change of meaning is a new number. */
export const SEQUENTIAL_EVIDENCE_SCHEMA = 'sequential-evidence/1';

/** Bounds of {@link SequentialEvidenceOptions}. */
export const SEQUENTIAL_EVIDENCE_LIMITS = Object.freeze({ mostThreshold: 1_000, mostClip: 100 });

export interface SequentialEvidenceOptions {
  /**
   * The statistic at which there is an alarm, in nats of evidence against the customer: above 0, at most 1000. High for few false alarms, low for
   * early ones; docs/accuracy.md has measured pairs.
   */
  readonly threshold: number;
  /**
   * Most that one window counts either way, in nats: above 0, at most 100; 4 by default. No single window is then an alarm by itself where
   * `threshold` is higher, however sure its score.
   */
  readonly clip?: number;
}

/** What is kept between windows. Plain data, to be stored as JSON. */
export interface EvidenceState {
  readonly schema: typeof SEQUENTIAL_EVIDENCE_SCHEMA;
  /** Evidence against the customer since it last was none, in nats: from 0 to below the threshold that it was kept under. */
  readonly statistic: number;
}

export interface EvidenceStep {
  /** The state to go on from; begun anew after an alarm. */
  readonly state: EvidenceState;
  /** The statistic after this window, at an alarm that which raised it. */
  readonly statistic: number;
  readonly alarm: boolean;
}

export interface SequentialEvidence {
  readonly threshold: number;
  readonly clip: number;
  /** No evidence yet. */
  readonly start: EvidenceState;
  /**
   * Adds the log-likelihood ratio of the next window (positive = the customer).
   *
   * A state that was kept under a higher threshold goes on as it is.
   *
   * @throws TypeError or RangeError for what is no state, or an `llr` that is not a finite number: what could not be scored is not a step.
   */
  step(state: EvidenceState, llr: number): EvidenceStep;
}

const START: EvidenceState = Object.freeze({ schema: SEQUENTIAL_EVIDENCE_SCHEMA, statistic: 0 });

/**
 * Evidence of a stream of windows that somebody else has taken over: the cumulative sum C = max(0, C - clip(llr)), with an alarm where C reaches
 * the threshold, after which it begins at 0 again. E. S. Page, "Continuous inspection schemes", Biometrika 41 (1954) 100-115; on log-likelihood
 * ratios it is the fastest test of a change for a given rate of false alarms (G. V. Moustakides, Annals of Statistics 14 (1986) 1379-1387), as far
 * as the ratios are right and windows independent, which on people they are only nearly. What the customer types counts against earlier doubts and is
 * never saved up for later ones.
 *
 * Windows must not overlap: the same keys would count twice. Pure: the same state and evidence give the same step.
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function sequentialEvidence({ threshold, clip = 4 }: SequentialEvidenceOptions): SequentialEvidence {
  assertPositive(threshold, 'threshold', SEQUENTIAL_EVIDENCE_LIMITS.mostThreshold);
  assertPositive(clip, 'clip', SEQUENTIAL_EVIDENCE_LIMITS.mostClip);

  return Object.freeze<SequentialEvidence>({
    threshold,
    clip,
    start: START,
    step(state, llr) {
      assertState(state);
      if (typeof llr !== 'number') {
        throw new TypeError('llr must be a number');
      }
      if (!Number.isFinite(llr)) {
        throw new RangeError('llr must be finite');
      }
      const statistic = Math.max(0, state.statistic - Math.min(Math.max(llr, -clip), clip));
      const alarm = statistic >= threshold;
      return { state: alarm || statistic === 0 ? START : { schema: SEQUENTIAL_EVIDENCE_SCHEMA, statistic }, statistic, alarm };
    },
  });
}

function assertPositive(value: unknown, name: string, most: number): asserts value is number {
  if (typeof value !== 'number') {
    throw new TypeError(`${name} must be a number`);
  }
  if (!(value > 0 && value <= most)) {
    throw new RangeError(`${name} must be above 0 and at most ${most}`);
  }
}

function assertState(value: unknown): asserts value is EvidenceState {
  const state = value as Partial<EvidenceState> | null | undefined;
  if (typeof state !== 'object' || state === null || state.schema !== SEQUENTIAL_EVIDENCE_SCHEMA || typeof state.statistic !== 'number') {
    throw new TypeError(`state must be of schema ${SEQUENTIAL_EVIDENCE_SCHEMA}`);
  }
  if (!(state.statistic >= 0 && state.statistic <= SEQUENTIAL_EVIDENCE_LIMITS.mostThreshold)) {
    throw new RangeError(`state.statistic must be from 0 to ${SEQUENTIAL_EVIDENCE_LIMITS.mostThreshold}`);
  }
}
