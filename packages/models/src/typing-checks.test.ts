import {
  type FixedTextVector,
  fixedTextVector,
  fixedTextVectorFrom,
  type ParsedTypingSample,
  parseTypingSample,
  type TypingKey,
  type TypingSample,
} from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cmuPasswords } from './public-data.mjs';
import { appendToReplayHistory, replayHistory } from './replay-history';
import { seededNormals, seededUniforms } from './seeded-normals';
import { entries, simulatedPerson } from './simulated-people';
import { CHECK_IDS, type Check, type CheckId, checkTyping } from './typing-checks';

function parse(keys: TypingKey[], change: Partial<TypingSample> = {}): ParsedTypingSample {
  return parseTypingSample({ version: 1, mode: 'secret', field: 'password', keys, flags: {}, clockStep: 1, device: 'keyboard', ...change });
}

/** What a recorder with a clock of so many ms would have sent of an entry. */
function record(vector: FixedTextVector, step = 0.1, phase = 0): ParsedTypingSample {
  const tick = (time: number) => Math.round(Math.floor((time + phase) / step + 1e-9) * step * 10);
  const start = tick(0);
  let press = 0;
  const keys = [...vector.hold].map((hold, index): TypingKey => {
    press += index === 0 ? 0 : vector.pressPress[index - 1];
    return [null, tick(press) - start, tick(press + hold) - start];
  });
  return parse(keys, { clockStep: Math.max(1, Math.round(step * 10)) });
}

function stretch({ hold, pressPress }: FixedTextVector, factor: number): FixedTextVector {
  return fixedTextVectorFrom({ hold: hold.map((time) => factor * time), pressPress: pressPress.map((time) => factor * time) });
}

/** A recorded entry sent again with noise on every event. */
function replay(sample: ParsedTypingSample, noise: () => number): ParsedTypingSample {
  const events = sample.keys.map(([, press, release]) => [press + 10 * noise(), (release ?? press) + 10 * noise()]);
  events.sort((a, b) => a[0] - b[0]);
  const start = events[0][0];
  const keys = events.map(([press, release]): TypingKey => {
    const from = Math.round(press - start);
    return [null, from, Math.max(from, Math.round(release - start))];
  });
  return parse(keys, { clockStep: sample.clockStep });
}

function vectorOf(sample: ParsedTypingSample): FixedTextVector {
  const vector = fixedTextVector(sample);
  if ('status' in vector) {
    throw new Error(`expected a vector, got ${vector.reason}`);
  }
  return vector;
}

function check(sample: ParsedTypingSample, id: CheckId, history: readonly FixedTextVector[] = [], vector?: FixedTextVector): Check {
  const found = checkTyping({ sample, history, ...(vector === undefined ? {} : { vector }) }).checks.find((one) => one.id === id);
  if (found === undefined) {
    throw new Error(`no check ${id}`);
  }
  return found;
}

/** K keys at a fixed interval and hold, in ms. */
function metronome(count: number, interval: number, hold: number): TypingKey[] {
  return Array.from({ length: count }, (_, i): TypingKey => [null, Math.round(i * interval * 10), Math.round((i * interval + hold) * 10)]);
}

