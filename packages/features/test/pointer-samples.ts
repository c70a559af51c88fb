import fc from 'fast-check';
import {
  POINTER_DEVICES,
  POINTER_FLAGS,
  POINTER_LIMITS,
  type PointerEventKind,
  type PointerEventNumbers,
  type PointerSample,
} from '../src/pointer-sample';

/** A sample of a short movement, a click and a turn of the wheel. */
export function plainPointerSample(): PointerSample {
  return {
    version: 1,
    device: 'mouse',
    pixelRatio: 1_250,
    viewport: [1_280, 720],
    events: [
      [0, 0, 1_000, 2_000],
      [0, 160, 1_105, 2_010],
      [0, 320, 1_310, 2_055],
      [0, 480, 1_420, 2_080],
      [1, 1_900, 1_420, 2_080],
      [3, 2_850, 1_420, 2_080],
      [5, 9_000, 1_420, 2_080],
    ],
    flags: {},
    clockStep: 1,
  };
}

const coordinate = fc.integer({ min: -POINTER_LIMITS.maxCoordinate, max: POINTER_LIMITS.maxCoordinate });
const onScreen = fc.integer({ min: 0, max: 20_000 });
const kind = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 5 }));
const gap = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 400 }) }, fc.integer({ min: 0, max: 120_000 }));

/** Samples that the parser accepts. */
export const anyPointerSample: fc.Arbitrary<PointerSample> = fc
  .record({
    device: fc.constantFrom(...POINTER_DEVICES),
    pixelRatio: fc.integer({ min: POINTER_LIMITS.minPixelRatio, max: POINTER_LIMITS.maxPixelRatio }),
    viewport: fc.tuple(fc.integer({ min: 1, max: POINTER_LIMITS.maxViewport }), fc.integer({ min: 1, max: POINTER_LIMITS.maxViewport })),
    rows: fc.array(
      fc.tuple(
        kind,
        gap,
        fc.oneof({ weight: 8, arbitrary: onScreen }, coordinate),
        fc.oneof({ weight: 8, arbitrary: onScreen }, coordinate),
      ),
      { maxLength: 200 },
    ),
    flags: fc
      .subarray([...POINTER_FLAGS])
      .map((names): PointerSample['flags'] => Object.fromEntries(names.map((name) => [name, true as const]))),
    clockStep: fc.integer({ min: POINTER_LIMITS.minClockStep, max: POINTER_LIMITS.maxClockStep }),
  })
  .map(({ rows, ...rest }): PointerSample => {
    let at = 0;
    const events = rows.map(([eventKind, wait, x, y], i): PointerEventNumbers => {
      at += i === 0 ? 0 : wait;
      return [eventKind as PointerEventKind, at, x, y];
    });
    return { version: 1, ...rest, events };
  });
