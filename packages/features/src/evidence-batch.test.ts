import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { PROPERTY_TIMEOUT, rollOverSample, runs, windowSample } from '../test/arbitraries';
import { anyPointerSample, plainPointerSample } from '../test/pointer-samples';
import { TacitError } from './errors';
import {
  assertParsedEvidenceBatch,
  EVIDENCE_LIMITS,
  type EvidenceBatch,
  isParsedEvidenceBatch,
  parseEvidenceBatch,
} from './evidence-batch';
import { isParsedPointerSample, type PointerEventNumbers } from './pointer-sample';
import { isParsedTypingSample, type TypingKey, type TypingSample } from './typing-sample';

function window(keys = 3): TypingSample {
  return { ...rollOverSample(), mode: 'window', field: 'free-text', keys: Array.from({ length: keys }, (_, i): TypingKey => ['5', i, i]) };
}

function plainBatch(): EvidenceBatch {
  return {
    version: 1,
    stream: 'AbCdEfGhIjKlMnOpQrSt-_',
    seq: 3,
    floor: 1,
    typing: [window()],
    pointer: [plainPointerSample()],
  };
}

function refusal(input: unknown): TacitError {
  try {
    parseEvidenceBatch(input);
  } catch (error) {
    if (error instanceof TacitError) {
      return error;
    }
    throw error;
  }
  throw new Error('the batch was accepted');
}

function codeAndField(input: unknown): [code: string, field: string | undefined] {
  const { code, field } = refusal(input);
  return [code, field];
}

const anyBatch: fc.Arbitrary<EvidenceBatch> = fc
  .record({
    stream: fc.stringMatching(/^[A-Za-z0-9_-]{22}$/),
    seq: fc.integer({ min: 1, max: EVIDENCE_LIMITS.maxSeq }),
    back: fc.integer({ min: 1, max: EVIDENCE_LIMITS.maxSeq }),
    typing: fc.array(windowSample, { maxLength: 3 }),
    pointer: fc.array(anyPointerSample, { maxLength: 2 }),
  })
  .map(({ back, ...rest }) => ({ version: 1, ...rest, floor: Math.max(0, rest.seq - back) }));

