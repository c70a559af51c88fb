import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { PROPERTY_TIMEOUT, runs } from '../test/arbitraries';
import { anyFaceSample, faceValues, plainFaceSample } from '../test/face-samples';
import { TacitError } from './errors';
import {
  assertParsedFaceSample,
  FACE_LIMITS,
  FACE_PIPELINE,
  FACE_PIPELINES,
  faceDescriptorValues,
  isParsedFaceSample,
  parseFaceSample,
} from './face-sample';

function refusal(input: unknown): TacitError {
  try {
    parseFaceSample(input);
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

/** The plain sample with one number of one frame replaced. */
function withFrameNumber(frame: number, column: number, value: unknown): unknown {
  const sample = plainFaceSample();
  const frames = sample.frames.map((row, i) => (i === frame ? (row as unknown[]).with(column, value) : row));
  return { ...sample, frames };
}

/** The plain sample with one descriptor replaced. */
function withDescriptor(place: number, descriptor: unknown): unknown {
  const sample = plainFaceSample();
  return { ...sample, descriptors: (sample.descriptors as unknown[]).with(place, descriptor) };
}

describe('parseFaceSample', () => {
  it('returns a frozen copy of a value and of its text', () => {
    const sample = plainFaceSample();
    for (const input of [sample, JSON.stringify(sample)]) {
      const parsed = parseFaceSample(input);
      expect(parsed).toEqual(sample);
      expect(parsed).not.toBe(sample);
      const { descriptors, frames } = parsed;
      for (const part of [parsed, descriptors, frames, ...frames, ...descriptors, ...descriptors.map(([, values]) => values)]) {
        expect(Object.isFrozen(part)).toBe(true);
      }
    }
  });

  it('is not moved by later changes to what it was given', () => {
    const sample = plainFaceSample();
    const parsed = parseFaceSample(sample);
    sample.descriptors[0]![1][3] = 7;
    sample.frames.pop();
    expect(parsed).toEqual(plainFaceSample());
  });

  it('knows its own samples by identity', () => {
    const parsed = parseFaceSample(plainFaceSample());
    expect(parseFaceSample(parsed)).toBe(parsed);
    expect(isParsedFaceSample(parsed)).toBe(true);
    for (const other of [plainFaceSample(), structuredClone(parsed), null, 'x']) {
      expect(isParsedFaceSample(other)).toBe(false);
      expect(() => assertParsedFaceSample(other)).toThrow(expect.objectContaining({ code: 'ERR_FACE_SAMPLE_UNPARSED' }));
    }
  });

  it('accepts every limit exactly', () => {
    const { maxFrames, maxDescriptors, maxTime, maxFaces, maxEyeOpenness, maxYaw, maxPitch, maxRoll } = FACE_LIMITS;
    const frames = Array.from({ length: maxFrames }, (_, i) => [
      i === maxFrames - 1 ? maxTime : 600 * i,
      i < maxDescriptors ? 1 : maxFaces,
      maxEyeOpenness,
      maxEyeOpenness,
      -maxYaw,
      -maxPitch,
      -maxRoll,
    ]);
    const descriptors = frames.slice(0, maxDescriptors).map(([at]) => [at, faceValues()]);
    const limits = { version: 1, pipeline: FACE_PIPELINE, descriptors, frames };
    expect(parseFaceSample(limits).frames).toHaveLength(maxFrames);
    expect(parseFaceSample(JSON.stringify(limits)).descriptors).toHaveLength(maxDescriptors);
  });

  it('keeps the largest sample that it accepts within its bytes', () => {
    const { maxFrames, maxDescriptors, descriptorLength } = FACE_LIMITS;
    const frame = '[600000,4,1000,1000,-900,-900,-1800],'.length;
    const descriptor = '[600000,[]],'.length + '-10000,'.length * descriptorLength;
    const rest = 200;
    expect(rest + maxFrames * frame + maxDescriptors * descriptor).toBeLessThanOrEqual(FACE_LIMITS.maxBytes);
  });

  it('writes its properties in one order, whatever the order of the input', () => {
    const { version, pipeline, descriptors, frames } = plainFaceSample();
    expect(JSON.stringify(parseFaceSample({ frames, descriptors, pipeline, version }))).toBe(JSON.stringify(plainFaceSample()));
  });

  it('turns -0, which JSON can carry, into 0', () => {
    const text = JSON.stringify(plainFaceSample()).replace('[0,1,301,295,12,-20,5]', '[-0,1,301,295,-0,-20,5]');
    const [first] = parseFaceSample(text).frames;
    expect(first!.some((value) => Object.is(value, -0))).toBe(false);
  });

  it.each([[undefined], [null], [7], [true], [[]], ['[]'], ['"text"'], ['null'], [() => plainFaceSample()], [Symbol('sample')]])(
    'refuses %o as no object',
    (input) => {
      expect(refusal(input).code).toBe('ERR_FACE_SAMPLE_TYPE');
    },
  );

  const short = faceValues().slice(1);
  const broken: [name: string, input: unknown, code: string, field: string | undefined][] = [
    ['an unknown property', { ...plainFaceSample(), image: 1 }, 'ERR_FACE_SAMPLE_PROPERTY', undefined],
    ['a symbol property', { ...plainFaceSample(), [Symbol('x')]: 1 }, 'ERR_FACE_SAMPLE_PROPERTY', undefined],
    ['version 2', { ...plainFaceSample(), version: 2 }, 'ERR_FACE_SAMPLE_VERSION', 'version'],
    ["version '1'", { ...plainFaceSample(), version: '1' }, 'ERR_FACE_SAMPLE_VERSION', 'version'],
    ['another pipeline', { ...plainFaceSample(), pipeline: 'face-api-ssd/1' }, 'ERR_FACE_SAMPLE_PIPELINE', 'pipeline'],
    ['a pipeline as an array', { ...plainFaceSample(), pipeline: [FACE_PIPELINE] }, 'ERR_FACE_SAMPLE_PIPELINE', 'pipeline'],
    ['no frames', { ...plainFaceSample(), frames: undefined }, 'ERR_FACE_SAMPLE_FRAMES', 'frames'],
    ['three frames', { ...plainFaceSample(), frames: plainFaceSample().frames.slice(0, 3) }, 'ERR_FACE_SAMPLE_FRAMES', 'frames'],
    ['1,001 frames', { ...plainFaceSample(), frames: Array(1_001).fill([0, 1, 0, 0, 0, 0, 0]) }, 'ERR_FACE_SAMPLE_FRAMES', 'frames'],
    ['an absurd length of frames', { ...plainFaceSample(), frames: Array(2 ** 32 - 1) }, 'ERR_FACE_SAMPLE_FRAMES', 'frames'],
    ['a hole in frames', { ...plainFaceSample(), frames: Array(4) }, 'ERR_FACE_SAMPLE_FRAMES', 'frames[0]'],
    ['a frame of six numbers', { ...plainFaceSample(), frames: Array(4).fill([0, 1, 0, 0, 0, 0]) }, 'ERR_FACE_SAMPLE_FRAMES', 'frames[0]'],
    ['five faces', withFrameNumber(1, 1, 5), 'ERR_FACE_SAMPLE_FRAMES', 'frames[1].faces'],
    ['an eye below 0', withFrameNumber(1, 2, -1), 'ERR_FACE_SAMPLE_FRAMES', 'frames[1].leftEye'],
    ['an eye beyond 1', withFrameNumber(1, 3, 1_001), 'ERR_FACE_SAMPLE_FRAMES', 'frames[1].rightEye'],
    ['a yaw of a fraction', withFrameNumber(1, 4, 0.5), 'ERR_FACE_SAMPLE_FRAMES', 'frames[1].yaw'],
    ['a pitch of NaN', withFrameNumber(1, 5, Number.NaN), 'ERR_FACE_SAMPLE_FRAMES', 'frames[1].pitch'],
    ['a roll of Infinity', withFrameNumber(1, 6, Number.POSITIVE_INFINITY), 'ERR_FACE_SAMPLE_FRAMES', 'frames[1].roll'],
    ['a number as text', withFrameNumber(1, 6, '5'), 'ERR_FACE_SAMPLE_FRAMES', 'frames[1].roll'],
    ['numbers of no face', withFrameNumber(2, 4, 1), 'ERR_FACE_SAMPLE_FRAMES', 'frames[2]'],
    ['a first frame after 0', withFrameNumber(0, 0, 1), 'ERR_FACE_SAMPLE_TIME', 'frames[0].at'],
    ['a negative time', withFrameNumber(0, 0, -1), 'ERR_FACE_SAMPLE_TIME', 'frames[0].at'],
    ['two frames at one time', withFrameNumber(1, 0, 0), 'ERR_FACE_SAMPLE_TIME', 'frames[1].at'],
    ['frames out of order', withFrameNumber(3, 0, 500), 'ERR_FACE_SAMPLE_TIME', 'frames[3].at'],
    ['a time of a fraction', withFrameNumber(1, 0, 333.5), 'ERR_FACE_SAMPLE_TIME', 'frames[1].at'],
    ['a frame after a minute', withFrameNumber(4, 0, 600_001), 'ERR_FACE_SAMPLE_TIME', 'frames[4].at'],
    ['no descriptors', { ...plainFaceSample(), descriptors: null }, 'ERR_FACE_SAMPLE_DESCRIPTORS', 'descriptors'],
    [
      'two descriptors',
      { ...plainFaceSample(), descriptors: plainFaceSample().descriptors.slice(1) },
      'ERR_FACE_SAMPLE_DESCRIPTORS',
      'descriptors',
    ],
    [
      'nine descriptors',
      { ...plainFaceSample(), descriptors: Array(9).fill([0, faceValues()]) },
      'ERR_FACE_SAMPLE_DESCRIPTORS',
      'descriptors',
    ],
    ['a bare descriptor', withDescriptor(1, faceValues()), 'ERR_FACE_SAMPLE_DESCRIPTORS', 'descriptors[1]'],
    ['a descriptor at no frame', withDescriptor(1, [334, faceValues()]), 'ERR_FACE_SAMPLE_TIME', 'descriptors[1].at'],
    ['a descriptor of no face', withDescriptor(1, [667, faceValues()]), 'ERR_FACE_SAMPLE_TIME', 'descriptors[1].at'],
    ['a descriptor of two faces', withDescriptor(1, [1_000, faceValues()]), 'ERR_FACE_SAMPLE_TIME', 'descriptors[1].at'],
    ['two descriptors of one frame', withDescriptor(1, [0, faceValues()]), 'ERR_FACE_SAMPLE_TIME', 'descriptors[1].at'],
    ['127 values', withDescriptor(2, [1_333, short]), 'ERR_FACE_SAMPLE_DESCRIPTORS', 'descriptors[2].values'],
    ['129 values', withDescriptor(2, [1_333, [...faceValues(), 0]]), 'ERR_FACE_SAMPLE_DESCRIPTORS', 'descriptors[2].values'],
    ['a hole in values', withDescriptor(2, [1_333, Array(128)]), 'ERR_FACE_SAMPLE_DESCRIPTORS', 'descriptors[2].values'],
    ['a value of a fraction', withDescriptor(0, [0, [...short, 0.5]]), 'ERR_FACE_SAMPLE_DESCRIPTORS', 'descriptors[0].values'],
    ['a value of NaN', withDescriptor(0, [0, [...short, Number.NaN]]), 'ERR_FACE_SAMPLE_DESCRIPTORS', 'descriptors[0].values'],
    ['a value beyond 1', withDescriptor(0, [0, [...short, 10_001]]), 'ERR_FACE_SAMPLE_DESCRIPTORS', 'descriptors[0].values'],
    [
      'values as floats of the network',
      withDescriptor(0, [0, faceValues().map((value) => value / 10_000)]),
      'ERR_FACE_SAMPLE_DESCRIPTORS',
      'descriptors[0].values',
    ],
    ['a descriptor of zeros', withDescriptor(0, [0, Array(128).fill(0)]), 'ERR_FACE_SAMPLE_NORM', 'descriptors[0].values'],
    [
      'too short a descriptor',
      withDescriptor(0, [0, faceValues().map((value) => Math.round(0.6 * value))]),
      'ERR_FACE_SAMPLE_NORM',
      'descriptors[0].values',
    ],
    [
      'too long a descriptor',
      withDescriptor(0, [0, faceValues().map((value) => Math.round(1.5 * value))]),
      'ERR_FACE_SAMPLE_NORM',
      'descriptors[0].values',
    ],
  ];

  it.each(broken)('refuses %s', (_name, input, code, field) => {
    expect(codeAndField(input)).toEqual([code, field]);
  });

  it('refuses prototypes posing as properties and items', () => {
    const { frames, ...rest } = plainFaceSample();
    expect(codeAndField(Object.assign(Object.create({ frames }), rest))).toEqual(['ERR_FACE_SAMPLE_FRAMES', 'frames']);
    expect(codeAndField(JSON.stringify(rest).replace('{', '{"__proto__":{"frames":[]},'))).toEqual(['ERR_FACE_SAMPLE_PROPERTY', undefined]);
    const values: unknown = Object.setPrototypeOf(new Array(128), faceValues());
    expect(codeAndField(withDescriptor(1, [333, values]))).toEqual(['ERR_FACE_SAMPLE_DESCRIPTORS', 'descriptors[1].values']);
  });

  it('refuses values that throw when they are read, without their error', () => {
    const thrower = Object.defineProperty(plainFaceSample(), 'pipeline', {
      get: () => {
        throw new Error('hunter2');
      },
    });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const input of [thrower, proxy]) {
      const error = refusal(input);
      expect(error.code).toBe('ERR_FACE_SAMPLE_TYPE');
      expect(error.cause).toBeUndefined();
      expect(error.message).not.toContain('hunter2');
    }
  });

  it('never repeats a refused value', () => {
    const marker = 'hunter2 hunter2';
    const base = plainFaceSample();
    const inputs: unknown[] = [
      marker,
      `{"${marker}`,
      { ...base, [marker]: 1 },
      ...Object.keys(base).map((name) => ({ ...base, [name]: marker })),
      withDescriptor(0, marker),
      withDescriptor(0, [marker, faceValues()]),
      withDescriptor(0, [0, [...short, marker]]),
      ...[0, 1, 2, 3, 4, 5, 6].map((column) => withFrameNumber(1, column, marker)),
    ];
    for (const input of inputs) {
      const error = refusal(input);
      expect(error.code).toMatch(/^ERR_FACE_SAMPLE_/);
      expect(error.cause).toBeUndefined();
      expect(`${error.message} ${error.field} ${error.stack}`).not.toContain('hunter2');
    }
  });

  it('does not parse text that is too long, in bytes', () => {
    const parse = vi.spyOn(JSON, 'parse');
    try {
      for (const text of ['x'.repeat(65_537), 'é'.repeat(32_769), '界'.repeat(21_846), '😀'.repeat(16_385)]) {
        expect(refusal(text).code).toBe('ERR_FACE_SAMPLE_SIZE');
      }
      expect(parse).not.toHaveBeenCalled();
      for (const text of ['x'.repeat(65_536), 'é'.repeat(32_768), '😀'.repeat(16_384)]) {
        expect(refusal(text).code).toBe('ERR_FACE_SAMPLE_JSON');
      }
      expect(parse).toHaveBeenCalledTimes(3);
    } finally {
      parse.mockRestore();
    }
  });

  it(
    'accepts whatever is in range, and gives it back as it was',
    () => {
      fc.assert(
        fc.property(anyFaceSample, (sample) => {
          expect(parseFaceSample(JSON.stringify(sample))).toEqual(sample);
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
      const damaged = fc
        .tuple(anyFaceSample, fc.constantFrom('version', 'pipeline', 'descriptors', 'frames'), anything)
        .map(([sample, name, value]) => ({
          ...sample,
          [name]: value,
        }));
      fc.assert(
        fc.property(fc.oneof(anything, damaged), (input) => {
          try {
            parseFaceSample(input);
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

describe('faceDescriptorValues', () => {
  it('rounds to 1e-4, of any list of numbers, and never to -0', () => {
    const descriptor = Float32Array.from({ length: 128 }, (_, i) => (i - 64) / 200);
    descriptor[3] = -0.00001;
    const values = faceDescriptorValues(descriptor);
    expect(values).toHaveLength(128);
    expect(values[0]).toBe(-3_200);
    expect(Object.is(values[3], 0)).toBe(true);
    expect(faceDescriptorValues([...descriptor])).toEqual(values);
  });

  it('refuses what is no descriptor', () => {
    expect(() => faceDescriptorValues('x'.repeat(128) as unknown as number[])).toThrow(TypeError);
    expect(() => faceDescriptorValues(Array(128).fill('0') as number[])).toThrow(TypeError);
    expect(() => faceDescriptorValues(new Float32Array(127))).toThrow(RangeError);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1.1, -1.1]) {
      expect(() => faceDescriptorValues(new Array(128).fill(value))).toThrow(RangeError);
    }
  });
});

it('names its own pipeline among those that are read', () => {
  expect(FACE_PIPELINES).toContain(FACE_PIPELINE);
  expect(Object.isFrozen(FACE_PIPELINES) && Object.isFrozen(FACE_LIMITS)).toBe(true);
});
