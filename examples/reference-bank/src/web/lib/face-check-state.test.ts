import type { FaceGuidance, FaceSample } from '@tacit-auth/capture/face';
import { describe, expect, it } from 'vitest';
import type { FaceAsked } from '../api/types';
import { type FaceCheckEvent, hasActed, initialFaceCheck, LEAST_LOOK_MS, lookMs, nextFaceCheck } from './face-check-state';

const asked: FaceAsked = { challenge: 'c1', actions: [{ kind: 'blink', times: 2 }], expiresAt: 9 };
const sample: FaceSample = { version: 1, pipeline: 'p', descriptors: [], frames: [] };
const guidance: FaceGuidance = { step: 'position', hint: 'no-face', actionsDone: 0, actionsAll: 1, try: 1, tries: 10, progress: 0.1 };
const from = (first: FaceAsked | null, ...events: FaceCheckEvent[]) => events.reduce(nextFaceCheck, initialFaceCheck(first));
const start: FaceCheckEvent = { type: 'start', asked };
const captured: FaceCheckEvent = { type: 'captured', sample };

describe('nextFaceCheck', () => {
  it('has the camera off until it is started, and again as soon as a sample is there', () => {
    expect(from(asked)).toEqual({ is: 'ready', asked, problem: null, canStart: true });
    expect(from(asked, start)).toEqual({ is: 'camera', asked, guidance: null });
    expect(from(asked, start, { type: 'guided', guidance })).toMatchObject({ is: 'camera', guidance });
    expect(from(asked, start, captured)).toEqual({ is: 'sending', asked, sample });
  });

  it('says what was wrong before the camera, and keeps the challenge, which was not used', () => {
    const state = from(null, start, { type: 'failed', reason: 'too-dark' });
    expect(state).toMatchObject({ is: 'ready', asked, canStart: true, problem: expect.stringMatching(/too dark.*light/) });
    expect(from(null, start, { type: 'failed', reason: 'unsupported' })).toMatchObject({ canStart: false });
  });

  it('is off under a lock, and then asks the bank anew: the session that is opened again is another one', () => {
    expect(from(asked, start, { type: 'locked' })).toEqual({ is: 'ready', asked: null, problem: null, canStart: true });
    expect(from(asked, { type: 'locked' })).toMatchObject({ asked: null });
    const sending = from(asked, start, captured);
    expect(nextFaceCheck(sending, { type: 'locked' })).toBe(sending);
    expect(from(asked, start, captured, { type: 'unanswered', text: 'No answer.' }, { type: 'locked' })).toMatchObject({
      is: 'ready',
      asked: null,
    });
  });

  it('says nothing where the customer stopped the camera', () => {
    expect(from(null, start, { type: 'failed', reason: 'cancelled' })).toMatchObject({ is: 'ready', asked, problem: null });
  });

  it('takes the next challenge where the bank wants another look', () => {
    const next: FaceAsked = { ...asked, challenge: 'c2' };
    expect(from(asked, start, captured, { type: 'retry', asked: next, reason: 'not-live' })).toMatchObject({
      is: 'ready',
      asked: next,
      problem: expect.stringMatching(/did not see what we asked/),
    });
  });

  it('keeps a look that nobody has answered, to be sent again as it is', () => {
    const state = from(asked, start, captured, { type: 'unanswered', text: 'No connection.' });
    expect(state).toEqual({ is: 'unsent', asked, sample, problem: 'No connection.' });
    expect(nextFaceCheck(state, { type: 'send-again' })).toEqual({ is: 'sending', asked, sample });
  });

  it.each([
    [true, null],
    [false, asked],
  ])('where the challenge of a look that is not taken is used (%j) asks the bank anew', (isUsed, next) => {
    expect(from(asked, start, captured, { type: 'refused', text: 'No.', isUsed })).toEqual({
      is: 'ready',
      asked: next,
      problem: 'No.',
      canStart: true,
    });
  });

  it('does not listen to a camera that was stopped', () => {
    const stopped = from(asked, start, { type: 'failed', reason: 'cancelled' });
    for (const late of [captured, { type: 'guided', guidance }, { type: 'failed', reason: 'blurred' }] as const) {
      expect(nextFaceCheck(stopped, late)).toBe(stopped);
    }
    const sending = from(asked, start, captured);
    expect(nextFaceCheck(sending, start)).toBe(sending);
    expect(nextFaceCheck(sending, { type: 'failed', reason: 'cancelled' })).toBe(sending);
  });
});

describe('lookMs', () => {
  it('is what is left of the challenge, less the time to send the look', () => {
    expect(lookMs({ expiresAt: 301_000 }, 1_000)).toBe(295_000);
    expect(lookMs({ expiresAt: 9_000 }, 8_000)).toBe(0);
    expect(lookMs({ expiresAt: 9e9 }, 0)).toBe(3_600_000);
    expect(lookMs({ expiresAt: 5_000 + LEAST_LOOK_MS }, 0)).toBe(LEAST_LOOK_MS);
  });
});

describe('hasActed', () => {
  const at = (actionsDone: number, step: FaceGuidance['step']) => ({ ...guidance, step, actionsDone });
  it.each([
    [null, at(0, 'position'), false],
    [at(0, 'position'), at(0, 'action'), false],
    [at(0, 'action'), at(1, 'action'), true],
    [at(0, 'action'), at(1, 'hold'), true],
    [at(1, 'hold'), at(1, 'hold'), false],
    [at(1, 'hold'), at(0, 'position'), false],
  ])('from %j to %j: %j', (before, now, acted) => {
    expect(hasActed(before, now)).toBe(acted);
  });
});
