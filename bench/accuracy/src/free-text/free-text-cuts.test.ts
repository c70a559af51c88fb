import { describe, expect, it } from 'vitest';
import { recordingOf, type Stroke } from '../data/free-text-people';
import { enrolmentWindows, firstKeys, joinedProbes, joinedRecordings, onClock, probesOf } from './free-text-cuts';

/** A key every 100 ms, held for 60. */
const run = (count: number, from = 0): Stroke[] => Array.from({ length: count }, (_, i) => [i % 39, from + 100 * i, from + 100 * i + 60]);
const recording = (count: number, from = 0) => recordingOf('s', run(count, from));

const lengths = (probes: readonly (readonly { keys: Uint8Array }[])[]) => probes.map((probe) => probe.map(({ keys }) => keys.length));

describe('probesOf', () => {
  it('cuts runs of exactly so many keys, judged as windows of at most 50', () => {
    expect(lengths(probesOf(recording(260), { keys: 100 }))).toEqual([
      [50, 50],
      [50, 50],
    ]);
    expect(lengths(probesOf(recording(60), { keys: 25 }))).toEqual([[25], [25]]);
    expect(lengths(probesOf(recording(49), { keys: 50 }))).toEqual([]);
  });

  it('keeps a shorter rest where that is asked for', () => {
    expect(lengths(probesOf(recording(90), { keys: 50, least: 25 }))).toEqual([[50], [40]]);
    expect(lengths(probesOf(recording(70), { keys: 50, least: 25 }))).toEqual([[50]]);
    expect(lengths(probesOf(recording(30), { keys: 20, least: 25 }))).toEqual([[20]]);
  });

  it('never runs over a pause of more than half a minute', () => {
    const paused = recordingOf('s', [...run(30), ...run(30, 40_000)]);
    expect(lengths(probesOf(paused, { keys: 50 }))).toEqual([]);
    expect(lengths(probesOf(paused, { keys: 25 }))).toEqual([[25], [25]]);
  });

  it('takes recordings of many hours and more keys than one sample has', () => {
    const long = recordingOf('s', [...run(2_500), ...run(50, 8_000_000)]);
    expect(lengths(probesOf(long, { keys: 50 })).length).toBe(51);
  });

  it('does not trust a key that was held for longer than a pause', () => {
    const [probe] = probesOf(recordingOf('s', [[0, 0, 60_000], ...run(30, 100)]), { keys: 25 });
    expect(probe?.[0]?.hold[0]).toBeNaN();
    expect(probe?.[0]?.hold[1]).toBe(60);
  });
});

describe('recordings', () => {
  it('are cut to their first keys', () => {
    expect([...firstKeys(recording(60), 3).press]).toEqual([0, 100, 200]);
    expect(enrolmentWindows(firstKeys(recording(120), 50)).map(({ keys }) => keys.length)).toEqual([50]);
    expect(enrolmentWindows(recording(120)).map(({ keys }) => keys.length)).toEqual([50, 50]);
    expect(enrolmentWindows(recording(1), 2)).toEqual([]);
  });

  it('are joined in time, without keys that were pressed before the recording ahead ended', () => {
    const joined = joinedRecordings([recording(3), recording(3, 150)]);
    expect([...joined.press]).toEqual([0, 100, 200, 250, 350]);
    const [window] = enrolmentWindows(joined, 2);
    expect([...(window?.pressPress ?? [])]).toEqual([100, 100, 50, 100]);
  });

  it('lie on a coarse clock, each at its own phase', () => {
    const { press, release } = onClock(recording(3), 16, 10);
    expect([...press]).toEqual([0, 96, 208]);
    expect([...release]).toEqual([64, 160, 256].map((time) => time));
  });
});

it('joins probes, and drops what is left over', () => {
  const probes = probesOf(recording(150), { keys: 50 });
  expect(lengths(joinedProbes(probes, 2))).toEqual([[50, 50]]);
  expect(joinedProbes(probes, 1)).toEqual(probes);
});
