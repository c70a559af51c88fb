import fc from 'fast-check';
import { TYPING_FLAGS, TYPING_LIMITS, type TypingKey, type TypingSample } from '../src/typing-sample';

const SOAK = process.env.TACIT_SOAK === '1';

/** How often a property runs: the first figure in every test run, the second in the long form. */
export function runs(short: number, long: number): { numRuns: number } {
  return { numRuns: SOAK ? long : short };
}

/** How long a property of the long form may take, in ms. */
export const PROPERTY_TIMEOUT = SOAK ? 600_000 : 20_000;

const CODES = [
  'KeyA',
  'KeyE',
  'Digit1',
  'Space',
  'Semicolon',
  'ShiftLeft',
  'ShiftRight',
  'Backspace',
  'Delete',
  'ArrowLeft',
  'Enter',
  'Tab',
];

function keysOf(key: fc.Arbitrary<string | null>): fc.Arbitrary<TypingKey[]> {
  const stroke = fc.record({
    key,
    gap: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 6_000 }) }, fc.integer({ min: 0, max: 500_000 })),
    hold: fc.option(
      fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 3_000 }) }, fc.integer({ min: 0, max: TYPING_LIMITS.maxHold })),
      {
        freq: 12,
      },
    ),
  });
  return fc.array(stroke, { maxLength: 40 }).map((strokes) => {
    let press = 0;
    return strokes.map((stroke, index): TypingKey => {
      press += index === 0 ? 0 : stroke.gap;
      return [stroke.key, press, stroke.hold === null ? null : press + stroke.hold];
    });
  });
}

const common = {
  version: fc.constant(1 as const),
  field: fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/),
  flags: fc
    .array(fc.constantFrom(...TYPING_FLAGS), { maxLength: 1 })
    .map((names): TypingSample['flags'] => Object.fromEntries(names.map((name) => [name, true as const]))),
  clockStep: fc.integer({ min: TYPING_LIMITS.minClockStep, max: TYPING_LIMITS.maxClockStep }),
  device: fc.constantFrom('keyboard' as const, 'touch' as const, 'unknown' as const),
};

/** Samples of `text` mode that the parser accepts. */
export const textSample: fc.Arbitrary<TypingSample> = fc.record({
  ...common,
  mode: fc.constant('text' as const),
  keys: keysOf(fc.option(fc.oneof(fc.constantFrom(...CODES), fc.stringMatching(/^[A-Za-z0-9]{1,24}$/)), { freq: 8 })),
});

/** Samples of `secret` mode that the parser accepts. */
export const secretSample: fc.Arbitrary<TypingSample> = fc.record({
  ...common,
  mode: fc.constant('secret' as const),
  keys: keysOf(fc.constant(null)),
});

/** Samples of `window` mode that the parser accepts. */
export const windowSample: fc.Arbitrary<TypingSample> = fc.record({
  ...common,
  mode: fc.constant('window' as const),
  keys: keysOf(fc.integer({ min: 0, max: 38 }).map(String)),
});

export const anySample: fc.Arbitrary<TypingSample> = fc.oneof(textSample, secretSample, windowSample);

/** A sample with three keys, of which the second is pressed before the first is released. */
export function rollOverSample(): TypingSample {
  return {
    version: 1,
    mode: 'secret',
    field: 'password',
    keys: [
      [null, 0, 1_200],
      [null, 1_000, 1_900],
      [null, 2_500, 3_250],
    ],
    flags: {},
    clockStep: 1,
    device: 'keyboard',
  };
}

/** A sample of `text` mode from codes and press times in ms, each key held for 50 ms. */
export function typedText(...strokes: [code: string | null, press: number][]): TypingSample {
  return {
    ...rollOverSample(),
    mode: 'text',
    field: 'message',
    keys: strokes.map(([code, press]) => [code, press * 10, press * 10 + 500]),
  };
}

/** Every number anywhere in a value, those in typed arrays included. */
export function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') {
    return [value];
  }
  if (ArrayBuffer.isView(value)) {
    return Array.from(value as Float64Array);
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}