describe('checkTyping', () => {
  it('reports every check once, and nothing failed for an honest entry', () => {
    const person = simulatedPerson(1, 12);
    const history = entries(person, 30);
    const sample = record(person());
    const result = checkTyping({ sample, vector: vectorOf(sample), history });
    expect(result.failed).toEqual([]);
    expect(result.checks.map(({ id }) => id)).toEqual([...CHECK_IDS]);
    expect(result.checks.map(({ outcome }) => outcome)).toEqual(new Array(6).fill('pass'));
  });

  it('fails untrusted events', () => {
    expect(check(parse(metronome(3, 100, 80), { flags: { untrusted: true } }), 'untrusted-events').outcome).toBe('fail');
  });

  it('fails more than 250 words a minute', () => {
    // 48 ms between presses are 250 WPM.
    expect(check(parse(metronome(11, 47.8, 30)), 'too-fast')).toMatchObject({ outcome: 'fail', limit: 250 });
    const slower = check(parse(metronome(11, 48.2, 30)), 'too-fast');
    expect(slower.outcome).toBe('pass');
    expect(slower.value).toBeCloseTo(60_000 / 5 / 48.2, 0);
    expect(check(parse(metronome(4, 1, 1)), 'too-fast').outcome).toBe('not-applicable');
    expect(check(parse(metronome(5, 0, 0)), 'too-fast').outcome).toBe('fail');
  });

  it('fails a metronome, from ten keys on', () => {
    const result = check(parse(metronome(10, 120, 80)), 'too-regular');
    expect(result).toMatchObject({ outcome: 'fail', limit: 0.5 });
    expect(result.value).toBeCloseTo(0, 10);
    expect(check(parse(metronome(9, 120, 80)), 'too-regular').outcome).toBe('not-applicable');
    const uneven = metronome(10, 120, 80).map(
      ([, press, release], i): TypingKey => [null, press + (i % 2) * 10, (release ?? 0) + (i % 2) * 10],
    );
    expect(check(parse(uneven), 'too-regular').outcome).toBe('pass');
  });

  it('judges regularity to a clock of 20 ms, holds to one of 5 ms', () => {
    const at = (step: number) => {
      const sample = parse(metronome(12, 6 * step, 3 * step), { clockStep: 10 * step });
      return [check(sample, 'too-regular').outcome, check(sample, 'constant-hold').outcome];
    };
    expect(at(5)).toEqual(['fail', 'fail']);
    expect(at(6)).toEqual(['fail', 'not-applicable']);
    expect(at(20)).toEqual(['fail', 'not-applicable']);
    expect(at(21)).toEqual(['not-applicable', 'not-applicable']);
  });

  it('fails holds that are all alike', () => {
    const normal = seededNormals(3, 3);
    let press = 0;
    const keys = Array.from({ length: 12 }, (_, i): TypingKey => {
      press += i === 0 ? 0 : Math.round(1500 + 200 * normal());
      return [null, press, press + 800];
    });
    const result = checkTyping({ sample: parse(keys), history: [] });
    expect(result.failed).toEqual(['constant-hold']);
    const unreleased = keys.map(([, at, release], i): TypingKey => [null, at, i < 3 ? null : release]);
    expect(check(parse(unreleased), 'constant-hold').outcome).toBe('not-applicable');
  });

  it('fails eleven keys down, and no ten', () => {
    const chord = (count: number) => Array.from({ length: count }, (_, i): TypingKey => [null, i * 700, 20_000]);
    expect(check(parse(chord(10)), 'impossible-overlap')).toMatchObject({ outcome: 'pass', value: 10, limit: 10 });
    expect(check(parse(chord(11)), 'impossible-overlap')).toMatchObject({ outcome: 'fail', value: 11 });
    const lost = chord(11).map(([, press], i): TypingKey => [null, press, i === 0 ? null : 20_000]);
    expect(check(parse(lost), 'impossible-overlap').outcome).toBe('pass');
  });

  it('fails a key pressed while it is down, where the code names one key', () => {
    const twice = (code: string): TypingKey[] => [
      [code, 0, 900],
      ['KeyB', 500, 1500],
      [code, 800, 1700],
    ];
    expect(check(parse(twice('KeyA'), { mode: 'text' }), 'impossible-overlap').outcome).toBe('fail');
    expect(check(parse(twice('Digit'), { mode: 'text' }), 'impossible-overlap').outcome).toBe('pass');
    const touching: TypingKey[] = [
      ['KeyA', 0, 900],
      ['KeyA', 900, 1700],
    ];
    expect(check(parse(touching, { mode: 'text' }), 'impossible-overlap').outcome).toBe('pass');
  });

  it('fails a repetition of an earlier entry, exact or with noise, whatever it is called', () => {
    const person = simulatedPerson(6, 12);
    const recorded = entries(person, 40).map((vector) => record(vector));
    const history = recorded.map(vectorOf);
    const normal = seededNormals(8, 8);
    for (const noise of [() => 0, normal, () => 2 * normal()]) {
      const again = replay(recorded[17], noise);
      expect(check(again, 'replayed', history, vectorOf(again))).toMatchObject({ outcome: 'fail', limit: 4, measure: 'distance' });
    }
    // Two pauses drawn out by 60 ms.
    const late = parse(
      recorded[17].keys.map(([, press, release], i) => {
        const delay = (i > 3 ? 600 : 0) + (i > 8 ? 600 : 0);
        return [null, press + delay, (release ?? 0) + delay];
      }),
    );
    expect(check(late, 'replayed', history, vectorOf(late)).outcome).toBe('fail');
    const liar = parse(
      replay(recorded[17], normal).keys.map((key) => [...key]),
      { clockStep: 1000 },
    );
    expect(check(liar, 'replayed', history, vectorOf(liar)).outcome).toBe('fail');
    expect(check(recorded[3], 'replayed', history.slice(4), history[3])).toMatchObject({ outcome: 'pass', limit: 4, measure: 'distance' });
  });

  it('fails a repetition with more noise, or stretched in time, and says by which measure', () => {
    const recorded = entries(simulatedPerson(6, 12), 40).map((vector) => record(vector));
    const history = recorded.map(vectorOf);
    const normal = seededNormals(8, 8);
    const noisy = replay(recorded[17], () => 5 * normal());
    const byShare = check(noisy, 'replayed', history, vectorOf(noisy));
    expect(byShare).toMatchObject({ outcome: 'fail', limit: 0.52, measure: 'share' });
    expect(byShare.value).toBeLessThan(0.52);
    // Too few entries to say what is near.
    expect(check(noisy, 'replayed', history.slice(0, 19), vectorOf(noisy)).outcome).toBe('pass');
    const longer = (factor: number) =>
      parse(recorded[17].keys.map(([, press, release]) => [null, Math.round(factor * press), Math.round(factor * (release ?? 0))]));
    for (const factor of [0.8, 1.15]) {
      const again = longer(factor);
      const byTempo = check(again, 'replayed', [history[17]], vectorOf(again));
      expect(byTempo).toMatchObject({ outcome: 'fail', limit: 0.035, measure: 'tempo' });
      expect(byTempo.value).toBeLessThan(0.01);
    }
  });

  it('is not escaped by rounding a stolen entry and claiming the clock that fits', () => {
    const person = simulatedPerson(6, 12);
    const vectors = entries(person, 40);
    const fine = vectors.map((vector) => vectorOf(record(vector)));
    for (const step of [8, 16]) {
      const rounded = record(stretch(vectors[17], step === 8 ? 1.1 : 1), step, 3);
      expect(check(rounded, 'replayed', fine, vectorOf(rounded)).outcome, `${step} ms`).toBe('fail');
    }
  });

  it('takes a sample without key-ups for what it is: no check mistakes the missing holds, and a replay is still a replay', () => {
    const person = simulatedPerson(6, 12);
    const withoutReleases = (sample: ParsedTypingSample) =>
      parse(
        sample.keys.map(([key, press]) => [key, press, null]),
        { device: 'touch' },
      );
    const normal = seededNormals(3, 3);
    const recorded = entries(person, 30).map((vector) => withoutReleases(record(vector)));
    const history = recorded.map(vectorOf);
    for (let i = 1; i < recorded.length; i++) {
      const { failed, checks } = checkTyping({ sample: recorded[i], vector: history[i], history: history.slice(0, i) });
      expect(failed).toEqual([]);
      expect(checks.map(({ outcome }) => outcome)).toEqual(['pass', 'pass', 'pass', 'not-applicable', 'pass', 'pass']);
    }
    const again = withoutReleases(replay(recorded[17], () => 0.5 * normal()));
    expect(check(again, 'replayed', history, vectorOf(again))).toMatchObject({ outcome: 'fail', limit: 2.5 });
    // Recorded where key-ups were told, sent again without them.
    const whole = record(person());
    const stripped = withoutReleases(whole);
    expect(check(stripped, 'replayed', [vectorOf(whole)], vectorOf(stripped)).outcome).toBe('fail');
    const coarse = parse(
      recorded[17].keys.map(([key, press]) => [key, Math.floor(press / 160) * 160, null]),
      { clockStep: 160 },
    );
    expect(check(coarse, 'replayed', [vectorOf(coarse)], vectorOf(coarse)).outcome).toBe('not-applicable');
  });

  it('gives the same for a prepared history as for its vectors', () => {
    const person = simulatedPerson(6, 12);
    const vectors = [...entries(person, 40), ...entries(simulatedPerson(7, 9), 3)];
    const prepared = vectors.reduce((history, vector) => appendToReplayHistory(history, vector, 100), replayHistory(new Float64Array(0)));
    for (const sample of [record(person()), record(vectors[11]), record(vectors[41])]) {
      const vector = vectorOf(sample);
      expect(checkTyping({ sample, vector, history: prepared })).toEqual(checkTyping({ sample, vector, history: vectors }));
    }
    expect(() => checkTyping({ sample: record(person()), history: { entries: 0 } })).toThrow(/replayHistory/);
  });

  it('does not judge repetition without a vector, an earlier entry of the same length, or five keys', () => {
    const sample = record(simulatedPerson(6, 12)());
    expect(check(sample, 'replayed', [vectorOf(sample)]).outcome).toBe('not-applicable');
    expect(check(sample, 'replayed', [simulatedPerson(6, 11)()], vectorOf(sample)).outcome).toBe('not-applicable');
    const short = record(simulatedPerson(6, 4)());
    expect(check(short, 'replayed', [vectorOf(short)], vectorOf(short)).outcome).toBe('not-applicable');
  });

  it('refuses no honest person for the clock of his browser', () => {
    const uniform = seededUniforms(1, 1);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(0.1, 1, 8, 100 / 6, 100 / 3, 100), (seed, step) => {
        const person = simulatedPerson(seed, 12);
        const history = entries(person, 20).map((vector) => vectorOf(record(vector, step, uniform() * step)));
        const sample = record(person(), step, uniform() * step);
        expect(checkTyping({ sample, vector: vectorOf(sample), history }).failed).toEqual([]);
      }),
      { numRuns: process.env.TACIT_SOAK === '1' ? 3000 : 100, seed: 42 },
    );
  });

  it('stays quick for the longest sample', () => {
    const keys = Array.from({ length: 2000 }, (_, i): TypingKey => [null, i, 600_000]);
    expect(checkTyping({ sample: parse(keys), history: [] }).failed).toContain('impossible-overlap');
  });

  it('asserts its arguments', () => {
    const sample = record(simulatedPerson(6, 12)());
    expect(() => checkTyping(null as never)).toThrow(TypeError);
    expect(() => checkTyping({ sample: { ...sample } as never, history: [] })).toThrow(/parseTypingSample/);
    expect(() => checkTyping({ sample, history: {} as never })).toThrow(/history/);
    expect(() => checkTyping({ sample, history: [{} as never] })).toThrow(/history\[0\]/);
    expect(() => checkTyping({ sample, history: new Array(1) })).toThrow(/history\[0\]/);
    expect(() => checkTyping({ sample, vector: {} as never, history: [] })).toThrow(/vector/);
  });
});

