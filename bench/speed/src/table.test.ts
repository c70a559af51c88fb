import { expect, it } from 'vitest';
import { formatMarkdown, formatNumber, formatText, formatTime } from './table';

const HEADER = ['what', 'median', 'note'];
const ROWS = ['First part', ['a', '1.00 us', 'x'], ['bcd', '22.0 us', ''], 'Second part', ['e', '3.00 ms', 'a|b']];

it('lines up figures on the right and names on the left', () => {
  expect(formatText(HEADER, ROWS).split('\n')).toEqual([
    'what   median  note',
    '-------------------',
    '',
    'First part',
    'a     1.00 us  x',
    'bcd   22.0 us',
    '',
    'Second part',
    'e     3.00 ms  a|b',
  ]);
});

it('makes a Markdown table under each title', () => {
  expect(formatMarkdown(HEADER, ROWS).split('\n')).toEqual([
    '## First part',
    '',
    '| what | median | note |',
    '| --- | ---: | --- |',
    '| a | 1.00 us | x |',
    '| bcd | 22.0 us |  |',
    '',
    '## Second part',
    '',
    '| what | median | note |',
    '| --- | ---: | --- |',
    '| e | 3.00 ms | a\\|b |',
  ]);
});

it.each([
  [0.5, '0.50 us'],
  [9.996, '10.0 us'],
  [99.96, '100 us'],
  [999, '999 us'],
  [1_000, '1.00 ms'],
  [27_030_686, '27.0 s'],
  [Number.NaN, 'not measured'],
])('writes %d us with three figures', (us, text) => {
  expect(formatTime(us)).toBe(text);
});

it('keeps the sign of a difference', () => {
  expect(formatNumber(-0.256)).toBe('-0.26');
  expect(formatNumber(1_234.5)).toBe('1235');
});
