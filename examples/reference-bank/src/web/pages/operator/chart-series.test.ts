import { expect, it } from 'vitest';
import { activityChart, riskChart, riskSentence } from './chart-series';

const point = (at: number, risk: number) => ({ at, risk, confidence: 1 - risk });

it('draws risk and confidence in hundredths, each time once, in order', () => {
  const { times, lines } = riskChart([point(2_000, 0.25), point(1_000, 0.1), point(2_000, 0.301)]);
  expect(times).toEqual([1, 2]);
  expect(lines.map(({ label, values }) => [label, values])).toEqual([
    ['Risk', [10, 30]],
    ['Confidence', [90, 70]],
    ['Card asked for (50 %)', [50, 50]],
    ['Locked (70 %)', [70, 70]],
  ]);
});

it('holds what was typed in a time over that time', () => {
  const rates = [
    { from: 0, to: 60_000, keysPerMinute: 100, actionsPerMinute: 4 },
    { from: 60_000, to: 90_000, keysPerMinute: 40, actionsPerMinute: 0 },
  ];
  const { times, lines } = activityChart(rates);
  expect(times).toEqual([0, 60, 90]);
  expect(lines.map(({ values }) => values)).toEqual([
    [100, 40, 40],
    [4, 0, 0],
  ]);
  expect(activityChart([]).times).toEqual([]);
});

it('says in a sentence what is drawn', () => {
  expect(riskSentence([])).toContain('nothing yet');
  expect(riskSentence([point(0, 0.8), point(60_000, 0.2)])).toMatch(/Risk is 20 % at .*; the highest was 80 % at /);
});
