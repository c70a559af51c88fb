import { describe, expect, it } from 'vitest';
import { isTacitError, TacitError } from './errors';

describe('TacitError', () => {
  it('carries its code, and field and cause only where they are given', () => {
    const bare = new TacitError('ERR_BARE', 'bare');
    expect(bare).toBeInstanceOf(Error);
    expect([bare.name, bare.code, bare.message]).toEqual(['TacitError', 'ERR_BARE', 'bare']);
    expect(Object.hasOwn(bare, 'field')).toBe(false);
    expect(Object.hasOwn(bare, 'cause')).toBe(false);

    const cause = new Error('below');
    const full = new TacitError('ERR_FULL', 'full', { field: 'keys[3].press', cause });
    expect(full.field).toBe('keys[3].press');
    expect(full.cause).toBe(cause);
  });

  it('lets a subclass have a name of its own and stays recognisable', () => {
    class ModelError extends TacitError<'ERR_MODEL'> {
      override readonly name = 'ModelError';
    }
    const error = new ModelError('ERR_MODEL', 'model');
    expect(String(error)).toBe('ModelError: model');
    expect(isTacitError(error)).toBe(true);
  });
});

describe('isTacitError', () => {
  it('compares the code where one is asked for', () => {
    const error = new TacitError('ERR_ONE', 'one');
    expect(isTacitError(error, 'ERR_ONE')).toBe(true);
    expect(isTacitError(error, 'ERR_TWO')).toBe(false);
    expect(isTacitError({ name: 'TacitError', code: 'ERR_ONE' })).toBe(false);
  });
});
