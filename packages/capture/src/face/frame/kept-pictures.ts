import type { Timer } from '../../timer';
import { within } from './face-looks';
import type { FaceFrame, FaceReader } from './face-reader';
import type { DescribedFrame } from './face-track';

/** A picture that a descriptor may be made of, and the time of its frame in the track. */
export interface KeptPicture {
  readonly at: number;
  readonly picture: ImageBitmap;
  readonly score: number;
}

/** Pictures kept from before the actions, and as many from after them. */
const KEPT_PICTURES = 4;

/** Sharp, straight, and with open eyes. */
export function scoreOf({ sharpness, yaw, leftEye, rightEye }: FaceFrame): number {
  return sharpness * (1 - Math.abs(yaw) / 90) * (leftEye + rightEye);
}

/** Keeps the best few, the best first, and closes the one that goes. */
export function keepBest(pictures: KeptPicture[], next: KeptPicture): void {
  pictures.push(next);
  pictures.sort((a, b) => b.score - a.score);
  pictures.splice(KEPT_PICTURES).forEach(({ picture }) => {
    picture.close();
  });
}

export function closeAll(pictures: KeptPicture[]): void {
  for (const { picture } of pictures.splice(0)) {
    picture.close();
  }
}

/** Makes descriptors one at a time, so that those from before the actions are made while the actions are watched. */
export interface FaceDescriber {
  /** Descriptors of the pictures, which it closes; a picture without a face gives none. Undefined where the engine does not answer. */
  describe(pictures: readonly KeptPicture[]): Promise<DescribedFrame[] | undefined>;
  /** Leaves out what has not begun: the try has failed. */
  drop(): void;
  /** The engine has not answered once: it is not asked again, and another try would wait in vain. */
  readonly isStuck: boolean;
}

export function faceDescriber(reader: Pick<FaceReader, 'describe'>, answerMs: number, timer: Timer): FaceDescriber {
  let round = 0;
  let isStuck = false;
  let queue: Promise<unknown> = Promise.resolve();

  async function describeAll(pictures: readonly KeptPicture[], mine: number): Promise<DescribedFrame[] | undefined> {
    const described: DescribedFrame[] = [];
    for (const { at, picture } of pictures) {
      if (mine !== round || isStuck) {
        picture.close();
        continue;
      }
      const description = await within(reader.describe(picture), answerMs, timer);
      isStuck ||= description === undefined;
      if (description?.status === 'described') {
        described.push({ at, values: description.values });
      }
    }
    return isStuck ? undefined : described;
  }

  return {
    describe(pictures) {
      const mine = round;
      const result = queue.then(() => describeAll(pictures, mine));
      // Who asked hears of an error; the next one in the queue begins all the same.
      queue = result.catch(() => undefined);
      return result;
    },
    drop() {
      round += 1;
    },
    get isStuck() {
      return isStuck;
    },
  };
}