type Rates = Record<'refused' | 'noise1' | 'noise5' | 'stretched', number> & { honest: number };

/**
 * Shares of honest entries refused, and of replays caught: with 1 ms of noise, 5 ms, and 5 % longer. People come with all their earlier entries; replays
 * from the hundredth on.
 */
function replayRates(people: Iterable<readonly FixedTextVector[]>, step: number): Rates {
  const uniform = seededUniforms(2, Math.round(step));
  const normal = seededNormals(2, Math.round(step));
  const failed = { refused: 0, noise1: 0, noise5: 0, stretched: 0 };
  let honest = 0;
  let replays = 0;
  for (const person of people) {
    let history = replayHistory(new Float64Array(0));
    const fails = (sample: ParsedTypingSample) => {
      const { checks } = checkTyping({ sample, vector: vectorOf(sample), history });
      return checks.some(({ id, outcome }) => id === 'replayed' && outcome === 'fail') ? 1 : 0;
    };
    for (const [i, entry] of person.entries()) {
      const sample = record(entry, step, uniform() * step);
      honest++;
      failed.refused += fails(sample);
      history = appendToReplayHistory(history, vectorOf(sample), 200);
      if (i >= 100 && i % 8 === 0) {
        replays++;
        failed.noise1 += fails(replay(sample, normal));
        failed.noise5 += fails(replay(sample, () => 5 * normal()));
        failed.stretched += fails(record(stretch(entry, 1.05), Math.min(step, 1)));
      }
    }
  }
  const { refused, noise1, noise5, stretched } = failed;
  return { refused: refused / honest, noise1: noise1 / replays, noise5: noise5 / replays, stretched: stretched / replays, honest };
}

