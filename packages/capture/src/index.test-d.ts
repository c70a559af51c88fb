import { expectTypeOf, it } from 'vitest';
import type { TypingRecording, TypingSample } from './index';

it('names the type of what a recording gives', () => {
  expectTypeOf<ReturnType<TypingRecording['finish']>>().toEqualTypeOf<TypingSample>();
});