describe('parseEvidenceBatch', () => {
  it('returns a frozen copy of a value and of its text, whose samples the feature functions accept', () => {
    const batch = plainBatch();
    for (const input of [batch, JSON.stringify(batch)]) {
      const parsed = parseEvidenceBatch(input);
      expect(parsed).toEqual(batch);
      expect(parsed).not.toBe(batch);
      for (const part of [parsed, parsed.typing, parsed.pointer, parsed.typing[0]!.keys, parsed.pointer[0]!.events]) {
        expect(Object.isFrozen(part)).toBe(true);
      }
      expect(parsed.typing.every(isParsedTypingSample) && parsed.pointer.every(isParsedPointerSample)).toBe(true);
    }
  });

  it('is not moved by later changes to what it was given', () => {
    const batch = plainBatch();
    const parsed = parseEvidenceBatch(batch);
    batch.typing.pop();
    batch.pointer[0]!.events[1]![2] = 7;
    expect(parsed).toEqual(plainBatch());
  });

  it('returns a parsed batch as it is', () => {
    const parsed = parseEvidenceBatch(plainBatch());
    expect(parseEvidenceBatch(parsed)).toBe(parsed);
  });

  it('accepts a batch without a sample, and every limit exactly', () => {
    expect(parseEvidenceBatch({ ...plainBatch(), typing: [], pointer: [] })).toMatchObject({ typing: [], pointer: [] });
    const { maxSeq, maxTyping, maxPointer, maxRows } = EVIDENCE_LIMITS;
    const events = Array.from({ length: 1_250 }, (): PointerEventNumbers => [0, 0, 0, 0]);
    const full: EvidenceBatch = {
      ...plainBatch(),
      seq: maxSeq,
      floor: maxSeq - 1,
      typing: Array.from({ length: maxTyping }, () => window((maxRows - maxPointer * 1_250) / maxTyping)),
      pointer: Array.from({ length: maxPointer }, () => ({ ...plainPointerSample(), events })),
    };
    expect(parseEvidenceBatch(full)).toEqual(full);
    const over = { ...full, typing: full.typing.with(-1, window(full.typing.at(-1)!.keys.length + 1)) };
    expect(codeAndField(over)).toEqual(['ERR_EVIDENCE_SIZE', undefined]);
  });

  it('takes as many rows as its bytes can hold at least', () => {
    // A row of the fewest characters, as a comma joins it to the next.
    expect(EVIDENCE_LIMITS.maxRows).toBeLessThanOrEqual(EVIDENCE_LIMITS.maxBytes / '["0",0,0],'.length);
    expect(EVIDENCE_LIMITS.maxRows).toBeGreaterThan(EVIDENCE_LIMITS.maxBytes / '[0,36000000,12000,-1000],'.length);
  });

  it('writes its properties in one order, whatever the order of the input', () => {
    const { version, stream, seq, floor, typing, pointer } = plainBatch();
    const mixed = { pointer, floor, typing, seq, version, stream };
    expect(JSON.stringify(parseEvidenceBatch(mixed))).toBe(JSON.stringify(plainBatch()));
  });

  it('turns -0, which JSON can carry, into 0', () => {
    const parsed = parseEvidenceBatch(JSON.stringify(plainBatch()).replace('"floor":1', '"floor":-0'));
    expect(Object.is(parsed.floor, 0)).toBe(true);
  });

  it.each([[undefined], [null], [7], [true], [[]], ['[]'], ['"text"'], ['null'], [() => plainBatch()], [Symbol('batch')]])(
    'refuses %o as no object',
    (input) => {
      expect(refusal(input).code).toBe('ERR_EVIDENCE_TYPE');
    },
  );

  const ids = 'AbCdEfGhIjKlMnOpQrSt';
  const broken: [name: string, change: Record<string, unknown>, code: string, field: string | undefined][] = [
    ['an unknown property', { extra: 1 }, 'ERR_EVIDENCE_PROPERTY', undefined],
    ['a symbol property', { [Symbol('extra')]: 1 }, 'ERR_EVIDENCE_PROPERTY', undefined],
    ['version 0', { version: 0 }, 'ERR_EVIDENCE_VERSION', 'version'],
    ['version 2', { version: 2 }, 'ERR_EVIDENCE_VERSION', 'version'],
    ["version '1'", { version: '1' }, 'ERR_EVIDENCE_VERSION', 'version'],
    ['no stream', { stream: undefined }, 'ERR_EVIDENCE_STREAM', 'stream'],
    ['a short stream', { stream: `${ids}x` }, 'ERR_EVIDENCE_STREAM', 'stream'],
    ['a long stream', { stream: `${ids}xyz` }, 'ERR_EVIDENCE_STREAM', 'stream'],
    ['a stream with padding', { stream: `${ids}x=` }, 'ERR_EVIDENCE_STREAM', 'stream'],
    ['a stream with a line break', { stream: `${ids}xy\n` }, 'ERR_EVIDENCE_STREAM', 'stream'],
    ['a stream of another alphabet', { stream: `${ids}x+` }, 'ERR_EVIDENCE_STREAM', 'stream'],
    ['a stream as an array', { stream: [`${ids}xy`] }, 'ERR_EVIDENCE_STREAM', 'stream'],
    ['seq 0', { seq: 0 }, 'ERR_EVIDENCE_SEQ', 'seq'],
    ['seq 2^31 + 1', { seq: 2 ** 31 + 1 }, 'ERR_EVIDENCE_SEQ', 'seq'],
    ['seq 1.5', { seq: 1.5 }, 'ERR_EVIDENCE_SEQ', 'seq'],
    ["seq '3'", { seq: '3' }, 'ERR_EVIDENCE_SEQ', 'seq'],
    ['seq NaN', { seq: Number.NaN }, 'ERR_EVIDENCE_SEQ', 'seq'],
    ['floor -1', { floor: -1 }, 'ERR_EVIDENCE_FLOOR', 'floor'],
    ['a floor at seq', { floor: 3 }, 'ERR_EVIDENCE_FLOOR', 'floor'],
    ['a floor of a fraction', { floor: 0.5 }, 'ERR_EVIDENCE_FLOOR', 'floor'],
    ['no floor', { floor: undefined }, 'ERR_EVIDENCE_FLOOR', 'floor'],
    ['no typing', { typing: undefined }, 'ERR_EVIDENCE_TYPING', 'typing'],
    ['typing as an object', { typing: { length: 0 } }, 'ERR_EVIDENCE_TYPING', 'typing'],
    ['too much typing', { typing: Array(17).fill(window()) }, 'ERR_EVIDENCE_TYPING', 'typing'],
    ['an absurd length of typing', { typing: Array(2 ** 32 - 1) }, 'ERR_EVIDENCE_TYPING', 'typing'],
    ['a hole in typing', { typing: [window(), ...Array(1)] }, 'ERR_EVIDENCE_TYPING', 'typing[1]'],
    ['a sample as text', { typing: [JSON.stringify(window())] }, 'ERR_EVIDENCE_TYPING', 'typing[0]'],
    ['a sample of a secret', { typing: [rollOverSample()] }, 'ERR_EVIDENCE_TYPING', 'typing[0].mode'],
    ['a sample of a text', { typing: [window(), { ...window(), mode: 'text' }] }, 'ERR_EVIDENCE_TYPING', 'typing[1].mode'],
    ['a wrong key', { typing: [{ ...window(), keys: [['39', 0, 1]] }] }, 'ERR_EVIDENCE_TYPING', 'typing[0].keys[0].key'],
    ['a wrong sample', { typing: [{ ...window(), extra: 1 }] }, 'ERR_EVIDENCE_TYPING', 'typing[0]'],
    ['no pointer', { pointer: undefined }, 'ERR_EVIDENCE_POINTER', 'pointer'],
    ['too many samples of the pointer', { pointer: Array(9).fill(plainPointerSample()) }, 'ERR_EVIDENCE_POINTER', 'pointer'],
    ['a sample of the pointer as text', { pointer: [JSON.stringify(plainPointerSample())] }, 'ERR_EVIDENCE_POINTER', 'pointer[0]'],
    ['a window among the pointer', { pointer: [window()] }, 'ERR_EVIDENCE_POINTER', 'pointer[0]'],
    [
      'a wrong event',
      { pointer: [{ ...plainPointerSample(), events: [[9, 0, 0, 0]] }] },
      'ERR_EVIDENCE_POINTER',
      'pointer[0].events[0].kind',
    ],
  ];

  it.each(broken)('refuses %s', (_name, change, code, field) => {
    expect(codeAndField({ ...plainBatch(), ...change })).toEqual([code, field]);
  });

  it('keeps what the sample said as the cause', () => {
    const { cause } = refusal({ ...plainBatch(), typing: [{ ...window(), clockStep: 0 }] });
    expect(cause).toMatchObject({ code: 'ERR_SAMPLE_CLOCK_STEP', field: 'clockStep' });
  });

  it('refuses prototypes posing as properties', () => {
    const { pointer, ...rest } = plainBatch();
    expect(codeAndField(Object.assign(Object.create({ pointer }), rest))).toEqual(['ERR_EVIDENCE_POINTER', 'pointer']);
    expect(codeAndField(JSON.stringify(rest).replace('{', '{"__proto__":{"pointer":[]},'))).toEqual(['ERR_EVIDENCE_PROPERTY', undefined]);
  });

  it('reads each property once, so that no accessor can change its mind', () => {
    let reads = 0;
    const batch = Object.defineProperty(plainBatch(), 'seq', {
      enumerable: true,
      get: () => {
        reads++;
        return reads === 1 ? 3 : -1;
      },
    });
    expect(parseEvidenceBatch(batch).seq).toBe(3);
    expect(reads).toBe(1);
  });

  it('refuses values that throw when they are read, without their error', () => {
    const thrower = (name: string) =>
      Object.defineProperty(plainBatch(), name, {
        get: () => {
          throw new Error('hunter2');
        },
      });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const input of [thrower('stream'), thrower('typing'), proxy]) {
      const error = refusal(input);
      expect(error.code).toBe('ERR_EVIDENCE_TYPE');
      expect(error.cause).toBeUndefined();
      expect(error.message).not.toContain('hunter2');
    }
  });

  it('never repeats a refused value', () => {
    const marker = 'hunter2 hunter2';
    const base = plainBatch();
    const inputs: unknown[] = [
      marker,
      `{"${marker}`,
      { ...base, [marker]: 1 },
      ...Object.keys(base).map((name) => ({ ...base, [name]: marker })),
      { ...base, typing: [marker] },
      { ...base, typing: [{ ...window(), field: marker }] },
      { ...base, pointer: [{ ...plainPointerSample(), device: marker }] },
    ];
    for (const input of inputs) {
      const error = refusal(input);
      expect(error.code).toMatch(/^ERR_EVIDENCE_/);
      expect(`${error.message} ${error.field} ${error.stack} ${String(error.cause)}`).not.toContain('hunter2');
    }
  });
});

