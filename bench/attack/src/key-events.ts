import { type FixedTextVector, fixedTextVectorFrom, type ParsedTypingSample, parseTypingSample } from '@tacit-auth/features';

/** Presses and releases of an entry in ms from the first press, in order of press. */
export interface KeyEvents {
  readonly press: Float64Array;
  readonly release: Float64Array;
}

export function eventsOf({ hold, pressPress }: FixedTextVector): KeyEvents {
  const press = new Float64Array(hold.length);
  for (let i = 1; i < press.length; i++) {
    press[i] = press[i - 1]! + pressPress[i - 1]!;
  }
  return { press, release: press.map((time, i) => time + hold[i]!) };
}

/** The events in order of press again, from the first press, no release before its press: what a page would see of them. */
export function inOrder({ press, release }: KeyEvents): KeyEvents {
  const order = [...press.keys()].sort((a, b) => press[a]! - press[b]! || a - b);
  const first = press[order[0]!]!;
  const sorted = Float64Array.from(order, (i) => press[i]! - first);
  return { press: sorted, release: Float64Array.from(order, (i, at) => Math.max(release[i]! - first, sorted[at]!)) };
}

export function vectorOf(events: KeyEvents): FixedTextVector {
  const { press, release } = events;
  return fixedTextVectorFrom({
    hold: release.map((time, i) => time - press[i]!),
    pressPress: press.subarray(1).map((time, i) => time - press[i]!),
  });
}

/** Every event moved by `move`, in ms. */
export function moved({ press, release }: KeyEvents, move: () => number): KeyEvents {
  return inOrder({ press: press.map((time) => time + move()), release: release.map((time) => time + move()) });
}

export interface Clock {
  /** Step in ms, from 0.1. */
  readonly step: number;
  /** Where the first press falls in the first step: 0 up to 1. */
  readonly phase: number;
}

/** The best clock that a browser gives. */
export const FINE_CLOCK: Clock = { step: 0.1, phase: 0 };

/** The sample that a browser sends of these events: times cut off to the clock's step, which the sample names. */
export function wireSample(events: KeyEvents, { step, phase }: Clock = FINE_CLOCK): ParsedTypingSample {
  // A hair is added, so that times on the grid stay where they are.
  const tick = (time: number) => Math.floor(time / step + phase + 1e-6);
  const first = tick(0);
  const tenths = (time: number) => Math.round((tick(time) - first) * step * 10);
  const { press, release } = inOrder(events);
  return parseTypingSample({
    version: 1,
    mode: 'secret',
    field: 'password',
    keys: Array.from(press, (time, i) => [null, tenths(time), tenths(release[i]!)]),
    flags: {},
    clockStep: Math.round(step * 10),
    device: 'keyboard',
  });
}
