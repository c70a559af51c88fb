import { expectTypeOf, it } from 'vitest';
import {
  type FreeTextField,
  type FreeTextRecording,
  type PointerRecording,
  type PointerSample,
  type RecordFreeTextOptions,
  recordFreeText,
  recordPointer,
  type TypingRecording,
  type TypingSample,
} from './index';

declare const input: HTMLInputElement;
declare const editor: HTMLDivElement;

it('names the type of what a recording gives', () => {
  expectTypeOf<ReturnType<TypingRecording['finish']>>().toEqualTypeOf<TypingSample>();
  expectTypeOf<Parameters<RecordFreeTextOptions['onWindow']>>().toEqualTypeOf<[TypingSample]>();
  expectTypeOf<PointerRecording['take']>().returns.toEqualTypeOf<PointerSample[]>();
});

it('takes fields one by one or together, and needs somewhere to hand windows to', () => {
  expectTypeOf(recordFreeText({ fields: [input, editor] as const, onWindow() {} })).toEqualTypeOf<FreeTextRecording>();
  expectTypeOf(recordFreeText({ fields: editor, onWindow() {}, keys: 100 }).add)
    .parameter(0)
    .toEqualTypeOf<FreeTextField>();
  // @ts-expect-error onWindow is required
  recordFreeText({ fields: input });
  // @ts-expect-error the document is no field
  recordFreeText({ fields: document, onWindow() {} });
});

it('takes a document or an element, and samples are handed over or taken', () => {
  expectTypeOf(recordPointer(document)).toEqualTypeOf<PointerRecording>();
  expectTypeOf(recordPointer(editor, { onSample: (sample) => sample.events, ignore: '.pin' })).toEqualTypeOf<PointerRecording>();
  expectTypeOf<FreeTextRecording['state']>().toEqualTypeOf<'stopped' | 'recording' | 'destroyed'>();
  // @ts-expect-error no element
  recordPointer(window);
  // @ts-expect-error an element is named by a selector
  recordPointer(document, { ignore: editor });
});
