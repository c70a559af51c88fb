import {
  FREE_TEXT_PROFILE_SCHEMA,
  type FreeTextEvidence,
  type FreeTextProfile,
  POINTER_PROFILE_LIMITS,
  POINTER_PROFILE_SCHEMA,
  type PointerEvidence,
  type PointerProfile,
} from '@tacit-auth/models';

/** What windows taught, of typing or of the pointer: the mean of their embeddings. Nothing of what was typed, and no place or path, is left in it. */
export interface Lesson {
  readonly projectionId: string;
  readonly windows: number;
  /** Keys, or actions. */
  readonly amount: number;
  readonly mean: Float32Array;
}

/** The parts of a session that are compared. */
export interface Lessons {
  readonly freeText: Lesson | null;
  readonly pointer: Lesson | null;
}

export const NO_LESSONS: Lessons = Object.freeze({ freeText: null, pointer: null });

export const typingLesson = ({ projectionId, windows, keys, mean }: FreeTextEvidence): Lesson => ({
  projectionId,
  windows,
  amount: keys,
  mean,
});
export const pointerLesson = ({ projectionId, windows, actions, mean }: PointerEvidence): Lesson => ({
  projectionId,
  windows,
  amount: actions,
  mean,
});

export function freeTextProfileOf({ projectionId, windows, amount, mean }: Lesson): FreeTextProfile {
  return { schema: FREE_TEXT_PROFILE_SCHEMA, projectionId, windows, keys: amount, mean };
}

/** Undefined where that is too little for a profile. */
export function pointerProfileOf({ projectionId, windows, amount, mean }: Lesson): PointerProfile | undefined {
  return amount < POINTER_PROFILE_LIMITS.minActions
    ? undefined
    : { schema: POINTER_PROFILE_SCHEMA, projectionId, windows, actions: amount, mean };
}

/**
 * The mean of both, each weighing as its amount. The earlier weighs at most as `memory`, so that a template follows who changes; the later at most as
 * `most`, or as the earlier where that is more, so that no single session decides. Of other projections the later stands alone.
 */
export function joined(earlier: Lesson | null, later: Lesson | null, { memory, most }: { memory: number; most: number }): Lesson | null {
  if (earlier === null || later === null) {
    return later ?? earlier;
  }
  if (earlier.projectionId !== later.projectionId || earlier.mean.length !== later.mean.length) {
    return later;
  }
  const kept = weighed(earlier, memory);
  const added = weighed(later, Math.max(kept.amount, most));
  const amount = kept.amount + added.amount;
  const share = added.amount / amount;
  const mean = earlier.mean.map((number, i) => number + share * ((later.mean[i] ?? 0) - number));
  return { projectionId: later.projectionId, windows: kept.windows + added.windows, amount, mean };
}

/** Counts of a lesson of which only so much is to count. */
function weighed({ windows, amount }: Lesson, most: number): { windows: number; amount: number } {
  const counted = Math.min(amount, most);
  return { windows: Math.max(1, Math.round((windows * counted) / amount)), amount: counted };
}
