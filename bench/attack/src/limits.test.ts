import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judgeLimits, type Limit, limitSummary, parseLimits } from './limits';
import { sampleReport } from './sample-results.test-support';

const judge = (limit: Limit, accepted = 0) => judgeLimits([limit], sampleReport(accepted));

describe('judgeLimits', () => {
  it('judges an attack on every size of template', () => {
    const limit: Limit = { attack: 'constant bot', figure: 'accepted', most: 0 };
    expect(judge(limit).map(({ kept }) => kept)).toEqual([true, true]);
    const [broken] = judge(limit, 1);
    expect(broken).toMatchObject({ kept: false, bound: '<= 0', what: 'constant bot: accepted, template of 100, 15000 tries at 3 victims' });
    expect(broken?.value).toBeCloseTo(1 / 5_000, 12);
  });

  it('takes attacks of one beginning together, where no attack has that very name', () => {
    const gaussian: Limit = { attack: 'Gaussian', figure: 'accepted', most: 0.005, tries: 75_000 };
    expect(judge(gaussian, 20)[0]).toMatchObject({ kept: true });
    expect(judge(gaussian, 30)[0]).toMatchObject({ kept: false });
    expect(judge({ ...gaussian, tries: 75_001 }, 20)[0]).toMatchObject({ kept: false });
  });

  it('has lower bounds too', () => {
    expect(judge({ attack: 'exact replay', figure: 'checked', least: 0.0004 })[0]?.kept).toBe(true);
    expect(judge({ attack: 'exact replay', figure: 'checked', least: 0.0005 })[0]?.kept).toBe(false);
  });

  it('judges own entries by the clock, and poisoning for everybody and for the odd', () => {
    expect(judge({ genuine: { step: 16 }, figure: 'checked', most: 0.005 })).toMatchObject([{ value: 3 / 600, kept: true }]);
    expect(judge({ genuine: { step: 16 }, figure: 'checked', most: 0.0049 })[0]?.kept).toBe(false);
    const poisoning = { rule: 'release all', condition: 'product' };
    expect(judge({ poisoning, figure: 'difference', most: 0 }).map(({ kept }) => kept)).toEqual([false, false]);
    expect(judge({ poisoning: { ...poisoning, rule: 'product rule' }, figure: 'difference', most: 0 }).map(({ kept }) => kept)).toEqual([
      true,
      true,
    ]);
    for (const [figure, value] of [
      ['learned', 30],
      ['changed', 3],
    ] as const) {
      expect(judge({ poisoning, figure, most: 0 })[0]).toMatchObject({ kept: false, value });
      expect(judge({ poisoning: { ...poisoning, rule: 'product rule' }, figure, most: 0 })[0]).toMatchObject({ kept: true, value: 0 });
    }
  });

  it('does not keep what was not measured', () => {
    for (const limit of [{ attack: 'no such' }, { genuine: { step: 5 } }, { poisoning: { rule: 'no such', condition: 'product' } }]) {
      expect(judge({ ...limit, figure: 'accepted', most: 1 })).toMatchObject([{ value: undefined, kept: false }]);
    }
  });
});

describe('limitSummary', () => {
  it('names what was broken or not measured, and says where only some were attacked', () => {
    const limits: Limit[] = [
      { attack: 'constant bot', figure: 'accepted', most: 0 },
      { attack: 'no such', figure: 'checked', least: 1 },
    ];
    expect(limitSummary(judgeLimits(limits, sampleReport(0)), { victims: 3, people: 51 }).split('\n')).toEqual([
      'Of 3 limits 2 kept, 1 broken. This was a part: 3 of 51 people were attacked.',
      '  not measured: no such: checked, >= 1',
    ]);
    const [first] = judgeLimits(limits, sampleReport(1));
    expect(limitSummary(first === undefined ? [] : [first], { victims: 3, people: 3 }).split('\n')).toEqual([
      'Of 1 limits 0 kept, 1 broken.',
      '  broken: constant bot: accepted, template of 100, 15000 tries at 3 victims, <= 0',
    ]);
  });
});

describe('parseLimits', () => {
  it('reads the limits of this bench, each of which the report can tell of', () => {
    const limits = parseLimits(readFileSync(new URL('../limits.json', import.meta.url), 'utf8'));
    expect(limits.length).toBeGreaterThan(8);
    expect(judgeLimits(limits, sampleReport(0)).every(({ value }) => value !== undefined)).toBe(true);
  });

  it.each([
    ['{}'],
    ['[null]'],
    ['[{ "attack": "x", "figure": "accepted" }]'],
    ['[{ "attack": "x", "figure": "eer", "most": 1 }]'],
    ['[{ "attack": "x", "genuine": { "step": 1 }, "figure": "accepted", "most": 1 }]'],
    ['[{ "attack": "x", "figure": "accepted", "most": "1" }]'],
  ])('refuses %s', (text) => {
    expect(() => parseLimits(text)).toThrow(TypeError);
  });
});
