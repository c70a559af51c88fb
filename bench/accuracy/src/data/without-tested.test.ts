import { describe, expect, it } from 'vitest';
import { digestOfRecording, type FreeTextPerson, recordingOf, type Stroke, withoutTested } from './free-text-people';

const strokes = (seed: number, count = 30): Stroke[] =>
  Array.from({ length: count }, (_, i) => [i % 5, 100 * i + ((seed * i) % 7), 100 * i + 50 + ((seed * i) % 7)]);

const person = (user: string, ...seeds: number[]): FreeTextPerson => ({
  user,
  recordings: seeds.map((seed) => recordingOf('s', strokes(seed))),
});

describe('people under test', () => {
  it('never train, whatever they are called and whenever their clocks began', () => {
    const later = strokes(2).map(([key, press, release]): Stroke => [key + 1, press + 1e12 + 0.2, release + 1e12 + 0.2]);
    const tested = [{ user: 'x', recordings: [recordingOf('t', later)] }];
    expect(withoutTested([person('a', 1), person('b', 3, 2), person('c', 4)], tested).map(({ user }) => user)).toEqual(['a', 'c']);
  });

  it('are told by times alone, and not by recordings too short to be unlike', () => {
    expect(digestOfRecording(recordingOf('s', strokes(1, 9)))).toBeUndefined();
    const short = { user: 'x', recordings: [recordingOf('s', strokes(1, 3))] };
    expect(withoutTested([short, person('a', 1)], [short]).map(({ user }) => user)).toEqual(['x', 'a']);
  });
});
