import { TacitError } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from './error-codes';
import { errorCode, isTacitServerError, retryAfterSeconds, TacitServerError } from './errors';

describe('TacitServerError', () => {
  it('carries code, status and message of its row, and only what it was given', () => {
    const error = new TacitServerError('ERR_THROTTLED', { retryAfter: 30 });
    expect(error).toBeInstanceOf(TacitError);
    expect([error.name, error.code, error.status, error.retryAfter]).toEqual(['TacitServerError', 'ERR_THROTTLED', 429, 30]);
    expect(error.message).toBe(ERROR_CODES.ERR_THROTTLED.message);
    expect(Object.keys(error)).not.toContain('left');
    expect(Object.keys(error)).not.toContain('field');
  });

  it('takes a field, a cause, attempts left and a message of its own', () => {
    const cause = new Error('why');
    const error = new TacitServerError('ERR_CODE_WRONG', { field: 'code', cause, left: 2, message: 'The code of the card is wrong.' });
    expect([error.field, error.cause, error.left, error.message]).toEqual(['code', cause, 2, 'The code of the card is wrong.']);
  });

  it('is told apart from others, by code as well', () => {
    const error = new TacitServerError('ERR_CREDENTIALS');
    expect(isTacitServerError(error)).toBe(true);
    expect(isTacitServerError(error, 'ERR_CREDENTIALS')).toBe(true);
    expect(isTacitServerError(error, 'ERR_THROTTLED')).toBe(false);
    expect(isTacitServerError(new TacitError('ERR_CREDENTIALS', 'another'))).toBe(false);
  });
});

describe('ERROR_CODES', () => {
  it.each(Object.entries(ERROR_CODES))('%s is an upper-case code with an HTTP status and a sentence', (code, { status, message }) => {
    expect(code).toMatch(/^ERR_[A-Z]+(_[A-Z]+)*$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(message).toMatch(/^[A-Z].*\.$/);
  });
});

describe('errorCode', () => {
  it.each([
    [new TacitServerError('ERR_STORE_BUSY'), 'ERR_STORE_BUSY'],
    [Object.assign(new Error('secret'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [Object.assign(new Error('secret'), { code: 'said by somebody' }), 'Error'],
    [new TypeError('secret'), 'TypeError'],
    ['secret', 'unknown'],
    [undefined, 'unknown'],
  ])('names an error without repeating it', (error, code) => {
    expect(errorCode(error)).toBe(code);
  });
});

it.each([
  [0, 1],
  [1, 1],
  [1_000, 1],
  [1_001, 2],
  [29_999, 30],
])('rounds a wait of %d ms up to %d s', (ms, seconds) => {
  expect(retryAfterSeconds(ms)).toBe(seconds);
});
