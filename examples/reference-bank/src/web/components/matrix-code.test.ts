import { describe, expect, it } from 'vitest';
import { isWholeCode, spreadCode } from './matrix-code';

const empty = ['', '', ''];

describe('spreadCode', () => {
  it('moves on when a cell is full, and not before', () => {
    expect(spreadCode(empty, 0, 'a')).toEqual({ values: ['A', '', ''], next: 0 });
    expect(spreadCode(['A', '', ''], 0, 'a7')).toEqual({ values: ['A7', '', ''], next: 1 });
    expect(spreadCode(['A7', 'B2', ''], 2, 'c3')).toEqual({ values: ['A7', 'B2', 'C3'], next: 2 });
  });

  it('spreads a pasted code over the cells, whatever stands between the characters', () => {
    expect(spreadCode(empty, 0, 'a7 b2-c3').values).toEqual(['A7', 'B2', 'C3']);
    expect(spreadCode(empty, 1, 'A7B2C3D4').values).toEqual(['', 'A7', 'B2']);
  });

  it('drops what no card has', () => {
    expect(spreadCode(empty, 0, '<é').values).toEqual(['', '', '']);
  });
});

describe('isWholeCode', () => {
  it('wants two characters in each cell', () => {
    expect(isWholeCode(['A7', 'B2', 'C3'])).toBe(true);
    expect(isWholeCode(['A7', 'B', 'C3'])).toBe(false);
    expect(isWholeCode([])).toBe(false);
  });
});
