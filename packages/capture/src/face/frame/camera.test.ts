import { describe, expect, it, vi } from 'vitest';
import { openCamera } from './camera';
import { fakeCamera } from './test-support';

const never = new AbortController().signal;

describe('the camera', () => {
  it('is asked for alone, without a microphone, and as the one that faces the user', async () => {
    const camera = fakeCamera();
    const opened = await openCamera({ devices: camera.devices, signal: never, onEnded: () => undefined });
    expect(opened).toMatchObject({ stream: camera.stream });
    expect(camera.asked).toMatchObject([{ audio: false, video: { facingMode: 'user' } }]);
  });

  it.each([
    ['NotAllowedError', 'camera-denied'],
    ['SecurityError', 'camera-denied'],
    ['NotFoundError', 'camera-none'],
    ['OverconstrainedError', 'camera-none'],
    ['NotReadableError', 'camera-busy'],
    ['AbortError', 'camera-busy'],
    ['TypeError', 'unsupported'],
    ['AnythingElse', 'camera-busy'],
  ])('refused by %s is %s', async (name, reason) => {
    const getUserMedia = () => Promise.reject(Object.assign(new Error('m'), { name }));
    expect(await openCamera({ devices: { getUserMedia }, signal: never, onEnded: () => undefined })).toBe(reason);
  });

  it('that opens after the end is closed at once', async () => {
    const camera = fakeCamera();
    const ending = new AbortController();
    const opening = openCamera({ devices: camera.devices, signal: ending.signal, onEnded: () => undefined });
    ending.abort();
    expect(await opening).toBe('cancelled');
    expect(camera.live()).toBe(0);
  });

  it('tells when it is unplugged, but not when it is stopped', async () => {
    const camera = fakeCamera();
    const onEnded = vi.fn();
    const opened = await openCamera({ devices: camera.devices, signal: never, onEnded });
    if (typeof opened === 'string') throw new Error(opened);
    camera.unplug();
    expect(onEnded).toHaveBeenCalledOnce();
    opened.stop();
    camera.unplug();
    expect(onEnded).toHaveBeenCalledOnce();
    expect(camera.live()).toBe(0);
  });

  it('that is gone before anybody listened is told of', async () => {
    const camera = fakeCamera();
    camera.unplug();
    expect(await openCamera({ devices: camera.devices, signal: never, onEnded: () => undefined })).toBe('camera-ended');
  });
});
