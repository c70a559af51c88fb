import { expectTypeOf, test } from 'vitest';
import { type FaceAction, type FaceSample, type FaceSampleErrorCode, type ParsedFaceSample, parseFaceSample, TacitError } from './index';

const literal: FaceSample = {
  version: 1,
  pipeline: 'face-api-tiny416-mirror/1',
  descriptors: [[0, [1]]],
  frames: [[0, 1, 300, 300, 0, 0, 0]],
};

test('only the parser makes a parsed sample', () => {
  expectTypeOf(parseFaceSample).parameter(0).toBeUnknown();
  expectTypeOf(parseFaceSample).returns.toEqualTypeOf<ParsedFaceSample>();
  expectTypeOf(literal).not.toExtend<ParsedFaceSample>();
});

test('a parsed sample can not be written to', () => {
  expectTypeOf<ParsedFaceSample['frames']>().not.toExtend<number[][]>();
  expectTypeOf<ParsedFaceSample['descriptors'][number][1]>().not.toExtend<number[]>();
});

test('codes and actions are literal unions', () => {
  expectTypeOf(new TacitError<FaceSampleErrorCode>('ERR_FACE_SAMPLE_NORM', 'x').code).toEqualTypeOf<FaceSampleErrorCode>();
  expectTypeOf<{ kind: 'blink'; times: 4 }>().not.toExtend<FaceAction>();
  expectTypeOf<{ kind: 'turn'; to: 'left' }>().toExtend<FaceAction>();
});