describe('the bound on bytes', () => {
  it('comes before the parse, and counts UTF-8', () => {
    const parse = vi.spyOn(JSON, 'parse');
    try {
      for (const text of ['x'.repeat(131_073), 'é'.repeat(65_537), '😀'.repeat(32_769), '['.repeat(10_000_000)]) {
        expect(refusal(text).code).toBe('ERR_EVIDENCE_SIZE');
      }
      expect(parse).not.toHaveBeenCalled();
      expect(refusal('😀'.repeat(32_768)).code).toBe('ERR_EVIDENCE_JSON');
      expect(parse).toHaveBeenCalledTimes(1);
    } finally {
      parse.mockRestore();
    }
  });
});

describe('the brand', () => {
  it('is the identity of what the parser returned, not its shape', () => {
    const parsed = parseEvidenceBatch(plainBatch());
    expect(isParsedEvidenceBatch(parsed)).toBe(true);
    for (const forged of [
      plainBatch(),
      { ...parsed },
      structuredClone(parsed),
      Object.create(parsed),
      new Proxy(parsed, {}),
      null,
      'batch',
    ]) {
      expect(isParsedEvidenceBatch(forged)).toBe(false);
      expect(() => assertParsedEvidenceBatch(forged)).toThrow(expect.objectContaining({ code: 'ERR_EVIDENCE_UNPARSED' }));
    }
    expect(() => assertParsedEvidenceBatch(parsed)).not.toThrow();
  });
});

