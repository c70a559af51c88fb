import { FACE_LIMITS } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FACE_FAILURES, FACE_HINTS, FACE_STEPS } from './face-guidance';
import { FACE_PROTOCOL, isConnectMessage, readFrameMessage, readPageMessage, SAMPLE_LIMITS } from './face-messages';

const start = { type: 'start', actions: [{ kind: 'blink', times: 2 }], maxTries: 10, tryMs: 8_000, title: 'Camera' };
const guidance = { type: 'guidance', step: 'position', hint: 'no-face', actionsDone: 0, try: 1, progress: 0.5 };
const descriptor = (at: number) => [at, Array.from({ length: 128 }, (_, i) => i)];
const row = (at: number) => [at, 1, 300, 300, 0, 0, 0];
const sample = { version: 1, pipeline: 'p/1', descriptors: [0, 1, 2].map(descriptor), frames: [0, 1, 2, 3].map(row) };
const captured = { type: 'captured', sample, tries: 1 };

describe('from the page', () => {
  it('start and cancel are read; nothing else comes through', () => {
    expect(readPageMessage({ ...start, extra: 1 })).toEqual(start);
    expect(readPageMessage({ type: 'cancel', extra: 1 })).toEqual({ type: 'cancel' });
  });

  it.each([
    [{ actions: [] }],
    [{ actions: Array.from({ length: 5 }, () => ({ kind: 'blink', times: 1 })) }],
    [{ actions: [{ kind: 'blink', times: 4 }] }],
    [{ actions: [{ kind: 'turn', to: 'up' }] }],
    [{ actions: 'blink' }],
    [{ maxTries: 11 }],
    [{ maxTries: 0 }],
    [{ tryMs: 60_001 }],
    [{ tryMs: 999 }],
    [{ tryMs: 1_000.5 }],
    [{ title: 'x'.repeat(201) }],
    [{ type: 'begin' }],
  ])('a start with %j is refused', (wrong) => {
    expect(readPageMessage({ ...start, ...wrong })).toBeUndefined();
  });

  it('a connect names the protocol', () => {
    expect(isConnectMessage({ type: 'connect', protocol: FACE_PROTOCOL })).toBe(true);
    expect(isConnectMessage({ type: 'connect', protocol: 'tacit-face/0' })).toBe(false);
  });
});

describe('a sample', () => {
  it('is made anew of its four fields: nothing else comes through, however deep', () => {
    const hidden = Object.assign([4, 1, 300, 300, 0, 0, 0], { picture: 'x' });
    const frames = [...sample.frames, hidden];
    const read = readFrameMessage({ ...captured, sample: { ...sample, frames, picture: 'x' } });
    if (read?.type !== 'captured') throw new Error('not read');
    expect(Object.keys(read.sample).sort()).toEqual(['descriptors', 'frames', 'pipeline', 'version']);
    expect(Object.keys(read.sample.frames[4]!)).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    expect(read.sample.frames[4]).not.toBe(hidden);
  });

  it('has the bounds of the wire', () => {
    expect(FACE_LIMITS).toMatchObject(SAMPLE_LIMITS);
  });
});

describe('from the frame', () => {
  it('each kind is read; nothing else comes through', () => {
    for (const message of [
      { type: 'ready', protocol: FACE_PROTOCOL },
      { type: 'alive' },
      guidance,
      captured,
      { type: 'failed', reason: 'no-face', tries: 10 },
    ]) {
      expect(readFrameMessage({ ...message, extra: 1 })).toEqual(message);
    }
    for (const step of FACE_STEPS) expect(readFrameMessage({ ...guidance, step })).toBeDefined();
    for (const hint of [...FACE_HINTS, null]) expect(readFrameMessage({ ...guidance, hint })).toBeDefined();
    for (const reason of FACE_FAILURES) expect(readFrameMessage({ type: 'failed', reason, tries: 0 })).toBeDefined();
  });

  it.each([
    [{ ...guidance, step: 'constructor' }],
    [{ ...guidance, hint: 'toString' }],
    [{ ...guidance, progress: Number.NaN }],
    [{ ...guidance, progress: 1.01 }],
    [{ ...guidance, try: 11 }],
    [{ ...guidance, actionsDone: -1 }],
    [{ type: 'ready', protocol: 'tacit-face/2' }],
    [{ type: 'failed', reason: 'because', tries: 1 }],
    [{ type: 'failed', reason: 'no-face', tries: 11 }],
    [{ ...captured, sample: null }],
    [{ ...captured, sample: { ...sample, descriptors: [...sample.descriptors, [3, Array.from({ length: 128 }, () => 10_001)]] } }],
    [{ ...captured, sample: { ...sample, descriptors: [...sample.descriptors, [-1, sample.descriptors[0]![1]]] } }],
    [{ ...captured, sample: { ...sample, descriptors: [...sample.descriptors, [600_001, sample.descriptors[0]![1]]] } }],
    [{ ...captured, sample: { ...sample, descriptors: [...sample.descriptors, [3, new Array(128)]] } }],
    [{ ...captured, sample: { ...sample, frames: [...sample.frames, [600_001, 1, 0, 0, 0, 0, 0]] } }],
    [{ ...captured, sample: { ...sample, frames: [...sample.frames, new Array(7)] } }],
    [{ ...captured, tries: 0 }],
    [{ ...captured, sample: { ...sample, version: 2 } }],
    [{ ...captured, sample: { ...sample, pipeline: 'p'.repeat(65) } }],
    [{ ...captured, sample: { ...sample, descriptors: sample.descriptors.slice(1) } }],
    [{ ...captured, sample: { ...sample, descriptors: Array.from({ length: 9 }, (_, at) => descriptor(at)) } }],
    [{ ...captured, sample: { ...sample, descriptors: [[0, [1]], ...sample.descriptors.slice(1)] } }],
    [{ ...captured, sample: { ...sample, frames: Array.from({ length: 1_001 }, (_, at) => row(at)) } }],
    [{ ...captured, sample: { ...sample, frames: [...sample.frames, [4, 1, 0.5, 300, 0, 0, 0]] } }],
    [{ ...captured, sample: { ...sample, frames: [...sample.frames, [4, 1]] } }],
    [{ type: 'image', data: 'x' }],
  ])('%# is refused', (wrong) => {
    expect(readFrameMessage(wrong)).toBeUndefined();
  });
});

it('anything at all is read or refused, never thrown at', () => {
  fc.assert(
    fc.property(fc.anything(), fc.constantFrom('start', 'guidance', 'captured', 'failed', 'ready', 'x'), (value, type) => {
      for (const message of [
        value,
        { type, sample: value, actions: value, step: value, hint: value, reason: value, descriptors: [value] },
      ]) {
        readPageMessage(message);
        expect(readFrameMessage(message)).toBeUndefined();
      }
    }),
  );
});
