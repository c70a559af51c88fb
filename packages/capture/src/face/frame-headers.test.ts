import { expect, it } from 'vitest';
import { FACE_FRAME_POLICY, faceFrameHeaders } from './frame-headers';

it('the frame may evaluate code, reach its own origin and be embedded there; nothing else', () => {
  const policy = new Map(FACE_FRAME_POLICY.split('; ').map((line) => [line.split(' ')[0], line.split(' ').slice(1).join(' ')]));
  expect(Object.fromEntries(policy)).toEqual({
    'default-src': "'none'",
    'script-src': "'self' 'wasm-unsafe-eval' 'unsafe-eval'",
    'worker-src': "'self'",
    'connect-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'self'",
  });
  expect(FACE_FRAME_POLICY).not.toMatch(/unsafe-inline|data:|blob:|https?:|\*/);
});

it('the headers hold the policy, and changing what was returned changes nothing for the next one', () => {
  const headers = faceFrameHeaders();
  expect(headers['content-security-policy']).toBe(FACE_FRAME_POLICY);
  expect(headers['permissions-policy']).toMatch(/camera=\(self\), microphone=\(\)/);
  expect(Object.keys(headers).every((name) => name === name.toLowerCase())).toBe(true);
  headers['content-security-policy'] = '';
  expect(faceFrameHeaders()['content-security-policy']).toBe(FACE_FRAME_POLICY);
});