describe('properties of the parser', () => {
  /** Accepted, or refused as it should be: anything else that is thrown fails the property. */
  function acceptsOrRefuses(input: unknown): void {
    let parsed: unknown;
    try {
      parsed = parseEvidenceBatch(input);
    } catch (error) {
      expect(error).toBeInstanceOf(TacitError);
      expect((error as TacitError).code).toMatch(/^ERR_EVIDENCE_[A-Z_]+$/);
      return;
    }
    expect(isParsedEvidenceBatch(parsed)).toBe(true);
    expect(parseEvidenceBatch(JSON.stringify(parsed))).toEqual(parsed);
  }

  it(
    'accepts every batch within the bounds, and its own output',
    () => {
      fc.assert(
        fc.property(anyBatch, (batch) => {
          const parsed = parseEvidenceBatch(JSON.stringify(batch));
          expect(parsed).toEqual(batch);
          expect(parseEvidenceBatch(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed);
        }),
        runs(100, 5_000),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'throws nothing but its own errors for arbitrary values and for mutated batches',
    () => {
      fc.assert(fc.property(fc.json(), acceptsOrRefuses), runs(300, 30_000));
      fc.assert(
        fc.property(fc.anything({ withNullPrototype: true, withSparseArray: true, withBigInt: true, withDate: true }), acceptsOrRefuses),
        runs(300, 30_000),
      );
      const noise = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(-0, Number.NaN, 2 ** 53, -1, 0.5, undefined, 2 ** 31 + 1));
      const names = ['version', 'stream', 'seq', 'floor', 'typing', 'pointer'] as const;
      fc.assert(
        fc.property(anyBatch, fc.constantFrom(...names), noise, (batch, name, value) => acceptsOrRefuses({ ...batch, [name]: value })),
        runs(300, 30_000),
      );
      const texts = fc
        .tuple(
          anyBatch,
          fc.array(fc.tuple(fc.nat(), fc.constantFrom('', '"', '[', '{', '0', '-', 'e9', ',', 'null', '\\u0000', '😀')), {
            minLength: 1,
            maxLength: 4,
          }),
        )
        .map(([batch, changes]) => {
          let text = JSON.stringify(batch);
          for (const [at, piece] of changes) {
            const place = at % text.length;
            text = text.slice(0, place) + piece + text.slice(place + 1);
          }
          return text;
        });
      fc.assert(fc.property(texts, acceptsOrRefuses), runs(300, 30_000));
    },
    PROPERTY_TIMEOUT,
  );
});
