import { expectTypeOf, test } from 'vitest';
import {
  type Distribution,
  distribution,
  type FixedTextVector,
  fixedTextVector,
  type Insufficient,
  type InsufficientReason,
  isInsufficient,
  mechanics,
  type ParsedTypingSample,
  parseTypingSample,
  TacitError,
  type TypingSample,
  type TypingSampleErrorCode,
} from './index';

const literal: TypingSample = {
  version: 1,
  mode: 'secret',
  field: 'password',
  keys: [[null, 0, 900]],
  flags: {},
  clockStep: 1,
  device: 'keyboard',
};

test('only the parser makes a parsed sample', () => {
  expectTypeOf(parseTypingSample).parameter(0).toBeUnknown();
  expectTypeOf(parseTypingSample).returns.toEqualTypeOf<ParsedTypingSample>();
  expectTypeOf(literal).not.toExtend<ParsedTypingSample>();
  // @ts-expect-error a sample of the right shape is not a parsed sample
  fixedTextVector(literal);
  // @ts-expect-error nor is it one for the mechanics
  mechanics(literal, { text: 'a' });
});

test('a parsed sample is read only', () => {
  const parsed = parseTypingSample(literal);
  // @ts-expect-error properties cannot be assigned
  parsed.field = 'other';
  // @ts-expect-error keys cannot be added
  expectTypeOf(parsed.keys.push).toBeFunction();
  // @ts-expect-error times cannot be assigned
  parsed.keys[0]![1] = 5;
});

test('insufficient must be narrowed before a vector can be read', () => {
  const result = fixedTextVector(parseTypingSample(literal));
  expectTypeOf(result).toEqualTypeOf<FixedTextVector | Insufficient>();
  // @ts-expect-error hold is not on Insufficient
  expectTypeOf(result.hold).toBeObject();
  if (isInsufficient(result)) {
    expectTypeOf(result.reason).toEqualTypeOf<InsufficientReason>();
  } else {
    expectTypeOf(result).toEqualTypeOf<FixedTextVector>();
  }
  const spread = distribution([1]);
  if (!isInsufficient(spread)) {
    expectTypeOf(spread).toEqualTypeOf<Distribution>();
  }
});

test('reasons and codes are literal unions', () => {
  expectTypeOf<'too-few-keys'>().toExtend<InsufficientReason>();
  expectTypeOf<string>().not.toExtend<InsufficientReason>();
  expectTypeOf<'ERR_SAMPLE_TIME'>().toExtend<TypingSampleErrorCode>();
  expectTypeOf<'ERR_SAMPLE_TYPO'>().not.toExtend<TypingSampleErrorCode>();
  expectTypeOf(new TacitError('ERR_SAMPLE_TIME', '').code).toEqualTypeOf<'ERR_SAMPLE_TIME'>();
});
