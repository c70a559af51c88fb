import { fixedTextVector, fixedTextVectorFrom } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventsOf, inOrder, moved, vectorOf, wireSample } from './key-events';

const vector = fixedTextVectorFrom({ hold: [80.5, 95.1, 60], pressPress: [120.3, 70.2] });

describe('key events', () => {
  it('come from a vector and make it again', () => {
    expect(Array.from(eventsOf(vector).press, (time) => Math.round(10 * time))).toEqual([0, 1203, 1905]);
    const again = vectorOf(eventsOf(vector));
    expect(again.pressPress[1]).toBeCloseTo(70.2, 9);
    expect(again.hold[1]).toBeCloseTo(95.1, 9);
  });

  it('are put in order of press, from the first, no release before its press', () => {
    const { press, release } = inOrder({ press: Float64Array.of(5, 3, 9), release: Float64Array.of(8, 30, 4) });
    expect([...press]).toEqual([0, 2, 6]);
    expect([...release]).toEqual([27, 5, 6]);
  });

  it('may be moved anywhere and still make a vector', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -300, max: 300, noNaN: true }), { minLength: 6, maxLength: 6 }), (moves) => {
        let at = 0;
        const { hold, pressPress } = vectorOf(moved(eventsOf(vector), () => moves[at++] ?? 0));
        expect(Math.min(...hold, ...pressPress)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('wireSample', () => {
  it('is the vector again on a fine clock', () => {
    const sent = fixedTextVector(wireSample(eventsOf(vector)));
    expect(sent).toMatchObject({ hold: vector.hold, pressPress: vector.pressPress });
  });

  it.each([
    // Presses at 0, 120.3 and 190.5 ms, releases at 80.5, 215.4 and 250.5.
    [0, [0, 800, 1120, 2080, 1760, 2400]],
    // The same 4 ms later by the clock.
    [0.25, [0, 800, 1120, 2080, 1920, 2400]],
  ])('cuts off and does not round, from where the first press falls: %s of a step', (phase, expected) => {
    const { keys } = wireSample(eventsOf(vector), { step: 16, phase });
    expect(keys.flatMap(([, press, release]) => [press, release])).toEqual(expected);
  });

  it('cuts times off to the grid of a coarse clock, and says so', () => {
    const sample = wireSample(eventsOf(vector), { step: 16, phase: 0.5 });
    expect(sample.clockStep).toBe(160);
    // Presses at 8, 128.3 and 198.5 ms of the clock; releases at 88.5, 223.4 and 258.5.
    expect(sample.keys.map(([, press, release]) => [press, release])).toEqual([
      [0, 800],
      [1280, 2080],
      [1920, 2560],
    ]);
  });
});
