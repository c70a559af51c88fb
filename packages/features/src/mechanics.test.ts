import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numbersIn, PROPERTY_TIMEOUT, rollOverSample, runs, textSample, typedText } from '../test/arbitraries';
import { isInsufficient } from './insufficient';
import { type Mechanics, type MechanicsOptions, mechanics } from './mechanics';
import { type ParsedTypingSample, parseTypingSample, type TypingSample } from './typing-sample';

function mechanicsOf(sample: TypingSample, options: MechanicsOptions): Mechanics {
  const result = mechanics(parseTypingSample(sample), options);
  if (isInsufficient(result)) {
    throw new Error(result.reason);
  }
  return result;
}

/** A key every so many ms. */
function evenly(count: number, step: number): TypingSample {
  return typedText(...Array.from({ length: count }, (_, i): [string, number] => ['KeyA', i * step]));
}

const corrected = typedText(
  ['KeyT', 0],
  ['KeyE', 200],
  ['KeyH', 300],
  ['Backspace', 500],
  ['Backspace', 600],
  ['KeyH', 800],
  ['KeyE', 900],
);

describe('mechanics', () => {
  it('measures a text with a correction', () => {
    const result = mechanicsOf(corrected, { text: 'the', target: 'the' });
    expect(result).toMatchObject({
      schema: 'mechanics/1',
      duration: 900,
      characters: 3,
      keystrokes: 5,
      accuracy: 0.6,
      errorRate: 0.4,
      corrections: 1,
      correctionLatency: 200,
      mistyped: [{ letter: 'h', count: 1 }],
      shift: { left: 0, right: 0, preference: 'none' },
    });
    expect(result.wordsPerMinute).toBeCloseTo(40, 12);
    expect(result.netWordsPerMinute).toBeCloseTo(40, 12);
    expect(result.charactersPerMinute).toBeCloseTo(200, 12);
    expect(result.charactersPerSecond).toBeCloseTo(10 / 3, 12);
  });

  it('takes errors that were left off the net speed', () => {
    const result = mechanicsOf(evenly(25, 1_000), { text: `x${'a'.repeat(24)}`, target: 'a'.repeat(25) });
    expect(result.wordsPerMinute).toBeCloseTo(12.5, 12);
    expect(result.netWordsPerMinute).toBeCloseTo(10, 12);
    expect(result.accuracy).toBeCloseTo(0.96, 12);
    expect(result.mistyped).toEqual([{ letter: 'a', count: 1 }]);
    expect(mechanicsOf(evenly(3, 300), { text: 'cut', target: 'cat' }).netWordsPerMinute).toBe(0);
  });

  it('knows no net speed and no mistyped letters without a target', () => {
    expect(mechanicsOf(corrected, { text: 'the' })).toMatchObject({ netWordsPerMinute: null, accuracy: 0.6, mistyped: [] });
  });

  it('counts code points after normalisation', () => {
    const result = mechanicsOf(evenly(3, 100), { text: 'e\u0301😀', target: 'é😀' });
    expect(result).toMatchObject({ characters: 2, netWordsPerMinute: result.wordsPerMinute });
  });

  it('orders mistyped letters by count, then by code point', () => {
    const result = mechanicsOf(evenly(6, 100), { text: 'xxxxxx', target: 'baabca' });
    expect(result.mistyped).toEqual([
      { letter: 'a', count: 3 },
      { letter: 'b', count: 2 },
      { letter: 'c', count: 1 },
    ]);
  });

  it.each([
    ['an arrow', 'ArrowLeft'],
    ['Delete', 'Delete'],
    ['Control', 'ControlLeft'],
    ['Meta', 'MetaRight'],
  ])('does not guess the letters of corrections beside %s', (_name, code) => {
    const sample = typedText(['KeyT', 0], ['KeyE', 200], [code, 250], ['Backspace', 500], ['KeyH', 800], ['KeyE', 900]);
    expect(mechanicsOf(sample, { text: 'the', target: 'the' }).mistyped).toEqual([]);
  });

  it('does not guess them where the strokes do not account for the text', () => {
    const held = typedText(['KeyT', 0], ['KeyE', 200], ['KeyH', 300], ['Backspace', 500], ['KeyH', 800], ['KeyE', 900]);
    expect(mechanicsOf(held, { text: 'the', target: 'the' }).mistyped).toEqual([]);
  });

  it('blames no letter for a Backspace in an empty field or beyond the target', () => {
    const early = typedText(['Backspace', 0], ['KeyC', 100], ['KeyU', 200], ['Backspace', 300], ['KeyA', 400], ['KeyT', 500]);
    expect(mechanicsOf(early, { text: 'cat', target: 'cat' }).mistyped).toEqual([{ letter: 'a', count: 1 }]);
    const beyond = typedText(['KeyA', 0], ['KeyB', 100], ['KeyC', 200], ['Backspace', 300], ['KeyD', 400], ['Backspace', 500]);
    expect(mechanicsOf(beyond, { text: 'ab', target: 'ab' }).mistyped).toEqual([]);
  });

  it('measures latency from the character before each run of Backspace or Delete', () => {
    const sample = typedText(
      ['Backspace', 0],
      ['KeyA', 100],
      ['Backspace', 400],
      ['Delete', 500],
      ['KeyB', 600],
      ['Delete', 700],
      ['ArrowLeft', 800],
      ['Backspace', 900],
    );
    expect(mechanicsOf(sample, { text: '' })).toMatchObject({ corrections: 4, correctionLatency: 200, accuracy: 0 });
    expect(mechanicsOf(evenly(3, 100), { text: 'abc' })).toMatchObject({ corrections: 0, correctionLatency: null });
  });

  it.each([
    [['ShiftLeft'], { left: 1, right: 0, preference: 'left' }],
    [['ShiftLeft', 'ShiftRight', 'ShiftRight'], { left: 1, right: 2, preference: 'right' }],
    [['ShiftLeft', 'ShiftRight'], { left: 1, right: 1, preference: 'both' }],
  ])('tells the preferred Shift of %j', (codes, shift) => {
    const strokes = [...codes, 'KeyA', 'KeyB'].map((code, i): [string, number] => [code, i * 100]);
    expect(mechanicsOf(typedText(...strokes), { text: 'AB' }).shift).toEqual(shift);
  });

  it.each(['pasted', 'dropped', 'autofilled', 'composed'] as const)('is insufficient when %s', (flag) => {
    const sample = parseTypingSample({ ...corrected, flags: { [flag]: true } });
    expect(mechanics(sample, { text: 'the' })).toEqual({ status: 'insufficient', reason: flag });
  });

  it('is insufficient for too few characters or no time', () => {
    expect(mechanics(parseTypingSample(typedText(['KeyA', 0], ['Backspace', 100])), { text: '' })).toMatchObject({
      reason: 'too-few-keys',
    });
    expect(mechanics(parseTypingSample(typedText(['KeyA', 0], ['KeyB', 0])), { text: 'ab' })).toMatchObject({ reason: 'no-duration' });
  });

  it('refuses secrets, unparsed samples and texts out of bounds', () => {
    expect(() => mechanics(parseTypingSample(rollOverSample()), { text: 'abc' })).toThrow(
      expect.objectContaining({ code: 'ERR_SAMPLE_MODE', field: 'mode' }),
    );
    expect(() => mechanics(corrected as unknown as ParsedTypingSample, { text: 'abc' })).toThrow(
      expect.objectContaining({ code: 'ERR_SAMPLE_UNPARSED' }),
    );
    const sample = parseTypingSample(corrected);
    expect(() => mechanics(sample, { text: 7 as unknown as string })).toThrow(new TypeError('text must be a string'));
    expect(() => mechanics(sample, { text: 'a', target: null as unknown as string })).toThrow(new TypeError('target must be a string'));
    const bound = new RangeError('target must have at most 2000 UTF-16 units');
    expect(() => mechanics(sample, { text: 'a', target: 'a'.repeat(2_001) })).toThrow(bound);
    // U+1D160 takes two units and six in NFC.
    expect(() => mechanics(sample, { text: 'a', target: '\u{1d160}'.repeat(1_000) })).toThrow(bound);
  });

  it(
    'is finite and within its ranges for every parsed sample',
    () => {
      const text = fc.string({ unit: 'grapheme', maxLength: 40 });
      fc.assert(
        fc.property(textSample, text, fc.option(text, { nil: undefined }), (sample, typed, target) => {
          const result = mechanics(parseTypingSample(sample), { text: typed, ...(target === undefined ? {} : { target }) });
          if (isInsufficient(result)) {
            return;
          }
          expect(numbersIn(result).every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
          expect(Math.max(result.accuracy, result.errorRate)).toBeLessThanOrEqual(1);
          expect(result.netWordsPerMinute ?? 0).toBeLessThanOrEqual(result.wordsPerMinute);
        }),
        runs(300, 20_000),
      );
    },
    PROPERTY_TIMEOUT,
  );
});
