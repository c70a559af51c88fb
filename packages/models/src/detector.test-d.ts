import type { Insufficient } from '@tacit-auth/features';
import { expectTypeOf, it } from 'vitest';
import { defaultDetector } from './default-detector';
import type { DefaultProfile } from './default-profile';
import type { Score } from './detector';
import { type ScaledManhattanProfile, scaledManhattan } from './scaled-manhattan';

it('can not be scored with before it is known that there was enough to fit', () => {
  expectTypeOf(defaultDetector.fit).returns.toEqualTypeOf<DefaultProfile | Insufficient>();
  expectTypeOf(defaultDetector.score).parameter(0).toEqualTypeOf<DefaultProfile>();
  expectTypeOf(defaultDetector.score).returns.toEqualTypeOf<Score | Insufficient>();
});

it("does not take one detector's profile for another's", () => {
  expectTypeOf<ScaledManhattanProfile>().not.toMatchTypeOf<DefaultProfile>();
  expectTypeOf(scaledManhattan.update).parameter(0).toEqualTypeOf<ScaledManhattanProfile>();
});
