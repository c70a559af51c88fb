import { expect, it } from 'vitest';
import { FACE_FAILURES, FACE_HINTS, type FaceGuidance, faceFailureText, faceGuidanceText, faceHintText } from './face-guidance';

const guidance: FaceGuidance = { step: 'action', hint: 'blink', actionsDone: 0, actionsAll: 1, try: 1, tries: 10, progress: 0 };

it('every hint and every failure has words of its own, in whole sentences', () => {
  const words = [...FACE_HINTS.map(faceHintText), ...FACE_FAILURES.map(faceFailureText)];
  expect(new Set(words).size).toBe(words.length);
  for (const text of words) expect(text).toMatch(/^[A-Z].*\.$/);
});

it('blinks are counted in words', () => {
  const times = [1, 2, 3] as const;
  expect(times.map((count) => faceGuidanceText({ ...guidance, action: { kind: 'blink', times: count } }))).toEqual([
    'Close both eyes and open them again.',
    'Close both eyes and open them again, twice.',
    'Close both eyes and open them again, three times.',
  ]);
  expect(faceGuidanceText({ ...guidance, hint: 'too-dark', action: { kind: 'blink', times: 3 } })).toBe(faceHintText('too-dark'));
});

it('says what the page did, and no more', () => {
  expect([faceFailureText('page-hidden'), faceHintText('open-eyes'), faceHintText('look-straight')]).toEqual([
    'The camera was switched off because the page was not visible.',
    'Now open them again.',
    'Look straight at the camera.',
  ]);
  expect(faceFailureText('too-slow')).toContain('device');
});

it('nothing to say is an empty text', () => {
  expect(faceGuidanceText({ ...guidance, hint: null })).toBe('');
});
