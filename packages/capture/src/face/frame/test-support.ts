import type { FaceAction } from '@tacit-auth/features';
import type { ManualTime } from '../../test-support';
import type { FaceFrame } from './face-reader';
import type { SessionGuidance } from './steady-guidance';

/** A good frame of somebody who looks straight, with what the test names changed. For tests only. */
export function goodFrame(changes: Partial<FaceFrame> = {}): FaceFrame {
  return {
    at: 0,
    faces: 1,
    leftEye: 0.3,
    rightEye: 0.32,
    yaw: 2,
    pitch: -3,
    roll: 1,
    box: { x: 220, y: 120, width: 200, height: 240 },
    luma: { mean: 120, darkShare: 0.1, brightShare: 0.05 },
    sharpness: 0.5,
    ...changes,
  };
}

/** Where the descriptor network finds the face of {@link goodFrame}. */
export const describedBox = { x: 225, y: 150, width: 190, height: 190 };

export const noFace: Partial<FaceFrame> = { faces: 0, box: null, leftEye: 0, rightEye: 0, yaw: 0, pitch: 0, roll: 0 };

/** Somebody who does what is asked: closes the eyes for 200 ms of each 700, or turns away and back within two seconds. */
export function obedient(guidance: SessionGuidance | undefined, actions: readonly FaceAction[], sinceMs: number): Partial<FaceFrame> {
  const action = guidance?.step === 'action' ? actions[guidance.actionsDone] : undefined;
  if (action?.kind === 'blink') {
    return sinceMs % 700 > 500 ? { leftEye: 0.08, rightEye: 0.09 } : {};
  }
  if (action?.kind === 'turn') {
    const angle = 35 * Math.sin(Math.PI * Math.min(1, sinceMs / 2_000));
    return { yaw: action.to === 'left' ? angle : -angle };
  }
  return {};
}

/** A descriptor near that of `person`; other `seed`s give other noise. */
export function descriptorOf(person: number, seed: number): Float32Array {
  const values = Float32Array.from({ length: 128 }, (_, i) => 0.12 * Math.sin(person * 7 + i * (person + 1)));
  return values.map((value, i) => value + 0.01 * Math.sin(seed * 13 + i * 3));
}

/** A picture of no pixels that knows whether it was closed. */
export function fakePicture(open: Set<object>): ImageBitmap {
  const picture = { width: 640, height: 480, close: () => open.delete(picture) };
  open.add(picture);
  return picture as unknown as ImageBitmap;
}

/** Moves the time on, and lets promises settle in between, until `promise` has; at most ten minutes. */
export async function pass<Value>(promise: Promise<Value>, time: ManualTime, stepMs = 20): Promise<Value> {
  let settled = false;
  const watched = promise.finally(() => {
    settled = true;
  });
  watched.catch(() => undefined);
  for (let spent = 0; !settled && spent < 600_000; spent += stepMs) {
    for (let turn = 0; turn < 25; turn += 1) {
      await Promise.resolve();
    }
    if (!settled) {
      time.advance(stepMs);
    }
  }
  if (!settled) {
    throw new Error('ten minutes passed and the promise did not settle');
  }
  return watched;
}

/** A camera of one track that a test can unplug. */
export function fakeCamera() {
  const track = Object.assign(new EventTarget(), {
    kind: 'video',
    readyState: 'live' as MediaStreamTrackState,
    stop: () => {
      track.readyState = 'ended';
    },
  });
  const stream = { getTracks: () => [track] } as unknown as MediaStream;
  const asked: unknown[] = [];
  return {
    stream,
    asked,
    devices: {
      async getUserMedia(constraints?: MediaStreamConstraints) {
        asked.push(constraints);
        return stream;
      },
    },
    live: () => (track.readyState === 'live' ? 1 : 0),
    unplug() {
      track.readyState = 'ended';
      track.dispatchEvent(new Event('ended'));
    },
  };
}
