import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anySample, PROPERTY_TIMEOUT, rollOverSample, runs, secretSample, typedText } from '../test/arbitraries';
import { FEATURE_CATEGORIES, type FeatureRow, type FeatureRowsOptions, type FeatureSample, featureRows } from './feature-rows';
import { fixedTextVector } from './fixed-text-vector';
import * as features from './index';
import { isInsufficient } from './insufficient';
import { mechanics } from './mechanics';
import { rhythm } from './rhythm';
import { SESSION_KEYSTROKE_FEATURES } from './session-vector';
import { summaryOfEight } from './summary-of-eight';
import { parseTypingSample, type TypingSample } from './typing-sample';

function rowsOf(sample: TypingSample, more: Omit<FeatureSample, 'sample'> = {}): FeatureRow[] {
  return [...featureRows({ user: '7', samples: [{ sample: parseTypingSample(sample), ...more }] })];
}

const valuesOf = (rows: readonly FeatureRow[], category: string, type: string): number[] =>
  rows.filter((row) => row.category === category && row.type === type).map(({ value }) => value);

const text = typedText(['KeyT', 0], ['KeyH', 100], ['KeyE', 250], ['KeyT', 600], ['KeyH', 720]);

describe('featureRows', () => {
  it('names the user, the session and the schema in every row', () => {
    const sample = parseTypingSample(text);
    const rows = [...featureRows({ user: 'anna', samples: [{ sample }, { sample, session: 'monday' }] })];
    expect(new Set(rows.map(({ user }) => user))).toEqual(new Set(['anna']));
    expect([...new Set(rows.map(({ session }) => session))]).toEqual(['0', 'monday']);
    expect(rows.every(({ schema }) => /^[a-z-]+\/[1-9]\d*$/.test(schema))).toBe(true);
    expect(new Set(rows.map(({ category }) => category))).toEqual(new Set(FEATURE_CATEGORIES));
  });

  it('has the presses and releases as they came', () => {
    const rows = rowsOf({
      ...text,
      keys: [
        ['KeyA', 0, 1_200],
        ['ShiftLeft', 900, null],
        ['KeyB', 1_000, 1_900],
      ],
    });
    expect(
      rows.filter(({ category }) => category === 'raw-event').map(({ type, keyFrom, value, index }) => [type, keyFrom, value, index]),
    ).toEqual([
      ['press', 'KeyA', 0, 0],
      ['release', 'KeyA', 120, 0],
      ['press', 'ShiftLeft', 90, 1],
      ['press', 'KeyB', 100, 2],
      ['release', 'KeyB', 190, 2],
    ]);
  });

  it('has every number of the vector, between the keys that it is of', () => {
    const sample: TypingSample = {
      ...text,
      keys: [
        ['KeyA', 0, 1_200],
        ['ShiftLeft', 900, null],
        ['KeyB', 1_000, 1_900],
      ],
    };
    const timing = rowsOf(sample).filter(({ category }) => category === 'timing');
    expect(timing.map(({ schema, type, keyFrom, keyTo, value, index }) => [schema, type, keyFrom, keyTo, value, index])).toEqual([
      ['fixed-text/1', 'hold', 'KeyA', '', 120, 0],
      ['fixed-text/1', 'hold', 'KeyB', '', 90, 1],
      ['fixed-text/1', 'press-press', 'KeyA', 'KeyB', 100, 0],
      ['fixed-text/1', 'release-release', 'KeyA', 'KeyB', 70, 0],
      ['fixed-text/1', 'release-press', 'KeyA', 'KeyB', -20, 0],
    ]);
  });

  it('says in its statistics what the summary of eight says', () => {
    const rows = rowsOf(text);
    const vector = fixedTextVector(parseTypingSample(text));
    const summary = isInsufficient(vector) ? vector : summaryOfEight(vector);
    if (isInsufficient(summary)) {
      throw new Error(summary.reason);
    }
    for (const [kind, moments] of [
      ['hold', summary.hold],
      ['press-press', summary.pressPress],
      ['release-release', summary.releaseRelease],
      ['release-press', summary.releasePress],
    ] as const) {
      expect(valuesOf(rows, 'statistics', `${kind}-mean`)[0]).toBeCloseTo(moments.mean, 9);
      expect(valuesOf(rows, 'statistics', `${kind}-sd`)[0]).toBeCloseTo(moments.sd, 9);
    }
    expect(valuesOf(rows, 'statistics', 'press-press-count')).toEqual([4]);
  });

  it('has the changes that rhythm is made of, and rhythm', () => {
    const rows = rowsOf(text);
    expect(valuesOf(rows, 'rhythm', 'keys-per-second').map((value) => Math.round(value * 1000))).toEqual([10_000, 6_667, 2_857, 8_333]);
    expect(valuesOf(rows, 'rhythm', 'flight-change')).toEqual([50, 200, 230]);
    const vector = fixedTextVector(parseTypingSample(text));
    const metrics = isInsufficient(vector) ? vector : rhythm(vector);
    expect(metrics).toMatchObject({ stability: valuesOf(rows, 'rhythm-metrics', 'stability')[0] });
    expect(metrics).toMatchObject({ burstShare: valuesOf(rows, 'rhythm-metrics', 'burst-share')[0] });
  });

  it('names first, last and all keys of an n-gram', () => {
    const rows = rowsOf(text).filter(({ category }) => category === 'n-gram');
    const of = (type: string) =>
      rows.filter((row) => row.type === type).map(({ keyFrom, keyTo, extra, value }) => [keyFrom, keyTo, extra, value]);
    expect(of('digraph-down-down-count')[0]).toEqual(['KeyT', 'KeyH', 'KeyT KeyH', 2]);
    expect(of('digraph-down-down-mean')[0]).toEqual(['KeyT', 'KeyH', 'KeyT KeyH', 110]);
    expect(of('digraph-up-down-mean')[0]).toEqual(['KeyT', 'KeyH', 'KeyT KeyH', 60]);
    expect(of('trigraph-down-down-mean')[0]).toEqual(['KeyE', 'KeyH', 'KeyE KeyT KeyH', 470]);
    expect(of('four-graph-down-down-mean')).toEqual([
      ['KeyH', 'KeyH', 'KeyH KeyE KeyT KeyH', 620],
      ['KeyT', 'KeyT', 'KeyT KeyH KeyE KeyT', 600],
    ]);
    expect(rows.some(({ type }) => type.startsWith('trigraph-up'))).toBe(false);
  });

  it('has speed, accuracy and habits where the text is known', () => {
    const rows = rowsOf(text, { text: 'theth', target: 'theta' });
    const expected = mechanics(parseTypingSample(text), { text: 'theth', target: 'theta' });
    expect(expected).toMatchObject({
      wordsPerMinute: valuesOf(rows, 'speed', 'words-per-minute')[0],
      netWordsPerMinute: valuesOf(rows, 'speed', 'net-words-per-minute')[0],
      accuracy: valuesOf(rows, 'speed', 'accuracy')[0],
      duration: valuesOf(rows, 'behaviour', 'duration')[0],
    });
    expect(rows.find(({ type }) => type === 'mistyped')).toMatchObject({ schema: 'mechanics/1', keyFrom: 'a', value: 1 });
    expect(valuesOf(rowsOf(text), 'speed', 'words-per-minute')).toEqual([]);
    expect(valuesOf(rowsOf(text), 'speed', 'keys-per-second')[0]).toBeCloseTo(4 / 0.72, 12);
  });

  it('says what is insufficient and why', () => {
    const rows = rowsOf({ ...rollOverSample(), flags: { corrected: true } });
    const said = rows
      .filter(({ type }) => type.endsWith('-insufficient'))
      .map(({ category, type, value, extra }) => [category, type, value, extra]);
    expect(said).toEqual([
      ['timing', 'timing-insufficient', 1, 'corrected'],
      ['n-gram', 'digraph-insufficient', 1, 'too-few-keys'],
      ['n-gram', 'trigraph-insufficient', 1, 'too-few-keys'],
      ['n-gram', 'four-graph-insufficient', 1, 'too-few-keys'],
    ]);
    expect(valuesOf(rows, 'behaviour', 'flag-corrected')).toEqual([1]);
    expect(rowsOf(text, { text: 'x' }).some(({ type }) => type === 'mechanics-insufficient')).toBe(false);
    expect(rowsOf({ ...text, flags: { pasted: true } }, { text: 'x' }).find(({ type }) => type === 'mechanics-insufficient')).toMatchObject(
      { extra: 'pasted' },
    );
  });

  it("has the keyboard's numbers of the session vector, and says where there are too few keys for them", () => {
    const numbers = rowsOf(text).filter(({ category }) => category === 'session');
    expect(numbers.map(({ type }) => type)).toEqual([...SESSION_KEYSTROKE_FEATURES]);
    expect(valuesOf(numbers, 'session', 'hold-mean')).toEqual([50]);
    expect(valuesOf(numbers, 'session', 'distinct-keys')).toEqual([3]);
    expect(numbers.every(({ schema }) => schema === 'session-vector/1')).toBe(true);
    const few = rowsOf({ ...text, keys: text.keys.slice(0, 4) }).filter(({ category }) => category === 'session');
    expect(few.map(({ type, extra }) => [type, extra])).toEqual([['session-insufficient', 'too-few-events']]);
    expect(rowsOf(rollOverSample()).some(({ category }) => category === 'session')).toBe(false);
  });

  it('has press-press times alone where no release was told', () => {
    const rows = rowsOf({
      ...text,
      keys: [
        ['KeyA', 0, null],
        ['KeyB', 1_000, null],
        ['KeyC', 2_500, null],
      ],
    });
    expect(rows.filter(({ category }) => category === 'timing').map(({ type, value }) => [type, value])).toEqual([
      ['press-press', 100],
      ['press-press', 150],
    ]);
    expect(rows.find(({ type }) => type === 'rhythm-insufficient')).toMatchObject({ extra: 'missing-releases' });
  });

  it(
    'gives finite values in known categories for every sample',
    () => {
      fc.assert(
        fc.property(anySample, fc.string({ maxLength: 40 }), (sample, typed) => {
          const more = sample.mode === 'text' ? { text: typed, target: 'the quick brown fox' } : {};
          for (const row of rowsOf(sample, more)) {
            expect(Number.isFinite(row.value)).toBe(true);
            expect(Number.isInteger(row.index) && row.index >= 0).toBe(true);
            expect(FEATURE_CATEGORIES).toContain(row.category);
          }
        }),
        runs(100, 10_000),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it('gives no name of a key for a sample of secret mode', () => {
    fc.assert(
      fc.property(secretSample, (sample) => {
        const rows = rowsOf(sample);
        expect(rows.length).toBeGreaterThan(0);
        expect(rows.every(({ keyFrom, keyTo }) => keyFrom === '' && keyTo === '')).toBe(true);
        expect(rows.every(({ extra }) => extra === '' || /^[a-z-]+$/.test(extra))).toBe(true);
      }),
      runs(200, 5_000),
    );
  });

  it('refuses the text of a secret', () => {
    expect(() => rowsOf(rollOverSample(), { text: 'hunter2' })).toThrow(expect.objectContaining({ code: 'ERR_SAMPLE_MODE' }));
  });

  it('looks at a sample when its rows are drawn', () => {
    let drawn = 0;
    function* samples(): Generator<FeatureSample> {
      for (;;) {
        drawn++;
        yield { sample: parseTypingSample(text) };
      }
    }
    const rows = featureRows({ user: '7', samples: samples() });
    expect(drawn).toBe(0);
    expect(rows.next().value).toMatchObject({ type: 'press' });
    expect(drawn).toBe(1);
  });

  it('refuses wrong arguments', () => {
    const sample = parseTypingSample(text);
    expect(() => featureRows(null as unknown as FeatureRowsOptions)).toThrow(TypeError);
    expect(() => featureRows({ user: 7 as unknown as string, samples: [] })).toThrow(new TypeError('user must be a string'));
    expect(() => featureRows({ user: '', samples: [] })).toThrow(new RangeError('user must have 1 to 512 characters'));
    expect(() => featureRows({ user: '7', samples: sample as unknown as FeatureSample[] })).toThrow(
      new TypeError('samples must be iterable'),
    );
    expect(() => [...featureRows({ user: '7', samples: [{ sample, session: 'x'.repeat(513) }] })]).toThrow(RangeError);
    expect(() => [...featureRows({ user: '7', samples: [null as unknown as FeatureSample] })]).toThrow(TypeError);
    expect(() => [...featureRows({ user: '7', samples: [{ sample: { ...sample } }] })]).toThrow(
      expect.objectContaining({ code: 'ERR_SAMPLE_UNPARSED' }),
    );
  });
});

it('names a schema in every kind of vector, and all of them in the README', () => {
  const schemas = Object.entries(features).filter(([name]) => name.endsWith('_SCHEMA'));
  const values = schemas.map(([, value]) => value);
  expect(values.length).toBeGreaterThanOrEqual(8);
  expect(new Set(values).size).toBe(values.length);
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  expect(values.filter((value) => !readme.includes(`\`${String(value)}\``))).toEqual([]);
});
