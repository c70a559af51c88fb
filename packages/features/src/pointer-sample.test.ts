import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { PROPERTY_TIMEOUT, runs } from '../test/arbitraries';
import { anyPointerSample, plainPointerSample } from '../test/pointer-samples';
import { TacitError } from './errors';
import { assertParsedPointerSample, isParsedPointerSample, POINTER_LIMITS, parsePointerSample } from './pointer-sample';

function refusal(input: unknown): TacitError {
  try {
    parsePointerSample(input);
  } catch (error) {
    if (error instanceof TacitError) {
      return error;
    }
    throw error;
  }
  throw new Error('the sample was accepted');
}

function codeAndField(input: unknown): [code: string, field: string | undefined] {
  const { code, field } = refusal(input);
  return [code, field];
}

/** The plain sample with one number of one event replaced. */
function withNumber(event: number, column: number, value: unknown): unknown {
  const sample = plainPointerSample();
  return { ...sample, events: sample.events.map((row, i) => (i === event ? (row as unknown[]).with(column, value) : row)) };
}

describe('parsePointerSample', () => {
  it('returns a frozen copy of a value and of its text', () => {
    const sample = plainPointerSample();
    for (const input of [sample, JSON.stringify(sample)]) {
      const parsed = parsePointerSample(input);
      expect(parsed).toEqual(sample);
      expect(parsed).not.toBe(sample);
      for (const part of [parsed, parsed.events, parsed.viewport, parsed.flags, ...parsed.events]) {
        expect(Object.isFrozen(part)).toBe(true);
      }
    }
  });

  it('is not moved by later changes to what it was given', () => {
    const sample = plainPointerSample();
    const parsed = parsePointerSample(sample);
    sample.events[1]![2] = 7;
    sample.viewport[0] = 3;
    sample.events.pop();
    expect(parsed).toEqual(plainPointerSample());
  });

  it('knows its own samples by identity', () => {
    const parsed = parsePointerSample(plainPointerSample());
    expect(parsePointerSample(parsed)).toBe(parsed);
    expect(isParsedPointerSample(parsed)).toBe(true);
    for (const other of [plainPointerSample(), structuredClone(parsed), null, 'x']) {
      expect(isParsedPointerSample(other)).toBe(false);
      expect(() => assertParsedPointerSample(other)).toThrow(expect.objectContaining({ code: 'ERR_POINTER_SAMPLE_UNPARSED' }));
    }
  });

  it('accepts every limit exactly, within its bytes', () => {
    const { maxEvents, maxTime, maxCoordinate, maxViewport, maxPixelRatio, maxClockStep, maxBytes } = POINTER_LIMITS;
    const limits = {
      version: 1,
      device: 'touch',
      pixelRatio: maxPixelRatio,
      viewport: [maxViewport, maxViewport],
      events: Array.from({ length: maxEvents }, (_, i) => [5, i === 0 ? 0 : maxTime, -maxCoordinate, -maxCoordinate]),
      flags: { untrusted: true, lost: true },
      clockStep: maxClockStep,
    };
    const text = JSON.stringify(limits);
    expect(text.length).toBeLessThanOrEqual(maxBytes);
    expect(parsePointerSample(text)).toEqual(limits);
  });

  it('accepts no events, several at one time, and any mixture of kinds', () => {
    const base = plainPointerSample();
    expect(parsePointerSample({ ...base, events: [] }).events).toEqual([]);
    const events = [3, 3, 1, 2, 4, 0, 5].map((kind) => [kind, 0, -5, 5]);
    expect(parsePointerSample({ ...base, events }).events).toEqual(events);
  });

  it('writes its properties in one order, whatever the order of the input', () => {
    const { version, device, pixelRatio, viewport, events, flags, clockStep } = plainPointerSample();
    const turned = { clockStep, flags, events, viewport, pixelRatio, device, version };
    expect(JSON.stringify(parsePointerSample(turned))).toBe(JSON.stringify(plainPointerSample()));
  });

  it('turns -0, which JSON can carry, into 0', () => {
    const text = JSON.stringify(plainPointerSample()).replace('[0,0,1000,2000]', '[-0,-0,-0,-0]');
    expect(parsePointerSample(text).events[0]!.some((value) => Object.is(value, -0))).toBe(false);
  });

  it.each([[undefined], [null], [7], [true], [[]], ['[]'], ['"text"'], ['null'], [() => plainPointerSample()], [Symbol('sample')]])(
    'refuses %o as no object',
    (input) => {
      expect(refusal(input).code).toBe('ERR_POINTER_SAMPLE_TYPE');
    },
  );

  const base = plainPointerSample();
  const broken: [name: string, input: unknown, code: string, field: string | undefined][] = [
    ['an unknown property', { ...base, target: 'a' }, 'ERR_POINTER_SAMPLE_PROPERTY', undefined],
    ['a symbol property', { ...base, [Symbol('x')]: 1 }, 'ERR_POINTER_SAMPLE_PROPERTY', undefined],
    ['version 2', { ...base, version: 2 }, 'ERR_POINTER_SAMPLE_VERSION', 'version'],
    ["version '1'", { ...base, version: '1' }, 'ERR_POINTER_SAMPLE_VERSION', 'version'],
    ['another device', { ...base, device: 'trackball' }, 'ERR_POINTER_SAMPLE_DEVICE', 'device'],
    ['a device as an array', { ...base, device: ['mouse'] }, 'ERR_POINTER_SAMPLE_DEVICE', 'device'],
    ['a ratio of 0', { ...base, pixelRatio: 0 }, 'ERR_POINTER_SAMPLE_PIXEL_RATIO', 'pixelRatio'],
    ['a ratio in ones', { ...base, pixelRatio: 1.25 }, 'ERR_POINTER_SAMPLE_PIXEL_RATIO', 'pixelRatio'],
    ['a ratio beyond', { ...base, pixelRatio: 10_001 }, 'ERR_POINTER_SAMPLE_PIXEL_RATIO', 'pixelRatio'],
    ['no viewport', { ...base, viewport: null }, 'ERR_POINTER_SAMPLE_VIEWPORT', 'viewport'],
    ['a viewport of three', { ...base, viewport: [1, 1, 1] }, 'ERR_POINTER_SAMPLE_VIEWPORT', 'viewport'],
    ['a viewport of no height', { ...base, viewport: [800, 0] }, 'ERR_POINTER_SAMPLE_VIEWPORT', 'viewport'],
    ['holes in the viewport', { ...base, viewport: Array(2) }, 'ERR_POINTER_SAMPLE_VIEWPORT', 'viewport'],
    ['no flags', { ...base, flags: undefined }, 'ERR_POINTER_SAMPLE_FLAGS', 'flags'],
    ['an unknown flag', { ...base, flags: { pasted: true } }, 'ERR_POINTER_SAMPLE_FLAGS', 'flags'],
    ['a false flag', { ...base, flags: { lost: false } }, 'ERR_POINTER_SAMPLE_FLAGS', 'flags.lost'],
    ['a clock step of 0', { ...base, clockStep: 0 }, 'ERR_POINTER_SAMPLE_CLOCK_STEP', 'clockStep'],
    ['a clock step beyond', { ...base, clockStep: 10_001 }, 'ERR_POINTER_SAMPLE_CLOCK_STEP', 'clockStep'],
    ['no events', { ...base, events: undefined }, 'ERR_POINTER_SAMPLE_EVENTS', 'events'],
    ['20,001 events', { ...base, events: Array(20_001).fill([0, 0, 0, 0]) }, 'ERR_POINTER_SAMPLE_EVENTS', 'events'],
    ['a million events', { ...base, events: Array(1_000_000).fill([0, 0, 0, 0]) }, 'ERR_POINTER_SAMPLE_EVENTS', 'events'],
    ['an absurd length of events', { ...base, events: Array(2 ** 32 - 1) }, 'ERR_POINTER_SAMPLE_EVENTS', 'events'],
    ['a hole in events', { ...base, events: Array(3) }, 'ERR_POINTER_SAMPLE_EVENTS', 'events[0]'],
    ['an event of three numbers', { ...base, events: [[0, 0, 0]] }, 'ERR_POINTER_SAMPLE_EVENTS', 'events[0]'],
    ['an event of five numbers', { ...base, events: [[0, 0, 0, 0, 0]] }, 'ERR_POINTER_SAMPLE_EVENTS', 'events[0]'],
    ['a hole in an event', { ...base, events: [Array(4)] }, 'ERR_POINTER_SAMPLE_EVENTS', 'events[0].kind'],
    ['a kind of 6', withNumber(1, 0, 6), 'ERR_POINTER_SAMPLE_EVENTS', 'events[1].kind'],
    ['a kind as text', withNumber(1, 0, '0'), 'ERR_POINTER_SAMPLE_EVENTS', 'events[1].kind'],
    ['a first event after 0', withNumber(0, 1, 1), 'ERR_POINTER_SAMPLE_TIME', 'events[0].at'],
    ['a negative time', withNumber(0, 1, -1), 'ERR_POINTER_SAMPLE_TIME', 'events[0].at'],
    ['reversed times', withNumber(2, 1, 159), 'ERR_POINTER_SAMPLE_TIME', 'events[2].at'],
    ['a time of a fraction', withNumber(2, 1, 320.5), 'ERR_POINTER_SAMPLE_TIME', 'events[2].at'],
    ['a time of NaN', withNumber(2, 1, Number.NaN), 'ERR_POINTER_SAMPLE_TIME', 'events[2].at'],
    ['a time after an hour', withNumber(6, 1, 36_000_001), 'ERR_POINTER_SAMPLE_TIME', 'events[6].at'],
    ['an x of NaN', withNumber(2, 2, Number.NaN), 'ERR_POINTER_SAMPLE_PLACE', 'events[2].x'],
    ['an x beyond', withNumber(2, 2, 1_000_001), 'ERR_POINTER_SAMPLE_PLACE', 'events[2].x'],
    ['a y of Infinity', withNumber(2, 3, Number.NEGATIVE_INFINITY), 'ERR_POINTER_SAMPLE_PLACE', 'events[2].y'],
    ['a y of a fraction', withNumber(2, 3, 0.5), 'ERR_POINTER_SAMPLE_PLACE', 'events[2].y'],
    ['a y as text', withNumber(2, 3, '5'), 'ERR_POINTER_SAMPLE_PLACE', 'events[2].y'],
  ];

  it.each(broken)('refuses %s', (_name, input, code, field) => {
    expect(codeAndField(input)).toEqual([code, field]);
  });

  it('refuses prototypes posing as properties and items', () => {
    const { events, ...rest } = plainPointerSample();
    expect(codeAndField(Object.assign(Object.create({ events }), rest))).toEqual(['ERR_POINTER_SAMPLE_EVENTS', 'events']);
    const text = JSON.stringify(rest).replace('{', '{"__proto__":{"events":[]},');
    expect(codeAndField(text)).toEqual(['ERR_POINTER_SAMPLE_PROPERTY', undefined]);
    const row: unknown = Object.setPrototypeOf(new Array(4), [0, 0, 0, 0]);
    expect(codeAndField({ ...rest, events: [row] })).toEqual(['ERR_POINTER_SAMPLE_EVENTS', 'events[0].kind']);
  });

  it('refuses values that throw when they are read, without their error', () => {
    const thrower = Object.defineProperty(plainPointerSample(), 'device', {
      get: () => {
        throw new Error('hunter2');
      },
    });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const input of [thrower, proxy]) {
      const error = refusal(input);
      expect(error.code).toBe('ERR_POINTER_SAMPLE_TYPE');
      expect(error.cause).toBeUndefined();
      expect(error.message).not.toContain('hunter2');
    }
  });

  it('never repeats a refused value', () => {
    const marker = 'hunter2 hunter2';
    const inputs: unknown[] = [
      marker,
      `{"${marker}`,
      { ...base, [marker]: 1 },
      { ...base, flags: { [marker]: true } },
      ...Object.keys(base).map((name) => ({ ...base, [name]: marker })),
      ...[0, 1, 2, 3].map((column) => withNumber(1, column, marker)),
    ];
    for (const input of inputs) {
      const error = refusal(input);
      expect(error.code).toMatch(/^ERR_POINTER_SAMPLE_/);
      expect(error.cause).toBeUndefined();
      expect(`${error.message} ${error.field} ${error.stack}`).not.toContain('hunter2');
    }
  });

  it('does not parse text that is too long, in bytes', () => {
    const parse = vi.spyOn(JSON, 'parse');
    try {
      for (const text of ['x'.repeat(655_361), 'é'.repeat(327_681), '😀'.repeat(163_841)]) {
        expect(refusal(text).code).toBe('ERR_POINTER_SAMPLE_SIZE');
      }
      expect(parse).not.toHaveBeenCalled();
      expect(refusal('x'.repeat(655_360)).code).toBe('ERR_POINTER_SAMPLE_JSON');
      expect(parse).toHaveBeenCalledTimes(1);
    } finally {
      parse.mockRestore();
    }
  });

  it(
    'accepts whatever is in range, and gives it back as it was',
    () => {
      fc.assert(
        fc.property(anyPointerSample, (sample) => {
          expect(parsePointerSample(JSON.stringify(sample))).toEqual(sample);
        }),
        runs(50, 3_000),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'throws nothing but its own errors, whatever it is given',
    () => {
      const anything = fc.anything({ withSparseArray: true, withNullPrototype: true });
      const names = fc.constantFrom('version', 'device', 'pixelRatio', 'viewport', 'events', 'flags', 'clockStep');
      const damaged = fc.tuple(anyPointerSample, names, anything).map(([sample, name, value]) => ({ ...sample, [name]: value }));
      fc.assert(
        fc.property(fc.oneof(anything, damaged), (input) => {
          try {
            parsePointerSample(input);
          } catch (error) {
            expect(error).toBeInstanceOf(TacitError);
          }
        }),
        runs(200, 20_000),
      );
    },
    PROPERTY_TIMEOUT,
  );
});
