import { type FixedTextVector, fixedTextVector, isInsufficient, parseTypingSample, type TypingSample } from '@tacit-auth/features';

export function vectorOf(sample: TypingSample): FixedTextVector {
  return enough(fixedTextVector(parseTypingSample(sample)));
}

/** A bench on made-up data has no use for a value that says there was too little of it. */
export function enough<T>(value: T): Exclude<T, { status: 'insufficient' }> {
  if (isInsufficient(value)) throw new Error(`insufficient: ${value.reason}`);
  return value as Exclude<T, { status: 'insufficient' }>;
}
