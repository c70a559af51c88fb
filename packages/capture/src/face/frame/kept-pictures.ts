import type { Timer } from '../../timer';
import { within } from './face-looks';
import type { FaceFrame, FaceReader } from './face-reader';
import type { DescribedFrame } from './face-track';

/** A picture that a descriptor may be made of, and the time of its frame in the track. */
export interface KeptPicture {
  readonly at: number;
  readonly picture: ImageBitmap;
  /** Of the face whose eyes and pose were measured, in pixels of the picture. */
  readonly box: Region;
  readonly score: number;
}

type Region = NonNullable<FaceFrame['box']>;

/** Pictures kept from before the actions, and as many from after them. */
const KEPT_PICTURES = 4;

/** Sharp, straight, and with open eyes. */
export function scoreOf({ sharpness, yaw, leftEye, rightEye }: FaceFrame): number {
  return sharpness * (1 - Math.abs(yaw) / 90) * (leftEye + rightEye);
}

/**
 * Detector's score below which what was framed may be something else than the face: of 60 pictures of the set LFW in six frames each, three were framed wrongly, at scores
 * of .29 and less. Of the pictures of the whole set 3.6 % lie below it, and 13 % below .5, which would turn people away whom the detector likes less.
 */
export const SURE_SCORE = 0.3;

/** The two networks frame one face differently, but not as differently as this. */
const MOST_WIDTH_RATIO = 2;

/**
 * Whether the face that is described is the one that acts. The networks choose on their own: landmarks are those of the largest face, the descriptor is that of
 * the face nearest to the centre.
 */
export function isSameFace(acting: Region, described: Region): boolean {
  const [x, y] = [described.x + described.width / 2, described.y + described.height / 2];
  const isInside = x >= acting.x && x <= acting.x + acting.width && y >= acting.y && y <= acting.y + acting.height;
  const ratio = described.width / acting.width;
  return isInside && ratio <= MOST_WIDTH_RATIO && ratio >= 1 / MOST_WIDTH_RATIO;
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
  /** Descriptors of the pictures, which it closes; a picture without a sure face, or of another face than the one that acts, gives none. Undefined where the engine does not answer. */
  describe(pictures: readonly KeptPicture[]): Promise<DescribedFrame[] | undefined>;
  /** Leaves out what has not begun: the try has failed. */
  drop(): void;
  /** Since the last drop, another face than the one that acts was described. */
  readonly sawAnother: boolean;
  /** The engine has not answered once: it is not asked again, and another try would wait in vain. */
  readonly isStuck: boolean;
}

export function faceDescriber(reader: Pick<FaceReader, 'describe'>, answerMs: number, timer: Timer): FaceDescriber {
  let round = 0;
  let isStuck = false;
  let sawAnother = false;
  let queue: Promise<unknown> = Promise.resolve();

  async function describeAll(pictures: readonly KeptPicture[], mine: number): Promise<DescribedFrame[] | undefined> {
    const described: DescribedFrame[] = [];
    for (const { at, picture, box } of pictures) {
      if (mine !== round || isStuck) {
        picture.close();
        continue;
      }
      const description = await within(reader.describe(picture), answerMs, timer);
      isStuck ||= description === undefined;
      if (description?.status !== 'described' || description.score < SURE_SCORE) {
        continue;
      }
      if (isSameFace(box, description.box)) {
        described.push({ at, values: description.values });
      } else {
        sawAnother ||= mine === round;
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
      sawAnother = false;
    },
    get sawAnother() {
      return sawAnother;
    },
    get isStuck() {
      return isStuck;
    },
  };
}
