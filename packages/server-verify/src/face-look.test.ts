import { type FaceAction, type FaceSample, parseFaceSample } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawFaceActions } from './face-challenge';
import { enrolRetryReasonOf, judgeFaceLook, retryReasonOf } from './face-look';
import { seededRandom } from './testing-context';
import { createFace } from './testing-face';

const ACTIONS: FaceAction[] = [
  { kind: 'blink', times: 2 },
  { kind: 'turn', to: 'left' },
];

const judge = (sample: FaceSample, actions: readonly FaceAction[] = ACTIONS) => judgeFaceLook({ sample: parseFaceSample(sample), actions });

describe('judgeFaceLook', () => {
  it('takes whoever does what is asked, whatever that is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 4 }), (seed, count) => {
        const actions = drawFaceActions(seededRandom(seed), count);
        expect(judge(createFace(seed).look(actions), actions)).toEqual({ status: 'good' });
      }),
      { numRuns: process.env.TACIT_SOAK === '1' ? 2_000 : 60 },
    );
  });

  it('rejects a still picture, and somebody who does something else', () => {
    const face = createFace(1);
    expect(judge(face.still())).toMatchObject({ status: 'reject' });
    expect(judge(face.look([{ kind: 'turn', to: 'right' }]))).toMatchObject({ status: 'reject' });
    expect(judge(face.look([...ACTIONS].reverse()))).toMatchObject({ status: 'reject' });
  });

  it('has a look repeated that shows somebody else as well, nobody, or two people in turn', () => {
    const face = createFace(1);
    const look = face.look(ACTIONS);
    const crowded = structuredClone(look);
    for (let i = 20; i < 30; i++) {
      crowded.frames[i]![1] = 2;
    }
    expect(judge(crowded)).toMatchObject({ status: 'retry', reasons: expect.arrayContaining(['many-faces']) });
    const empty = structuredClone(look);
    for (let i = 10; i < 30; i++) {
      empty.frames[i] = [empty.frames[i]![0], 0, 0, 0, 0, 0, 0];
    }
    const without = judge(empty);
    expect(without).toMatchObject({ status: 'retry', reasons: expect.arrayContaining(['one-face']) });
    const swapped = structuredClone(look);
    swapped.descriptors[4]![1] = createFace(2).look(ACTIONS).descriptors[4]![1];
    expect(judge(swapped)).toEqual({ status: 'retry', reasons: ['disagreement'] });
  });

  it('rejects one frame that is described twice', () => {
    const look = createFace(1).look(ACTIONS);
    look.descriptors[1]![1] = look.descriptors[0]![1];
    expect(judge(look)).toEqual({ status: 'reject', reasons: ['repeated'] });
  });
});

describe('what may be told of a look', () => {
  it('names what the customer can do better, and nothing else', () => {
    expect(retryReasonOf(['one-face'])).toBe('no-face');
    expect(retryReasonOf(['one-face', 'many-faces'])).toBe('many-faces');
    expect(retryReasonOf(['disagreement'])).toBe('unstable');
    expect(enrolRetryReasonOf(['blink'])).toBe('not-live');
  });
});
