import { POINTER_FEATURES, type PointerActions } from '@tacit-auth/features';
import type { PointerRecording } from '../data/pointer-recording';

/** How a session is cut into probes: whole, by time, or by count. */
export type PointerCut = { readonly seconds: number } | { readonly actions: number } | null;

/** Some actions of several, from the first to before the second. */
export function sliceActions(actions: PointerActions, from: number, to: number): PointerActions {
  const width = POINTER_FEATURES.length;
  return {
    ...actions,
    kinds: actions.kinds.slice(from, to),
    start: actions.start.slice(from, to),
    end: actions.end.slice(from, to),
    features: actions.features.slice(from * width, to * width),
  };
}

/** A last block of at least this share of its length counts as whole: recordings end a little early. */
const WHOLE = 0.9;

/** Probes of a session. Blocks of time begin at its first event; one without any action is none, and what is left over at the end is dropped. */
export function pointerProbes(actions: PointerActions, duration: number, cut: PointerCut): PointerActions[] {
  const count = actions.kinds.length;
  if (cut === null) return [actions];
  if ('actions' in cut) {
    return Array.from({ length: Math.floor(count / cut.actions) }, (_, block) =>
      sliceActions(actions, block * cut.actions, (block + 1) * cut.actions),
    );
  }
  const length = cut.seconds * 1_000;
  const blocks = Math.floor(duration / length + 1 - WHOLE);
  const firstFrom = (time: number) => {
    const place = actions.end.findIndex((end) => end >= time);
    return place < 0 ? count : place;
  };
  return Array.from({ length: blocks }, (_, block) =>
    sliceActions(actions, firstFrom(block * length), firstFrom((block + 1) * length)),
  ).filter(({ kinds }) => kinds.length > 0);
}

/** Bounds, in ms between moves, of what devices report at: 250 Hz and more, 125 Hz, 60 Hz, 30 Hz, and less. */
const RATE_CLASSES = [5, 12, 25, 60];

/** Which class of event rates a person's device is of, by the median time between moves that follow each other closely. */
export function rateClassOf(recordings: readonly PointerRecording[]): number {
  const steps: number[] = [];
  for (const { kinds, at } of recordings) {
    for (let i = 1; i < kinds.length; i++) {
      const step = (at[i] ?? 0) - (at[i - 1] ?? 0);
      if (kinds[i] === 0 && kinds[i - 1] === 0 && step > 0 && step < LONGEST_STEP) steps.push(step);
    }
  }
  const median = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? LONGEST_STEP;
  return RATE_CLASSES.filter((bound) => median >= bound).length;
}

const LONGEST_STEP = 300;

/** Length of a recording in ms. */
export function durationOf({ at }: PointerRecording): number {
  return at.at(-1) ?? 0;
}
