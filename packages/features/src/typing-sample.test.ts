import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { anySample, PROPERTY_TIMEOUT, rollOverSample, runs, typedText } from '../test/arbitraries';
import { TacitError } from './errors';
import { assertParsedTypingSample, isParsedTypingSample, parseTypingSample, TYPING_LIMITS } from './typing-sample';

function refusal(input: unknown): TacitError {
  try {
    parseTypingSample(input);
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

describe('parseTypingSample', () => {
  it('returns a frozen copy of a value and of its text', () => {
    const sample = { ...typedText(['KeyA', 0], [null, 90.5]), flags: { composed: true } };
    for (const input of [sample, JSON.stringify(sample)]) {
      const parsed = parseTypingSample(input);
      expect(parsed).toEqual(sample);
      expect(parsed).not.toBe(sample);
      for (const part of [parsed, parsed.flags, parsed.keys, ...parsed.keys]) {
        expect(Object.isFrozen(part)).toBe(true);
      }
    }
  });

  it('is not moved by later changes to what it was given', () => {
    const sample = rollOverSample();
    const parsed = parseTypingSample(sample);
    sample.keys[1]![1] = 7;
    sample.keys.pop();
    expect(parsed.keys).toEqual(rollOverSample().keys);
  });

  it('accepts no keys at all, and every limit exactly', () => {
    expect(parseTypingSample({ ...rollOverSample(), keys: [] }).keys).toEqual([]);
    const { maxTime, maxHold, maxKeys, maxClockStep } = TYPING_LIMITS;
    const keys = Array.from({ length: maxKeys }, (_, index) => [
      'Z'.repeat(24),
      index === 0 ? 0 : maxTime,
      index === 0 ? maxHold : maxTime,
    ]);
    const limits = { ...rollOverSample(), mode: 'text', field: 'f'.repeat(64), keys, clockStep: maxClockStep };
    expect(parseTypingSample(limits).keys).toHaveLength(maxKeys);
    expect(parseTypingSample(JSON.stringify(limits)).keys).toHaveLength(maxKeys);
  });

  it('takes every class of keys in a window', () => {
    const keys = Array.from({ length: 39 }, (_, id) => [String(id), id, null]);
    expect(parseTypingSample({ ...rollOverSample(), mode: 'window', keys }).keys.map(([key]) => key)).toEqual(keys.map(([key]) => key));
  });

  it('returns a parsed sample as it is', () => {
    const parsed = parseTypingSample(rollOverSample());
    expect(parseTypingSample(parsed)).toBe(parsed);
  });

  it('writes its properties in one order, whatever the order of the input', () => {
    const { version, mode, field, keys, clockStep, device } = rollOverSample();
    const mixed = { device, keys, flags: { untrusted: true, pasted: true }, field, clockStep, mode, version };
    const text = JSON.stringify(parseTypingSample(mixed));
    expect(text).toBe(JSON.stringify({ ...rollOverSample(), flags: { pasted: true, untrusted: true } }));
  });

  it('turns -0, which JSON can carry, into 0', () => {
    const parsed = parseTypingSample(JSON.stringify(rollOverSample()).replace('[null,0,1200]', '[null,-0,-0]'));
    expect(Object.is(parsed.keys[0]![1], 0) && Object.is(parsed.keys[0]![2], 0)).toBe(true);
  });

  it.each([[undefined], [null], [7], [true], [[]], ['[]'], ['"text"'], ['null'], [() => rollOverSample()], [Symbol('sample')]])(
    'refuses %o as no object',
    (input) => {
      expect(refusal(input).code).toBe('ERR_SAMPLE_TYPE');
    },
  );

  const broken: [name: string, change: Record<string, unknown>, code: string, field: string | undefined][] = [
    ['an unknown property', { extra: 1 }, 'ERR_SAMPLE_PROPERTY', undefined],
    ['a symbol property', { [Symbol('extra')]: 1 }, 'ERR_SAMPLE_PROPERTY', undefined],
    ['version 0', { version: 0 }, 'ERR_SAMPLE_VERSION', 'version'],
    ['version 2', { version: 2 }, 'ERR_SAMPLE_VERSION', 'version'],
    ["version '1'", { version: '1' }, 'ERR_SAMPLE_VERSION', 'version'],
    ['no version', { version: undefined }, 'ERR_SAMPLE_VERSION', 'version'],
    ['another mode', { mode: 'password' }, 'ERR_SAMPLE_MODE', 'mode'],
    ['a mode as an array', { mode: ['secret'] }, 'ERR_SAMPLE_MODE', 'mode'],
    ['an empty field', { field: '' }, 'ERR_SAMPLE_FIELD', 'field'],
    ['a long field', { field: 'f'.repeat(65) }, 'ERR_SAMPLE_FIELD', 'field'],
    ['a field with a line break', { field: 'password\n' }, 'ERR_SAMPLE_FIELD', 'field'],
    ['a field as an array', { field: ['password'] }, 'ERR_SAMPLE_FIELD', 'field'],
    ['clockStep 0', { clockStep: 0 }, 'ERR_SAMPLE_CLOCK_STEP', 'clockStep'],
    ['clockStep 10001', { clockStep: 10_001 }, 'ERR_SAMPLE_CLOCK_STEP', 'clockStep'],
    ['clockStep 1.5', { clockStep: 1.5 }, 'ERR_SAMPLE_CLOCK_STEP', 'clockStep'],
    ["clockStep '1'", { clockStep: '1' }, 'ERR_SAMPLE_CLOCK_STEP', 'clockStep'],
    ['another device', { device: 'pen' }, 'ERR_SAMPLE_DEVICE', 'device'],
    ['no device', { device: undefined }, 'ERR_SAMPLE_DEVICE', 'device'],
    ['no flags', { flags: undefined }, 'ERR_SAMPLE_FLAGS', 'flags'],
    ['flags as an array', { flags: [] }, 'ERR_SAMPLE_FLAGS', 'flags'],
    ['an unknown flag', { flags: { typed: true } }, 'ERR_SAMPLE_FLAGS', 'flags'],
    ['a false flag', { flags: { pasted: false } }, 'ERR_SAMPLE_FLAGS', 'flags.pasted'],
    ['a flag of 1', { flags: { untrusted: 1 } }, 'ERR_SAMPLE_FLAGS', 'flags.untrusted'],
    ['no keys', { keys: undefined }, 'ERR_SAMPLE_KEYS', 'keys'],
    ['keys as an object', { keys: { length: 0 } }, 'ERR_SAMPLE_KEYS', 'keys'],
    ['too many keys', { keys: Array(2_001).fill([null, 0, 0]) }, 'ERR_SAMPLE_KEYS', 'keys'],
    ['an absurd length of keys', { keys: Array(2 ** 32 - 1) }, 'ERR_SAMPLE_KEYS', 'keys'],
    ['a hole in keys', { keys: Array(1) }, 'ERR_SAMPLE_KEYS', 'keys[0]'],
    ['a pair', { keys: [[null, 0]] }, 'ERR_SAMPLE_KEYS', 'keys[0]'],
    ['a quadruple', { keys: [[null, 0, 1, 2]] }, 'ERR_SAMPLE_KEYS', 'keys[0]'],
    ['a hole in an entry', { keys: [[null, 0, 1], Array(3)] }, 'ERR_SAMPLE_KEY', 'keys[1].key'],
    ['a key in secret mode', { keys: [['KeyA', 0, 1]] }, 'ERR_SAMPLE_KEY', 'keys[0].key'],
    ['an empty key', { mode: 'text', keys: [['', 0, 1]] }, 'ERR_SAMPLE_KEY', 'keys[0].key'],
    ['a long key', { mode: 'text', keys: [['K'.repeat(25), 0, 1]] }, 'ERR_SAMPLE_KEY', 'keys[0].key'],
    ['a key that is no code', { mode: 'text', keys: [['é', 0, 1]] }, 'ERR_SAMPLE_KEY', 'keys[0].key'],
    ['a key as an array', { mode: 'text', keys: [[['KeyA'], 0, 1]] }, 'ERR_SAMPLE_KEY', 'keys[0].key'],
    ...['39', '-1', '05', '1.0', '', ' 1', 'KeyA', '١', null, 5, ['5']].map((key): (typeof broken)[number] => [
      `the key ${JSON.stringify(key)} in a window`,
      {
        mode: 'window',
        keys: [
          ['5', 0, 1],
          [key, 1, 2],
        ],
      },
      'ERR_SAMPLE_KEY',
      'keys[1].key',
    ]),
    ['a first press after 0', { keys: [[null, 1, 2]] }, 'ERR_SAMPLE_TIME', 'keys[0].press'],
    ['a negative press', { keys: [[null, -1, 2]] }, 'ERR_SAMPLE_TIME', 'keys[0].press'],
    [
      'a press of a fraction',
      {
        keys: [
          [null, 0, 1],
          [null, 0.5, 1],
        ],
      },
      'ERR_SAMPLE_TIME',
      'keys[1].press',
    ],
    ['a press of NaN', { keys: [[null, Number.NaN, 1]] }, 'ERR_SAMPLE_TIME', 'keys[0].press'],
    ['a press of null', { keys: [[null, null, 1]] }, 'ERR_SAMPLE_TIME', 'keys[0].press'],
    [
      'presses out of order',
      {
        keys: [
          [null, 0, 1],
          [null, 9, 9],
          [null, 8, 9],
        ],
      },
      'ERR_SAMPLE_TIME',
      'keys[2].press',
    ],
    [
      'a press after an hour',
      {
        keys: [
          [null, 0, 1],
          [null, 36_000_001, null],
        ],
      },
      'ERR_SAMPLE_TIME',
      'keys[1].press',
    ],
    [
      'a release before its press',
      {
        keys: [
          [null, 0, 1],
          [null, 9, 8],
        ],
      },
      'ERR_SAMPLE_TIME',
      'keys[1].release',
    ],
    ['a release of a fraction', { keys: [[null, 0, 1.5]] }, 'ERR_SAMPLE_TIME', 'keys[0].release'],
    ['a release of Infinity', { keys: [[null, 0, Number.POSITIVE_INFINITY]] }, 'ERR_SAMPLE_TIME', 'keys[0].release'],
    ['a release as text', { keys: [[null, 0, '5']] }, 'ERR_SAMPLE_TIME', 'keys[0].release'],
    ['a hold over 60 s', { keys: [[null, 0, 600_001]] }, 'ERR_SAMPLE_TIME', 'keys[0].release'],
    [
      'a release after an hour',
      {
        keys: [
          [null, 0, 1],
          [null, 36_000_000, 36_000_001],
        ],
      },
      'ERR_SAMPLE_TIME',
      'keys[1].release',
    ],
  ];

  it.each(broken)('refuses %s', (_name, change, code, field) => {
    expect(codeAndField({ ...rollOverSample(), ...change })).toEqual([code, field]);
  });

  it('refuses an entry of keys whose items are inherited', () => {
    const entry: unknown = Object.setPrototypeOf(new Array(3), [null, 0, 100]);
    expect(() => parseTypingSample({ ...rollOverSample(), keys: [entry] })).toThrow(expect.objectContaining({ field: 'keys[0].key' }));
  });

  it('refuses prototypes posing as properties', () => {
    const { device, ...rest } = rollOverSample();
    expect(codeAndField(Object.assign(Object.create({ device }), rest))).toEqual(['ERR_SAMPLE_DEVICE', 'device']);
    expect(codeAndField(JSON.stringify(rest).replace('{', '{"__proto__":{"device":"keyboard"},'))).toEqual([
      'ERR_SAMPLE_PROPERTY',
      undefined,
    ]);
    expect(codeAndField(JSON.stringify(rollOverSample()).replace('"flags":{', '"flags":{"__proto__":true'))).toEqual([
      'ERR_SAMPLE_FLAGS',
      'flags',
    ]);
    const inherited = Object.assign(Object.create({ pasted: true }), {});
    expect(parseTypingSample({ ...rollOverSample(), flags: inherited }).flags).toEqual({});
  });

  it('reads each property once, so that no accessor can change its mind', () => {
    let reads = 0;
    const sample = Object.defineProperty(rollOverSample(), 'field', {
      enumerable: true,
      get: () => {
        reads++;
        return reads === 1 ? 'password' : 'not a field';
      },
    });
    expect(parseTypingSample(sample).field).toBe('password');
    expect(reads).toBe(1);
  });

  it('refuses values that throw when they are read, without their error', () => {
    const thrower = Object.defineProperty(rollOverSample(), 'field', {
      get: () => {
        throw new Error('hunter2');
      },
    });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const input of [thrower, proxy]) {
      const error = refusal(input);
      expect(error.code).toBe('ERR_SAMPLE_TYPE');
      expect(error.cause).toBeUndefined();
      expect(error.message).not.toContain('hunter2');
    }
  });

  it('never repeats a refused value', () => {
    const marker = 'hunter2 hunter2';
    const base = rollOverSample();
    const inputs: unknown[] = [
      marker,
      `{"${marker}`,
      { ...base, [marker]: 1 },
      ...Object.keys(base).map((name) => ({ ...base, [name]: marker })),
      { ...base, flags: { [marker]: true } },
      { ...base, flags: { pasted: marker } },
      { ...base, keys: [marker] },
      ...[0, 1, 2].map((place) => ({ ...base, mode: 'text', keys: [['KeyA', 0, 1].with(place, marker)] })),
    ];
    for (const input of inputs) {
      const error = refusal(input);
      expect(error.code).toMatch(/^ERR_SAMPLE_/);
      expect(error.cause).toBeUndefined();
      expect(`${error.message} ${error.field} ${error.stack}`).not.toContain('hunter2');
    }
  });
});

describe('the bound on bytes', () => {
  it('comes before the parse', () => {
    const parse = vi.spyOn(JSON, 'parse');
    try {
      expect(refusal('{'.repeat(TYPING_LIMITS.maxBytes + 1)).code).toBe('ERR_SAMPLE_SIZE');
      expect(refusal('['.repeat(10_000_000)).code).toBe('ERR_SAMPLE_SIZE');
      expect(parse).not.toHaveBeenCalled();
      expect(refusal('{'.repeat(TYPING_LIMITS.maxBytes)).code).toBe('ERR_SAMPLE_JSON');
      expect(parse).toHaveBeenCalledTimes(1);
    } finally {
      parse.mockRestore();
    }
  });

  it('decides on the length alone where the length is enough', () => {
    const look = vi.spyOn(String.prototype, 'charCodeAt');
    try {
      const tooLong = refusal('{'.repeat(10_000_000)).code;
      const short = parseTypingSample(JSON.stringify(rollOverSample())).field;
      const calls = look.mock.calls.length;
      expect([tooLong, short, calls]).toEqual(['ERR_SAMPLE_SIZE', 'password', 0]);
    } finally {
      look.mockRestore();
    }
  });

  it.each([
    ['one byte', 'a'],
    ['two bytes', 'é'],
    ['three bytes', '€'],
    ['four bytes', '😀'],
    ['a lone high surrogate', '\ud83d'],
    ['a lone low surrogate', '\ude00'],
  ])('counts UTF-8: %s', (_name, character) => {
    const encoder = new TextEncoder();
    const size = encoder.encode(character).length;
    const exact = character.repeat(Math.floor(TYPING_LIMITS.maxBytes / size)).padEnd(1);
    const full = exact + ' '.repeat(TYPING_LIMITS.maxBytes - encoder.encode(exact).length);
    expect(refusal(full).code).toBe('ERR_SAMPLE_JSON');
    expect(refusal(`${full} `).code).toBe('ERR_SAMPLE_SIZE');
  });
});

describe('the brand', () => {
  it('is the identity of what the parser returned, not its shape', () => {
    const parsed = parseTypingSample(rollOverSample());
    expect(isParsedTypingSample(parsed)).toBe(true);
    for (const forged of [
      rollOverSample(),
      { ...parsed },
      structuredClone(parsed),
      Object.create(parsed),
      new Proxy(parsed, {}),
      null,
      'sample',
    ]) {
      expect(isParsedTypingSample(forged)).toBe(false);
      expect(() => assertParsedTypingSample(forged)).toThrow(expect.objectContaining({ code: 'ERR_SAMPLE_UNPARSED' }));
    }
    expect(() => assertParsedTypingSample(parsed)).not.toThrow();
  });
});

describe('properties of the parser', () => {
  /** Accepted, or refused as it should be: anything else that is thrown fails the property. */
  function acceptsOrRefuses(input: unknown): void {
    let parsed: unknown;
    try {
      parsed = parseTypingSample(input);
    } catch (error) {
      expect(error).toBeInstanceOf(TacitError);
      expect((error as TacitError).code).toMatch(/^ERR_SAMPLE_[A-Z_]+$/);
      return;
    }
    expect(isParsedTypingSample(parsed)).toBe(true);
    expect(parseTypingSample(JSON.stringify(parsed))).toEqual(parsed);
  }

  it(
    'accepts every sample within the bounds, and its own output',
    () => {
      fc.assert(
        fc.property(anySample, (sample) => {
          const parsed = parseTypingSample(JSON.stringify(sample));
          expect(parsed).toEqual(sample);
          expect(parseTypingSample(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed);
        }),
        runs(300, 10_000),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'throws nothing but its own errors for arbitrary JSON and arbitrary values',
    () => {
      fc.assert(fc.property(fc.json(), acceptsOrRefuses), runs(500, 50_000));
      fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), acceptsOrRefuses), runs(500, 50_000));
      fc.assert(
        fc.property(fc.anything({ withNullPrototype: true, withSparseArray: true, withBigInt: true, withDate: true }), acceptsOrRefuses),
        runs(500, 50_000),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'throws nothing but its own errors for mutated samples',
    () => {
      const noise = fc.oneof(
        fc.jsonValue({ maxDepth: 2 }),
        fc.constantFrom(-0, Number.POSITIVE_INFINITY, Number.NaN, 2 ** 53, -1, 0.5, undefined, 36_000_001),
      );
      const values = fc.tuple(anySample, fc.array(fc.tuple(fc.nat(), noise), { minLength: 1, maxLength: 3 })).map(([sample, changes]) => {
        const places = placesIn(sample);
        for (const [at, value] of changes) {
          const [holder, name] = places[at % places.length]!;
          holder[name] = value;
        }
        return sample;
      });
      fc.assert(fc.property(values, acceptsOrRefuses), runs(1_000, 50_000));

      const texts = fc
        .tuple(
          anySample,
          fc.array(fc.tuple(fc.nat(), fc.constantFrom('', '"', '[', '{', '0', '-', 'e9', ',', 'null', '\\u0000', '😀')), {
            minLength: 1,
            maxLength: 4,
          }),
        )
        .map(([sample, changes]) => {
          let text = JSON.stringify(sample);
          for (const [at, piece] of changes) {
            const place = at % text.length;
            text = text.slice(0, place) + piece + text.slice(place + 1);
          }
          return text;
        });
      fc.assert(fc.property(texts, acceptsOrRefuses), runs(1_000, 50_000));
    },
    PROPERTY_TIMEOUT,
  );
});

/** Every property of a value and of the values in it, as holder and name; a new name for each object too. */
function placesIn(value: unknown): [holder: Record<string, unknown>, name: string][] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const holder = value as Record<string, unknown>;
  const names = Array.isArray(value) ? Object.keys(value) : [...Object.keys(value), 'extra', 'pasted'];
  return names.flatMap((name) => [[holder, name] as [Record<string, unknown>, string], ...placesIn(holder[name])]);
}
