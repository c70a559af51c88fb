import type { FaceFailure } from '../face-guidance';

/** The part of `navigator.mediaDevices` that is used. No list of devices is read. */
export type CameraDevices = Pick<MediaDevices, 'getUserMedia'>;

export interface OpenCameraOptions {
  devices: CameraDevices;
  /** Once aborted, a camera that opens late is closed at once. */
  signal: AbortSignal;
  /** The track ended by itself: unplugged, or the permission was withdrawn. */
  onEnded: () => void;
}

export interface OpenCamera {
  readonly stream: MediaStream;
  /** Ends every track. Twice is once. */
  stop(): void;
}

const WANTED: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: 'user', width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30, max: 60 } },
};

/** What the names of errors of `getUserMedia` mean to a person (Media Capture and Streams, section 10.3). */
const FAILURES: Readonly<Record<string, FaceFailure>> = {
  NotAllowedError: 'camera-denied',
  SecurityError: 'camera-denied',
  PermissionDeniedError: 'camera-denied',
  NotFoundError: 'camera-none',
  OverconstrainedError: 'camera-none',
  DevicesNotFoundError: 'camera-none',
  NotReadableError: 'camera-busy',
  TrackStartError: 'camera-busy',
  AbortError: 'camera-busy',
  TypeError: 'unsupported',
  NotSupportedError: 'unsupported',
};

/** Asks for the camera. Resolves to the reason where there is none; it never rejects. */
export async function openCamera({ devices, signal, onEnded }: OpenCameraOptions): Promise<OpenCamera | FaceFailure> {
  let stream: MediaStream;
  try {
    stream = await devices.getUserMedia(WANTED);
  } catch (error) {
    return FAILURES[(error as Partial<Error> | null)?.name ?? ''] ?? 'camera-busy';
  }
  const tracks = stream.getTracks();
  function stop(): void {
    for (const track of tracks) {
      track.removeEventListener('ended', onEnded);
      track.stop();
    }
  }
  if (signal.aborted) {
    stop();
    return 'cancelled';
  }
  for (const track of tracks) {
    track.addEventListener('ended', onEnded);
  }
  // One that had ended before anybody listened tells nobody.
  if (!tracks.some(({ kind, readyState }) => kind === 'video' && readyState === 'live')) {
    stop();
    return 'camera-ended';
  }
  return { stream, stop };
}
