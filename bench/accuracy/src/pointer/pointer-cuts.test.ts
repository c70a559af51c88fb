import { POINTER_FEATURES, type PointerActions, pointerActionsFrom } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import type { PointerRecording } from '../data/pointer-recording';
import { durationOf, pointerProbes, rateClassOf } from './pointer-cuts';

const EMPTY = pointerActionsFrom({
  events: { kinds: new Uint8Array(0), at: new Float64Array(0), x: new Float64Array(0), y: new Float64Array(0) },
});

/** An action that ends at each of these times. */
function actions(...ends: number[]): PointerActions {
  return {
    ...EMPTY,
    kinds: Uint8Array.from(ends, (_, i) => i % 5),
    start: Float64Array.from(ends, (end) => end - 100),
    end: Float64Array.from(ends),
    features: Float64Array.from({ length: ends.length * POINTER_FEATURES.length }, (_, i) => Math.floor(i / POINTER_FEATURES.length)),
  };
}

const ends = (probes: readonly PointerActions[]) => probes.map(({ end }) => [...end]);

describe('pointerProbes', () => {
  const session = actions(500, 900, 1_500, 3_200, 3_900);

  it('gives the whole session, blocks of time in which something was done, or of actions', () => {
    expect(pointerProbes(session, 4_000, null)).toEqual([session]);
    expect(ends(pointerProbes(session, 4_000, { seconds: 1 }))).toEqual([[500, 900], [1_500], [3_200, 3_900]]);
    expect(ends(pointerProbes(session, 4_000, { actions: 2 }))).toEqual([
      [500, 900],
      [1_500, 3_200],
    ]);
  });

  it('keeps the numbers of each action with it', () => {
    const [, second] = pointerProbes(session, 4_000, { actions: 2 });
    expect(second?.features[0]).toBe(2);
    expect(second?.features).toHaveLength(2 * POINTER_FEATURES.length);
    expect([...(second?.kinds ?? [])]).toEqual([2, 3]);
  });

  it('drops a block that was cut off, but for a little', () => {
    expect(pointerProbes(session, 3_890, { seconds: 1 })).toHaveLength(2);
    expect(pointerProbes(session, 3_910, { seconds: 1 })).toHaveLength(3);
    expect(pointerProbes(session, 4_000, { seconds: 5 })).toHaveLength(0);
  });
});

describe('rateClassOf', () => {
  const moves = (step: number): PointerRecording => ({
    kinds: new Uint8Array(50),
    at: Float64Array.from({ length: 50 }, (_, i) => i * step),
    x: new Float64Array(50),
    y: new Float64Array(50),
  });

  it.each([
    [1, 0],
    [8, 1],
    [16.7, 2],
    [33, 3],
    [109, 4],
  ])('puts steps of %d ms into class %i', (step, rateClass) => {
    expect(rateClassOf([moves(step)])).toBe(rateClass);
  });

  it('looks at moves that follow each other closely alone', () => {
    const { at, ...rest } = moves(8);
    const rested = { ...rest, at: at.map((time, i) => time + 5_000 * Math.floor(i / 2)) };
    expect(rateClassOf([rested])).toBe(1);
    expect(durationOf(rested)).toBe(49 * 8 + 5_000 * 24);
  });
});
