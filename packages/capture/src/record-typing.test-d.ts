import type { TypingSample } from '@tacit-auth/features';
import { describe, expectTypeOf, it } from 'vitest';
import {
  CaptureError,
  type CaptureErrorCode,
  createEnrolment,
  type EntryQuality,
  type RecordTypingOptions,
  recordTyping,
  type TypingRecording,
} from './index';
import { postJson, type TransportResult } from './transport';

declare const input: HTMLInputElement;
declare const area: HTMLTextAreaElement;
declare const division: HTMLDivElement;

describe('recordTyping', () => {
  it('takes inputs and text areas', () => {
    expectTypeOf(recordTyping(input, { mode: 'secret', field: 'password' })).toEqualTypeOf<TypingRecording>();
    expectTypeOf(recordTyping(area, { mode: 'text', field: 'phrase', target: 'abc' })).toEqualTypeOf<TypingRecording>();
    // @ts-expect-error no text field
    recordTyping(division, { mode: 'secret', field: 'password' });
    // @ts-expect-error no such mode
    recordTyping(input, { mode: 'password', field: 'password' });
    // @ts-expect-error field is required
    recordTyping(input, { mode: 'secret' });
  });

  it('gives the wire type', () => {
    expectTypeOf<TypingRecording['finish']>().returns.toEqualTypeOf<TypingSample>();
    expectTypeOf<TypingRecording['finishWhenReleased']>().returns.resolves.toEqualTypeOf<TypingSample>();
    expectTypeOf<TypingRecording['state']>().toEqualTypeOf<'idle' | 'recording' | 'finished' | 'destroyed'>();
    expectTypeOf<RecordTypingOptions['mode']>().toEqualTypeOf<'secret' | 'text'>();
  });

  it('has errors with codes of a union', () => {
    expectTypeOf<CaptureError['code']>().toEqualTypeOf<CaptureErrorCode>();
    // @ts-expect-error no such code
    new CaptureError('ERR_OTHER', 'message');
  });
});

describe('outcomes', () => {
  it('have to be narrowed', () => {
    expectTypeOf<Extract<EntryQuality, { quality: 'good' }>['reasons']>().toEqualTypeOf<undefined>();
    expectTypeOf<Extract<TransportResult<number>, { ok: true }>['data']>().toEqualTypeOf<number>();
    expectTypeOf<TransportResult<number>['data']>().toEqualTypeOf<number | undefined>();
    expectTypeOf(postJson<number>).returns.resolves.toEqualTypeOf<TransportResult<number>>();
    expectTypeOf(createEnrolment().submit).returns.toEqualTypeOf<EntryQuality>();
  });
});
