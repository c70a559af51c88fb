/** What can be fused, in the order in which the parts are reported. */
export const FUSED_PARTS = ['typing', 'face', 'freeText', 'pointer', 'context'] as const;
export type FusedPart = (typeof FUSED_PARTS)[number];

/** How far each part is trusted: its weight, and the largest magnitude of the evidence that it may bring. */
export interface FusionTrust {
  readonly weight: number;
  readonly cap: number;
}

/**
 * The product's trust. A face is measured on people apart, so its calibration counts in full, as far as it goes. Typing travels badly from text to text: on texts that its
 * calibration has not seen, strangers pass up to four times as often as asked for, so it counts for less. What is typed in a session is calibrated within
 * one sitting; across days a regression gives its ratio a weight of .63 for 50 keys and .55 for 100 (villani-freetext, three sessions against later ones, a population
 * of other people), and one stranger in a thousand reaches 6.7. The pointer tells devices apart as well as people, so it counts for half. Context is little evidence
 * whatever it says: whoever sits at the customer's own desk has it all.
 */
export const FUSION_TRUST: Readonly<Record<FusedPart, FusionTrust>> = Object.freeze({
  typing: Object.freeze({ weight: 0.8, cap: 4 }),
  face: Object.freeze({ weight: 1, cap: 8 }),
  freeText: Object.freeze({ weight: 0.6, cap: 6 }),
  pointer: Object.freeze({ weight: 0.5, cap: 4 }),
  context: Object.freeze({ weight: 1, cap: 2 }),
});

/** A part of a fused score: what it said, and what of it was counted. */
export interface FusedEvidence {
  readonly part: FusedPart;
  readonly llr: number;
  readonly counted: number;
}

export type FusedScore =
  | {
      readonly status: 'scored';
      /** Natural-log likelihood ratio of all parts together, positive = the customer. */
      readonly llr: number;
      readonly parts: readonly FusedEvidence[];
    }
  | { readonly status: 'insufficient'; readonly reason: 'no-parts' };

export interface FusionInput {
  /** Score of a detector, the face matcher or `contextScore`; a part that could not be judged is left out. */
  readonly typing?: { readonly llr: number } | undefined;
  readonly face?: { readonly llr: number } | undefined;
  /** Of the windows of a session: what was typed, and how the pointer moved. */
  readonly freeText?: { readonly llr: number } | undefined;
  readonly pointer?: { readonly llr: number } | undefined;
  readonly context?: { readonly llr: number } | undefined;
  /** Trust in place of {@link FUSION_TRUST}; parts that are left out keep theirs. Weights are 0 to 1, caps 0 to 20. */
  readonly trust?: Partial<Record<FusedPart, FusionTrust>>;
}

const LARGEST_CAP = 20;

/**
 * The sum of natural-log likelihood ratios, each capped and then weighted. A sum is right where the parts are independent given who the person is: a face, a
 * rhythm and a network address are, near enough. A part that is missing counts as nothing, neither for nor against.
 *
 * @throws TypeError or RangeError for a score or a trust that is no finite number in range.
 */
export function fuseScores(input: FusionInput): FusedScore {
  const parts: FusedEvidence[] = [];
  let sum = 0;
  for (const part of FUSED_PARTS) {
    const { weight, cap } = trustIn(part, input.trust?.[part]);
    const score = input[part];
    if (score === undefined) {
      continue;
    }
    const llr = llrOf(score, part);
    const counted = weight * Math.min(Math.max(llr, -cap), cap);
    parts.push({ part, llr, counted });
    sum += counted;
  }
  return parts.length === 0 ? { status: 'insufficient', reason: 'no-parts' } : { status: 'scored', llr: sum, parts };
}

/**
 * The least fused log likelihood ratio to accept at a false match rate: -ln(rate). Of strangers, at most that share reaches a true likelihood ratio
 * of 1/rate or more, whatever its distribution (Markov's inequality).
 *
 * @param targetFmr a fraction above 0, at most .5.
 * @throws TypeError or RangeError.
 */
export function fusedThreshold(targetFmr: number): number {
  if (typeof targetFmr !== 'number') {
    throw new TypeError('targetFmr must be a number');
  }
  if (!(targetFmr > 0 && targetFmr <= 0.5)) {
    throw new RangeError('targetFmr must be a fraction above 0 and at most .5');
  }
  return -Math.log(targetFmr);
}

function llrOf(score: unknown, part: FusedPart): number {
  const llr: unknown = typeof score === 'object' && score !== null ? (score as { llr?: unknown }).llr : undefined;
  if (typeof llr !== 'number') {
    throw new TypeError(`${part} must be a score with an llr`);
  }
  if (!Number.isFinite(llr)) {
    throw new RangeError(`${part}.llr must be finite`);
  }
  return llr;
}

function trustIn(part: FusedPart, trust: FusionTrust | undefined): FusionTrust {
  if (trust === undefined) {
    return FUSION_TRUST[part];
  }
  if (typeof trust !== 'object' || trust === null || typeof trust.weight !== 'number' || typeof trust.cap !== 'number') {
    throw new TypeError(`trust.${part} must have a weight and a cap`);
  }
  if (!(trust.weight >= 0 && trust.weight <= 1)) {
    throw new RangeError(`trust.${part}.weight must be from 0 to 1`);
  }
  if (!(trust.cap >= 0 && trust.cap <= LARGEST_CAP)) {
    throw new RangeError(`trust.${part}.cap must be from 0 to ${LARGEST_CAP}`);
  }
  return trust;
}
