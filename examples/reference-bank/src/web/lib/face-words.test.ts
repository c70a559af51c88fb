import {
  type FaceFailure,
  type FaceGuidance,
  type FaceHint,
  faceFailureText,
  faceGuidanceText,
  faceHintText,
} from '@tacit-auth/capture/face';
import { describe, expect, it } from 'vitest';
import { FACE_FAILURE_WORDS, faceFailureWords, faceProgressWords } from './face-words';

const guidance: FaceGuidance = { step: 'action', hint: 'blink', actionsDone: 0, actionsAll: 2, try: 1, tries: 10, progress: 0.3 };
const HINTS: Record<FaceHint, true> = {
  'allow-camera': true,
  loading: true,
  'no-face': true,
  'many-faces': true,
  'too-dark': true,
  'too-bright': true,
  blurred: true,
  'too-far': true,
  'turned-away': true,
  'hold-still': true,
  'look-straight': true,
  'open-eyes': true,
  'too-slow': true,
  blink: true,
  'turn-left': true,
  'turn-right': true,
  'look-ahead': true,
  checking: true,
  again: true,
};
const FACE_HINTS = Object.keys(HINTS) as FaceHint[];
const FACE_FAILURES = Object.keys(FACE_FAILURE_WORDS) as FaceFailure[];
const NUMBERS = /score|threshold|distance|match|%/i;

describe('words before the camera', () => {
  it.each(FACE_FAILURES)('say what happened at %s, in whole sentences and without a word of what was measured', (reason) => {
    expect(faceFailureWords(reason)).toMatch(/^[A-Z].*\.$/);
    expect(faceFailureWords(reason)).not.toMatch(NUMBERS);
    expect(faceFailureWords(reason)).not.toBe(faceFailureText(reason));
  });

  it('are other words for each failure', () => {
    expect(new Set(FACE_FAILURES.map(faceFailureWords)).size).toBe(FACE_FAILURES.length);
  });

  it.each(FACE_HINTS)('say what to do at %s', (hint) => {
    expect(faceGuidanceText({ ...guidance, hint })).toMatch(/^[A-Z].*\.$/);
    expect(faceHintText(hint)).not.toMatch(NUMBERS);
  });

  it('count the steps, and from the second try on the tries', () => {
    expect(faceProgressWords(guidance)).toBe('Movement 1 of 2');
    expect(faceProgressWords({ ...guidance, actionsDone: 1, try: 3 })).toBe('Try 3 of 10. Movement 2 of 2');
    expect(faceProgressWords({ ...guidance, step: 'position', try: 2 })).toBe('Try 2 of 10.');
    expect(faceProgressWords({ ...guidance, step: 'position' })).toBe('');
  });
});
