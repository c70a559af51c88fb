import { expectTypeOf, it } from 'vitest';
import type { Flows } from './flows';
import type { FlowResult, LoginOutcome } from './flows/types';
import type { TypingReason, TypingResult } from './typing-result';

declare const result: TypingResult;

it('gives a score for certain only with an acceptance', () => {
  expectTypeOf(result.score).toEqualTypeOf<number | undefined>();
  if (result.decision === 'accept') {
    expectTypeOf(result.score).toEqualTypeOf<number>();
    expectTypeOf(result.reasons).toEqualTypeOf<readonly []>();
  }
});

it('gives a reason with everything that is no acceptance', () => {
  if (result.decision !== 'accept') {
    expectTypeOf(result.reasons[0]).toEqualTypeOf<TypingReason>();
  }
});

it('lets nobody read the body of a refused flow', () => {
  expectTypeOf<Awaited<ReturnType<Flows['login']['submit']>>>().toEqualTypeOf<FlowResult<LoginOutcome>>();
  expectTypeOf<Extract<FlowResult<LoginOutcome>, { ok: false }>>().not.toHaveProperty('body');
});
