import { parseTypingSample, TacitError } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { parseNamed } from './named-field';

describe('parseNamed', () => {
  const fieldOf = (parse: (value: unknown) => unknown, value: unknown) => {
    try {
      return parseNamed(parse, value, 'samples[2]');
    } catch (error) {
      return error instanceof TacitError ? [error.code, error.field] : error;
    }
  };

  it('names the value before the field that is wrong in it, and the value alone where it is wrong as a whole', () => {
    expect(fieldOf(parseTypingSample, { version: 1, mode: 'loud' })).toEqual(['ERR_SAMPLE_MODE', 'samples[2].mode']);
    expect(fieldOf(parseTypingSample, 7)).toEqual(['ERR_SAMPLE_TYPE', 'samples[2]']);
  });

  it('gives what was parsed, and passes on what is no error of parsing', () => {
    expect(fieldOf(String, 7)).toBe('7');
    const fault = new Error('fault');
    const fails = () => {
      throw fault;
    };
    expect(fieldOf(fails, 7)).toBe(fault);
  });
});
