import type { Beginning } from './beginnings';
import type { ContinuousState } from './continuous-state';
import type { SessionTemplate, Taught } from './session-template';

type Fields = Record<string, unknown>;

/** What sessions taught, as plain JSON: the embeddings as the numbers that they are. */
export function templateFields({ unvouchedAt, startedAt, earlier, ...taught }: SessionTemplate): Fields {
  return { startedAt, ...taughtFields(taught), taughtWithoutCard: unvouchedAt, earlier: earlier.map(taughtFields) };
}

/** A session that is checked. Without what tells one batch from another. */
export function stateFields(state: ContinuousState): Fields {
  const { startedAt, lastAt, vouched, level, levelSince, counts, confidence, asked, points, lessons, beginnings, pending } = state;
  return {
    startedAt,
    lastAt,
    vouched,
    level,
    levelSince,
    counts,
    asked,
    meanConfidence: confidence.of === 0 ? null : confidence.sum / confidence.of,
    leastConfidence: confidence.of === 0 ? null : confidence.least,
    risks: points.map((point) => ({ at: startedAt + Math.floor(point / 256) * 1_000, risk: (point % 256) / 255 })),
    learning: { typing: lessonFields(lessons.freeText), pointer: lessonFields(lessons.pointer) },
    begunWith: { typing: lessonFields(beginnings.freeText), pointer: lessonFields(beginnings.pointer) },
    waitingActions: pending?.kinds.length ?? 0,
  };
}

function taughtFields({ freeText, pointer, days, sessions, learnedAt, vouched }: Taught): Fields {
  return { typing: lessonFields(freeText), pointer: lessonFields(pointer), days, sessions, learnedAt, vouched };
}

function lessonFields(lesson: Beginning | null): Fields | null {
  return lesson && { windows: lesson.windows, amount: lesson.amount, embedding: [...lesson.mean] };
}
