import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numbersIn, PROPERTY_TIMEOUT, rollOverSample, runs, secretSample, textSample, typedText } from '../test/arbitraries';
import { isInsufficient } from './insufficient';
import { deviationOf } from './moments';
import { mergeNGraphs, N_GRAPH_LIMITS, type NGraphOptions, type NGraphs, nGraphs } from './n-graphs';
import { parseTypingSample, type TypingKey, type TypingSample } from './typing-sample';

function graphsOf(sample: TypingSample, options: NGraphOptions): NGraphs {
  const result = nGraphs(parseTypingSample(sample), options);
  if (isInsufficient(result)) {
    throw new Error(result.reason);
  }
  return result;
}

const names = ({ graphs }: NGraphs): string[] => graphs.map(({ keys }) => keys.join(' '));
const withKeys = (...keys: TypingKey[]): TypingSample => ({ ...typedText(), keys });

describe('nGraphs', () => {
  it('measures digraphs between both presses and both releases', () => {
    // T at 0 to 120 ms, H at 100 to 190: H goes down before T comes up.
    const { schema, n, keyedBy, graphs } = graphsOf(withKeys(['KeyT', 0, 1_200], ['KeyH', 1_000, 1_900]), { n: 2 });
    expect({ schema, n, keyedBy }).toEqual({ schema: 'n-graphs/1', n: 2, keyedBy: 'codes' });
    expect(graphs).toEqual([
      {
        keys: ['KeyT', 'KeyH'],
        downDown: { count: 1, mean: 100, m2: 0 },
        upUp: { count: 1, mean: 70, m2: 0 },
        upDown: { count: 1, mean: -20, m2: 0 },
        downUp: { count: 1, mean: 190, m2: 0 },
      },
    ]);
  });

  it('counts a digraph typed again, with mean and sample deviation', () => {
    const sample = typedText(['KeyA', 0], ['KeyB', 100], ['KeyA', 300], ['KeyB', 340], ['KeyA', 400], ['KeyB', 520]);
    const { graphs } = graphsOf(sample, { n: 2 });
    expect(names({ graphs } as NGraphs)).toEqual(['KeyA KeyB', 'KeyB KeyA']);
    expect(graphs[0]!.downDown.count).toBe(3);
    expect(graphs[0]!.downDown.mean).toBeCloseTo(260 / 3, 12);
    // 100, 40, 120 around 260 / 3
    expect(deviationOf(graphs[0]!.downDown)).toBeCloseTo(Math.sqrt(5_200 / 3), 10);
    expect(graphs[0]!.upDown!.mean).toBeCloseTo(260 / 3 - 50, 12);
  });

  it.each([
    [3, ['KeyA KeyB KeyC', 'KeyB KeyC KeyD'], [250, 350]],
    [4, ['KeyA KeyB KeyC KeyD'], [450]],
  ] as const)('measures runs of %i from first to last press, and nothing else', (n, keys, means) => {
    const result = graphsOf(typedText(['KeyA', 0], ['KeyB', 100], ['KeyC', 250], ['KeyD', 450]), { n });
    expect(names(result)).toEqual(keys);
    expect(result.graphs.map(({ downDown }) => downDown.mean)).toEqual(means);
    expect(result.graphs.every(({ upUp, upDown, downUp }) => upUp === null && upDown === null && downUp === null)).toBe(true);
  });

  it('leaves out the measures of a release that was never seen', () => {
    const [graph] = graphsOf(withKeys(['KeyA', 0, null], ['KeyB', 1_000, 1_500]), { n: 2 }).graphs;
    expect(graph).toMatchObject({ downDown: { count: 1, mean: 100 }, upUp: null, upDown: null, downUp: { count: 1, mean: 150 } });
  });

  it.each(['Backspace', 'Delete', 'ArrowLeft', 'Enter', 'Tab', 'Escape', null])('ends a run at %s', (key) => {
    const result = graphsOf(typedText(['KeyA', 0], ['KeyB', 100], [key, 200], ['KeyC', 300], ['KeyD', 400]), { n: 2 });
    expect(names(result)).toEqual(['KeyA KeyB', 'KeyC KeyD']);
  });

  it.each(['ShiftLeft', 'CapsLock', 'AltRight'])('leaves %s out without ending a run', (key) => {
    const result = graphsOf(typedText(['KeyA', 0], [key, 80], ['KeyB', 100]), { n: 2 });
    expect(names(result)).toEqual(['KeyA KeyB']);
    expect(result.graphs[0]!.downDown.mean).toBe(100);
  });

  it('takes keys under Control for commands, until it comes up', () => {
    const sample = withKeys(
      ['KeyA', 0, 500],
      ['ControlLeft', 1_000, 3_000],
      ['KeyC', 1_500, 1_900],
      ['KeyV', 2_500, 2_900],
      ['KeyD', 3_000, 3_500],
      ['KeyE', 4_000, 4_500],
    );
    expect(names(graphsOf(sample, { n: 2 }))).toEqual(['KeyD KeyE']);
  });

  it.each<[string, TypingKey[]]>([
    [
      'as Windows sends it',
      [
        ['ControlLeft', 800, 1_600],
        ['AltRight', 800, 1_600],
      ],
    ],
    [
      'without releases',
      [
        ['ControlLeft', 800, null],
        ['AltRight', 800, null],
      ],
    ],
    [
      'with Shift between',
      [
        ['ControlLeft', 800, 1_600],
        ['ShiftLeft', 810, 1_500],
        ['AltRight', 820, 1_600],
      ],
    ],
  ])('takes Control with AltGr for AltGr, %s', (_how, altGr) => {
    // Q under AltGr writes @.
    const sample = withKeys(['KeyA', 0, 500], ...altGr, ['KeyQ', 1_000, 1_400], ['KeyB', 2_000, 2_400]);
    expect(names(graphsOf(sample, { n: 3 }))).toEqual(['KeyA KeyQ KeyB']);
  });

  it('takes Control for a command where it came up before AltGr, or a key was typed under it alone', () => {
    const before = withKeys(
      ['ControlLeft', 0, 500],
      ['KeyV', 200, 300],
      ['AltRight', 400, 900],
      ['KeyQ', 600, 800],
      ['KeyB', 1_000, 1_400],
    );
    expect(names(graphsOf(before, { n: 2 }))).toEqual(['KeyQ KeyB']);
    const up = withKeys(['KeyA', 0, 50], ['ControlLeft', 100, 500], ['AltRight', 500, 900], ['KeyQ', 600, 800], ['KeyB', 1_000, 1_400]);
    expect(names(graphsOf(up, { n: 2 }))).toEqual(['KeyQ KeyB']);
  });

  it('takes one key for a command where Control was never seen to come up', () => {
    const sample = withKeys(['ControlLeft', 0, null], ['KeyV', 500, 900], ['KeyD', 1_000, 1_500], ['KeyE', 2_000, 2_500]);
    expect(names(graphsOf(sample, { n: 2 }))).toEqual(['KeyD KeyE']);
  });

  it('ends a run at a pause longer than the longest gap, not at one as long', () => {
    const sample = typedText(['KeyA', 0], ['KeyB', 2_000], ['KeyC', 4_000.1], ['KeyD', 4_100]);
    expect(names(graphsOf(sample, { n: 2 }))).toEqual(['KeyA KeyB', 'KeyC KeyD']);
    expect(names(graphsOf(sample, { n: 2, longestGap: 2_000.1 }))).toHaveLength(3);
    expect(names(graphsOf(sample, { n: 2, longestGap: 100 }))).toEqual(['KeyC KeyD']);
  });

  it('tells classes only, when asked', () => {
    const sample = typedText(['Digit1', 0], ['Digit2', 100], ['KeyA', 200], ['Digit7', 300], ['Numpad3', 400]);
    const result = graphsOf(sample, { n: 2, keyedBy: 'classes' });
    expect(names(result)).toEqual(['37 37', '11 37', '37 11']);
    expect(result.graphs[0]!.downDown.count).toBe(2);
  });

  it('reads class ids as it reads codes', () => {
    const codes = typedText(['KeyA', 0], ['ShiftLeft', 50], ['KeyB', 100], ['Backspace', 200], ['KeyC', 300], ['Space', 400]);
    const ids = typedText(['11', 0], ['2', 50], ['12', 100], ['1', 200], ['13', 300], ['0', 400]);
    const wanted = graphsOf(codes, { n: 2, keyedBy: 'classes' });
    expect(names(wanted)).toEqual(['11 12', '13 0']);
    expect(graphsOf(ids, { n: 2, keyedBy: 'classes' })).toEqual(wanted);
    expect(graphsOf(ids, { n: 2 }).graphs).toEqual(wanted.graphs);
  });

  it.each([2, 3, 4] as const)('has too few keys in secret mode, n = %i', (n) => {
    expect(nGraphs(parseTypingSample(rollOverSample()), { n })).toEqual({
      status: 'insufficient',
      reason: 'too-few-keys',
      detail: `no run of ${n} keys with known codes`,
    });
  });

  it('has too few keys where no run is long enough', () => {
    const sample = parseTypingSample(typedText(['KeyA', 0], ['KeyB', 100]));
    expect(nGraphs(sample, { n: 3 })).toMatchObject({ reason: 'too-few-keys' });
    expect(nGraphs(parseTypingSample(typedText()), { n: 2 })).toMatchObject({ reason: 'too-few-keys' });
  });

  it.each(['pasted', 'dropped', 'autofilled', 'composed'] as const)('is insufficient where text was %s', (flag) => {
    const sample = parseTypingSample({ ...typedText(['KeyA', 0], ['KeyB', 100]), flags: { [flag]: true } });
    expect(nGraphs(sample, { n: 2 })).toMatchObject({ reason: flag });
  });

  it('refuses wrong options and samples that were not parsed', () => {
    const sample = parseTypingSample(typedText(['KeyA', 0], ['KeyB', 100]));
    expect(() => nGraphs({ ...sample }, { n: 2 })).toThrow(expect.objectContaining({ code: 'ERR_SAMPLE_UNPARSED' }));
    expect(() => nGraphs(sample, undefined as unknown as NGraphOptions)).toThrow(TypeError);
    expect(() => nGraphs(sample, { n: 5 as 2 })).toThrow(new RangeError('n must be 2, 3 or 4'));
    expect(() => nGraphs(sample, { n: '2' as unknown as 2 })).toThrow(new TypeError('n must be a number'));
    expect(() => nGraphs(sample, { n: 2, keyedBy: 'letters' as 'codes' })).toThrow(TypeError);
    expect(() => nGraphs(sample, { n: 2, longestGap: '9' as unknown as number })).toThrow(TypeError);
    for (const longestGap of [-1, Number.NaN, 3_600_001]) {
      expect(() => nGraphs(sample, { n: 2, longestGap })).toThrow(RangeError);
    }
  });

  it(
    'is finite, bounded and in order for every sample',
    () => {
      fc.assert(
        fc.property(textSample, fc.constantFrom(2, 3, 4), fc.constantFrom('codes', 'classes'), (sample, n, keyedBy) => {
          const result = nGraphs(parseTypingSample(sample), { n, keyedBy });
          if (isInsufficient(result)) {
            return;
          }
          expect(numbersIn(result).every(Number.isFinite)).toBe(true);
          const counts = result.graphs.map(({ downDown }) => downDown.count);
          expect(counts).toEqual(counts.toSorted((a, b) => b - a));
          expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(sample.keys.length - n + 1);
          expect(new Set(names(result)).size).toBe(result.graphs.length);
          for (const { downDown, upDown } of result.graphs) {
            expect(downDown.mean).toBeLessThanOrEqual(N_GRAPH_LIMITS.longestGap * (n - 1));
            expect(upDown?.count ?? 0).toBeLessThanOrEqual(downDown.count);
          }
        }),
        runs(300, 10_000),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it('never sees a run in secret mode', () => {
    fc.assert(
      fc.property(secretSample, (sample) => isInsufficient(nGraphs(parseTypingSample(sample), { n: 2 }))),
      runs(100, 2_000),
    );
  });
});

describe('mergeNGraphs', () => {
  const early = typedText(['KeyA', 0], ['KeyB', 100], ['KeyC', 200]);
  const late = typedText(['KeyA', 0], ['KeyB', 140], ['KeyD', 200]);

  it('counts samples together, also after a journey as JSON', () => {
    const a = graphsOf(early, { n: 2 });
    const b = JSON.parse(JSON.stringify(graphsOf(late, { n: 2 }))) as NGraphs;
    const merged = mergeNGraphs([a, b]);
    expect(names(merged)).toEqual(['KeyA KeyB', 'KeyB KeyC', 'KeyB KeyD']);
    expect(merged.graphs[0]).toMatchObject({ downDown: { count: 2, mean: 120 } });
    expect(deviationOf(merged.graphs[0]!.downDown)).toBeCloseTo(Math.sqrt(800), 10);
    expect(mergeNGraphs([merged])).toEqual(merged);
  });

  it('keeps the measures that one sample lacks', () => {
    const bare = graphsOf(withKeys(['KeyA', 0, null], ['KeyB', 1_000, null]), { n: 2 });
    const merged = mergeNGraphs([bare, graphsOf(early, { n: 2 }), bare]);
    expect(merged.graphs[0]).toMatchObject({ downDown: { count: 3 }, upUp: { count: 1 }, upDown: { count: 1 }, downUp: { count: 1 } });
  });

  it('changes no more than rounding when samples come in another order', () => {
    fc.assert(
      fc.property(fc.array(textSample, { minLength: 1, maxLength: 5 }), (samples) => {
        const parts = samples
          .map((sample) => nGraphs(parseTypingSample(sample), { n: 2 }))
          .filter((part): part is NGraphs => !isInsufficient(part));
        fc.pre(parts.length > 0);
        const forward = mergeNGraphs(parts);
        const stepwise = parts.toReversed().reduce((profile, part) => mergeNGraphs([profile, part]));
        expect(names(stepwise)).toEqual(names(forward));
        for (const [index, graph] of forward.graphs.entries()) {
          const other = stepwise.graphs[index]!;
          expect(other.downDown.count).toBe(graph.downDown.count);
          expect(other.downDown.mean).toBeCloseTo(graph.downDown.mean, 6);
          expect(deviationOf(other.downDown)).toBeCloseTo(deviationOf(graph.downDown), 5);
        }
      }),
      runs(100, 3_000),
    );
  });

  it('keeps the most often typed where there are too many', () => {
    const profile = (from: number, count: number): NGraphs => ({
      schema: 'n-graphs/1',
      n: 2,
      keyedBy: 'codes',
      graphs: Array.from({ length: N_GRAPH_LIMITS.maxGraphs }, (_, i) => ({
        keys: ['KeyA', `K${from + i}`],
        downDown: { count, mean: 100, m2: 0 },
        upUp: null,
        upDown: null,
        downUp: null,
      })),
    });
    const merged = mergeNGraphs([profile(0, 1), profile(10, 3)]);
    expect(merged.graphs).toHaveLength(N_GRAPH_LIMITS.maxGraphs);
    expect(merged.graphs[0]!.downDown.count).toBe(4);
    expect(names(merged)).not.toContain('KeyA K0');
    expect(names(merged)).toContain(`KeyA K${N_GRAPH_LIMITS.maxGraphs + 9}`);
  });

  const right = graphsOf(early, { n: 2 });
  const [graph] = right.graphs;

  it.each([
    ['no array', right, 'parts must be an array'],
    ['another n', [right, graphsOf(early, { n: 3 })], 'parts[1] must have the n and keyedBy of parts[0]'],
    ['another naming of keys', [right, graphsOf(early, { n: 2, keyedBy: 'classes' })], 'parts[1] must have the n'],
    ['nothing', [null], 'parts[0] must be an object'],
    ['another schema', [{ ...right, schema: 'n-graphs/2' }], 'parts[0] must be n-graphs of schema'],
    ['a graph of other length', [{ ...right, graphs: [{ ...graph, keys: ['KeyA'] }] }], 'parts[0].graphs[0].keys'],
    ['a key that is none', [{ ...right, graphs: [{ ...graph, keys: ['KeyA', '=1'] }] }], 'parts[0].graphs[0].keys'],
    ['moments that are none', [{ ...right, graphs: [{ ...graph, upUp: {} }] }], 'parts[0].graphs[0].upUp'],
    [
      'releases of a trigraph',
      [{ ...right, n: 3, graphs: [{ ...graph, keys: ['KeyA', 'KeyB', 'KeyC'] }] }],
      'parts[0].graphs[0].upUp must be null',
    ],
  ])('refuses %s', (_what, parts, message) => {
    expect(() => mergeNGraphs(parts as NGraphs[])).toThrow(TypeError);
    expect(() => mergeNGraphs(parts as NGraphs[])).toThrow(message);
  });

  it('refuses nothing at all, too many graphs and numbers out of range', () => {
    const tooMany = Array.from({ length: N_GRAPH_LIMITS.maxGraphs + 1 }, () => graph!);
    const negative = { ...graph!, downDown: { count: 1, mean: 1, m2: -1 } };
    expect(() => mergeNGraphs([])).toThrow(new RangeError('parts must not be empty'));
    expect(() => mergeNGraphs([{ ...right, graphs: tooMany }])).toThrow(RangeError);
    expect(() => mergeNGraphs([{ ...right, graphs: [negative] }])).toThrow(RangeError);
  });
});
