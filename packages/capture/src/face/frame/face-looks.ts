import type { Timer } from '../../timer';
import type { FaceFrame, FaceReader } from './face-reader';

/** A frame and, where it was to be kept, its picture. */
export interface Look {
  readonly frame: FaceFrame;
  readonly picture: ImageBitmap | undefined;
}

export interface FaceLooksOptions {
  reader: Pick<FaceReader, 'analyse'>;
  /** The next picture of the camera that was not given before. */
  nextPicture: () => Promise<ImageBitmap>;
  copyPicture: (picture: ImageBitmap) => Promise<ImageBitmap>;
  clock: () => number;
  timer: Timer;
}

export interface FaceLooks {
  /** The next frame, or undefined where none is there by `deadline` (on `clock`). A kept picture is the caller's to close. */
  next(options: { deadline: number; keep: boolean }): Promise<Look | undefined>;
}

/** So that the longest sample of one minute has at most 1,000 frames, and a phone stays cool. */
export const FRAME_MS = 60;

/** The promise's value, or undefined where `ms` pass first. */
export async function within<Value>(promise: Promise<Value>, ms: number, timer: Timer): Promise<Value | undefined> {
  let handle: unknown;
  const late = new Promise<undefined>((resolve) => {
    handle = timer.set(() => resolve(undefined), Math.max(0, ms));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.clear(handle);
  }
}

/** Looks at the camera, one frame at a time. */
export function faceLooks({ reader, nextPicture, copyPicture, clock, timer }: FaceLooksOptions): FaceLooks {
  let flight: Promise<Look> | undefined;
  let lastAt = Number.NEGATIVE_INFINITY;

  async function look(keep: boolean): Promise<Look> {
    const wait = lastAt + FRAME_MS - clock();
    if (wait > 0) {
      await new Promise<void>((resolve) => timer.set(resolve, wait));
    }
    const picture = await nextPicture();
    const at = clock();
    lastAt = at;
    const kept = keep ? await copyPicture(picture) : undefined;
    return { frame: await reader.analyse(picture, at), picture: kept };
  }

  return {
    async next({ deadline, keep }) {
      // A frame that came too late for the one who asked is the next one's: the networks do one thing at a time.
      flight ??= look(keep);
      const current = flight;
      const seen = await within(current, deadline - clock(), timer);
      if (seen !== undefined) {
        flight = undefined;
      }
      return seen;
    },
  };
}
