import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ATTACKS } from './attacks';
import { attacksPage } from './attacks-page';
import { judgeLimits, parseLimits } from './limits';
import { parseReport, REPORT_SCHEMA } from './report';
import { attackTable, limitTable, poisoningTable, share } from './report-rows';
import { sampleReport } from './sample-results.test-support';

const report = sampleReport(1);
const limits = judgeLimits(parseLimits(readFileSync(new URL('../limits.json', import.meta.url), 'utf8')), report);

describe('the page', () => {
  const page = attacksPage(report, limits);

  it('tells of every attack, on every template, and what it means', () => {
    for (const { name, means } of ATTACKS) {
      expect(page.split(`\n| ${name} |`).length, name).toBe(3);
      expect(page).toContain(`- **${name}**: ${means}`);
    }
  });

  it('has tables whose rows are as wide as their heads', () => {
    const widths: number[] = [];
    for (const line of page.split('\n')) {
      if (!line.startsWith('|')) widths.length = 0;
      else widths.push(line.split(/(?<!\\)\|/).length);
      expect(new Set(widths).size, line).toBeLessThanOrEqual(1);
    }
  });

  it('says what got in, and what poisoning did, by the figures alone', () => {
    expect(page).toContain('No attack got in with more than half of its tries.');
    expect(page).toContain('the difference is 0 by\n  construction');
    expect(page).toContain('the other tries first, 100 times on average');
    const open = attacksPage(sampleReport(4_000), limits);
    expect(open).toContain('exact replay (80.0 %, 80.0 %)');
    const [row, ...rows] = report.poisoning.filter(({ rule }) => rule === 'product rule');
    if (row === undefined) throw new Error('no row');
    const poisoned = { ...row, difference: { rate: 0.05, low: 0, high: 0.1 } };
    const changed = attacksPage({ ...report, poisoning: [poisoned, ...rows] }, limits);
    expect(changed).toContain('yet his tries changed something: product rule, product, all: 5.00 %.');
    expect(changed).not.toContain('construction');
    const other = { ...row, changed: 1 };
    expect(attacksPage({ ...report, poisoning: [other, ...rows] }, limits)).not.toContain('construction');
  });

  it('says which limits are broken, and is the same again after a trip through JSON', () => {
    expect(page).toContain('| exact replay: accepted, template of 100, 15000 tries at 3 victims | 0.020 % | NO | <= 0 |');
    expect(attacksPage(parseReport(JSON.stringify(report)), limits)).toBe(page);
  });
});

describe('rows', () => {
  it('put each attack under what the attacker knows, in the order of the bench', () => {
    const rows = attackTable(report, 20);
    expect(rows[0]).toBe('Replays of an entry that the server has seen');
    expect(rows.filter((row) => typeof row !== 'string').map(([name]) => name)).toEqual(ATTACKS.map(({ name }) => name));
    expect(rows[1]?.slice(1)).toEqual([
      '15000',
      '0.040 %',
      '0.020 %',
      '0.020 %',
      '0.020 % to 0.020 %',
      '0.020 %',
      '3 of 3',
      '0 %',
      'replayed 0.040 %',
    ]);
  });

  it('tell bounds of 3 / n by a star, with the victims that they rest on', () => {
    const [, first] = attackTable(sampleReport(0), 20);
    expect(first?.[5]).toBe('0 % to 0.020 %*, 3 victims');
  });

  it('count what was learned, and give rates in per cent', () => {
    const judged = judgeLimits(
      [
        { poisoning: { rule: 'release all', condition: 'product' }, figure: 'changed', most: 0 },
        { attack: 'exact replay', figure: 'checked', least: 1 },
      ],
      { ...report, poisoning: report.poisoning.map((row) => ({ ...row, changed: 1 })) },
    );
    expect(limitTable(judged).map(([, value]) => value)).toEqual(['1', '1', '0.040 %', '0.040 %']);
  });

  it('sign differences', () => {
    const [title, first] = poisoningTable(report);
    expect(title).toBe('Poisoning, gate=product');
    expect(first?.slice(0, 4)).toEqual(['release all, all', '40.0 %', '20.0 %', '+20.0 %']);
  });
});

describe('share', () => {
  it.each([
    [0, '0 %'],
    [1, '100 %'],
    [0.5, '50.0 %'],
    [0.0123, '1.23 %'],
    [0.00012, '0.012 %'],
    [-0.05, '-5.00 %'],
    [-1e-18, '0 %'],
    [0.9998, '99.980 %'],
    [0.95, '95.0 %'],
    [Number.NaN, '-'],
    [undefined, '-'],
  ])('%s is %s', (rate, text) => {
    expect(share(rate)).toBe(text);
  });
});

describe('parseReport', () => {
  it('refuses results of another version', () => {
    expect(() => parseReport('{"schema":"tacit-attacks/0"}')).toThrow(REPORT_SCHEMA);
    expect(() => parseReport('null')).toThrow(RangeError);
  });
});