const everyone = [...(cmuPasswords()?.values() ?? [])];
const dataHere = everyone.length > 0;
describe(dataHere ? 'replays of public data' : 'replays of simulated people (public data not present: set TACIT_DATA)', () => {
  // Odd subjects; the short form takes five of them.
  const odd = everyone.filter((_, index) => index % 2 === 1);
  const people = dataHere
    ? odd.slice(0, process.env.TACIT_SOAK === '1' ? odd.length : 5)
    : Array.from({ length: 5 }, (_, seed) => entries(simulatedPerson(seed + 70, 11), 400));

  it.each([0.1, 1])('are caught, with noise or stretched, honest entries refused in less than 1 of 1,000, on a clock of %d ms', (step) => {
    const { refused, noise1, noise5, stretched, honest } = replayRates(people, step);
    expect(honest).toBeGreaterThanOrEqual(2000);
    expect(refused).toBeLessThanOrEqual(0.001);
    expect(noise1).toBeGreaterThanOrEqual(0.99);
    expect(noise5).toBeGreaterThanOrEqual(0.85);
    expect(stretched).toBeGreaterThanOrEqual(0.99);
  });

  it('are caught where they are exact or nearly so, honest entries refused in less than 1 of 1,000, on a clock of 16 ms', () => {
    const { refused, noise1, honest } = replayRates(people, 16);
    expect(honest).toBeGreaterThanOrEqual(2000);
    expect(refused).toBeLessThanOrEqual(0.001);
    expect(noise1).toBeGreaterThanOrEqual(0.99);
  });
});
