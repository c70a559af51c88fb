import {
  assertSessionVector,
  SESSION_FEATURES,
  SESSION_KEYSTROKE_FEATURES,
  SESSION_POINTER_FEATURES,
  type SessionVector,
} from '@tacit-auth/features';

/** Far beyond what a person does, and within float32. */
export const LARGEST_SESSION_NUMBER = 1e30;

const HOLD_SD = SESSION_FEATURES.indexOf('hold-sd');
const DISTINCT_KEYS = SESSION_FEATURES.indexOf('distinct-keys');
const VELOCITY_MAX = SESSION_FEATURES.indexOf('velocity-max');

/** The halves of session vectors that are looked at. */
export interface Halves {
  readonly hasTyping: boolean;
  readonly hasPointer: boolean;
}

/** Count of their numbers. */
export function featuresOf({ hasTyping, hasPointer }: Halves): number {
  return (hasTyping ? SESSION_KEYSTROKE_FEATURES.length : 0) + (hasPointer ? SESSION_POINTER_FEATURES.length : 0);
}

/** The halves that have so many numbers. */
export function halvesOf(features: number): Halves | undefined {
  const choices: readonly Halves[] = [
    { hasTyping: true, hasPointer: false },
    { hasTyping: false, hasPointer: true },
    { hasTyping: true, hasPointer: true },
  ];
  return choices.find((halves) => featuresOf(halves) === features);
}

/** The numbers of the halves, window after window, as float32. */
export function rowsOf(windows: readonly SessionVector[], { hasTyping, hasPointer }: Halves): Float32Array {
  const features = featuresOf({ hasTyping, hasPointer });
  const from = hasTyping ? 0 : SESSION_KEYSTROKE_FEATURES.length;
  const rows = new Float32Array(windows.length * features);
  for (let i = 0; i < windows.length; i++) {
    for (let j = 0; j < features; j++) {
      rows[i * features + j] = Math.min(Math.max(windows[i].values[from + j], -LARGEST_SESSION_NUMBER), LARGEST_SESSION_NUMBER);
    }
  }
  return rows;
}

/** Whether a window has the halves, and is one that a person may have made. */
export function isOfProfile(profile: Halves, window: SessionVector): boolean {
  return window.hasTyping >= profile.hasTyping && window.hasPointer >= profile.hasPointer && !isDegenerate(window);
}

/** What no person makes: every hold alike, one key only, a pointer that never moves. */
export function isDegenerate({ hasTyping, hasPointer, values }: SessionVector): boolean {
  return (hasTyping && (values[HOLD_SD] === 0 || values[DISTINCT_KEYS] === 1)) || (hasPointer && values[VELOCITY_MAX] === 0);
}

/** @throws TypeError or RangeError for what are no session vectors. */
export function assertWindows(windows: unknown): asserts windows is readonly SessionVector[] {
  if (!Array.isArray(windows)) {
    throw new TypeError('windows must be an array');
  }
  for (let i = 0; i < windows.length; i++) {
    assertSessionVector(windows[i], `windows[${i}]`);
  }
}
