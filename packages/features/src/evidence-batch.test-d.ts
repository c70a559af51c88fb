import { expectTypeOf, test } from 'vitest';
import {
  type CoarseState,
  type EvidenceAnswer,
  type EvidenceBatch,
  type EvidenceOpening,
  type freeTextTimings,
  type ParsedEvidenceBatch,
  parseEvidenceBatch,
} from './index';

const literal: EvidenceBatch = { version: 1, stream: 'AbCdEfGhIjKlMnOpQrSt-_', seq: 1, floor: 0, typing: [], pointer: [] };

test('only the parser makes a parsed batch, and its samples are parsed ones', () => {
  expectTypeOf(parseEvidenceBatch).parameter(0).toBeUnknown();
  expectTypeOf(parseEvidenceBatch).returns.toEqualTypeOf<ParsedEvidenceBatch>();
  expectTypeOf(literal).not.toExtend<ParsedEvidenceBatch>();
  expectTypeOf<ParsedEvidenceBatch['typing'][number]>().toEqualTypeOf<Parameters<typeof freeTextTimings>[0]>();
});

test('a parsed batch is read only', () => {
  const parsed = parseEvidenceBatch(literal);
  // @ts-expect-error properties cannot be assigned
  parsed.seq = 2;
  // @ts-expect-error samples cannot be added
  expectTypeOf(parsed.typing.push).toBeFunction();
});

test('what a browser is told is coarse', () => {
  expectTypeOf<CoarseState>().toEqualTypeOf<'on' | 'checking' | 'confirm' | 'locked' | 'ended' | 'off'>();
  expectTypeOf<keyof EvidenceAnswer>().toEqualTypeOf<'version' | 'stream' | 'seq' | 'state'>();
  expectTypeOf<keyof EvidenceOpening>().toEqualTypeOf<'version' | 'stream' | 'queueKey' | 'next' | 'state' | 'everyMs'>();
});
