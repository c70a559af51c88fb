import type * as faceApiModule from '@vladmandic/face-api';
import { assertPixels, clip, cut, type FloatPixels, mirror, type Pixels, type Region, resample, toFloats } from './pixels';

/** What the pipeline needs of `@vladmandic/face-api`: any of its builds, with a tfjs backend ready. */
export type FaceApi = Pick<typeof faceApiModule, 'nets' | 'tf' | 'TinyFaceDetectorOptions' | 'SsdMobilenetv1Options'>;

/** A face and its descriptor. */
export interface FaceDescription {
  status: 'described';
  /** 128 numbers; compared by Euclidean distance. */
  values: Float32Array;
  /** What the detector framed, in pixels of the picture handed in. */
  box: Region;
  /** Of the detector, 0-1. */
  score: number;
  /** Which detector found it: the later ones are asked only when those before saw nobody. */
  detector: FaceDetectorId;
}

/** The detectors in the order in which they are asked. */
export type FaceDetectorId = 'tiny-416' | 'tiny-224' | 'ssd';

/** Makes the weights of a network ready; called before its first use. */
export type EnsureNet = (net: FaceNetName) => Promise<void>;
export type FaceNetName = 'tinyFaceDetector' | 'faceLandmark68Net' | 'faceRecognitionNet' | 'ssdMobilenetv1';

interface Found {
  readonly box: Region;
  readonly score: number;
}

/** Longest side that is looked at; larger pictures are shrunk. */
const LONGEST = 800;
/** Side of the crop that the recognition network was trained on. */
const CROP = 150;

/**
 * The descriptor of the face nearest to the centre of a picture, by the pipeline `face-api-tiny416-mirror/1`: tiny detector at 416 px and
 * score .2, else at 224 px, else SSD at .1; 68 landmarks in the detector's box; the upright box in which dlib frames a face; a crop of 150 px;
 * the mean of the descriptors of the crop and of its mirror image. The same code runs in browsers and in Node, on numbers alone, so that
 * distances mean the same on both.
 *
 * @throws TypeError or RangeError for what is no picture.
 */
export async function describeFace(pixels: Pixels, faceApi: FaceApi, ensure: EnsureNet): Promise<FaceDescription | { status: 'no-face' }> {
  assertPixels(pixels, 'pixels');
  const whole = toFloats(pixels);
  const scale = Math.min(1, LONGEST / Math.max(pixels.width, pixels.height));
  const image = scale < 1 ? resample(whole, Math.round(whole.width * scale), Math.round(whole.height * scale)) : whole;
  const found = await detect(image, faceApi, ensure);
  const face = found && clip(found.box, image.width, image.height);
  if (!found || !face) {
    return { status: 'no-face' };
  }
  await ensure('faceLandmark68Net');
  const aligned = await alignedRegion(cut(image, face), face, faceApi);
  const region = clip(aligned, image.width, image.height);
  if (!region) {
    return { status: 'no-face' };
  }
  await ensure('faceRecognitionNet');
  const values = await describeCrop(resample(cut(image, region), CROP, CROP), faceApi);
  const { box, score, detector } = found;
  return {
    status: 'described',
    values,
    box: { x: box.x / scale, y: box.y / scale, width: box.width / scale, height: box.height / scale },
    score,
    detector,
  };
}

async function detect(
  image: FloatPixels,
  faceApi: FaceApi,
  ensure: EnsureNet,
): Promise<(Found & { detector: FaceDetectorId }) | undefined> {
  const { nets } = faceApi;
  const tensor = faceApi.tf.tensor3d(image.data, [image.height, image.width, 3]);
  try {
    await ensure('tinyFaceDetector');
    for (const inputSize of [416, 224] as const) {
      const options = new faceApi.TinyFaceDetectorOptions({ inputSize, scoreThreshold: 0.2 });
      const found = chooseFace(await nets.tinyFaceDetector.locateFaces(tensor, options), image);
      if (found) {
        return { ...found, detector: `tiny-${inputSize}` };
      }
    }
    await ensure('ssdMobilenetv1');
    const options = new faceApi.SsdMobilenetv1Options({ minConfidence: 0.1 });
    const found = chooseFace(await nets.ssdMobilenetv1.locateFaces(tensor, options), image);
    return found && { ...found, detector: 'ssd' };
  } finally {
    tensor.dispose();
  }
}

/**
 * Of the faces whose score is at least .3 of the best, the one nearest to the centre of the picture, in units of its width: someone who passes
 * behind the customer is not taken for him.
 */
export function chooseFace(faces: readonly Found[], image: { width: number; height: number }): Found | undefined {
  const best = Math.max(...faces.map(({ score }) => score));
  let [chosen, nearest]: [Found | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
  for (const face of faces) {
    const { x, y, width, height } = face.box;
    const distance = Math.hypot(x + width / 2 - image.width / 2, y + height / 2 - image.height / 2) / width;
    if (face.score >= 0.3 * best && distance < nearest) {
      [chosen, nearest] = [face, distance];
    }
  }
  return chosen && { box: plain(chosen.box), score: chosen.score };
}

/** The upright square in which dlib frames a face, in pixels of the whole picture. */
async function alignedRegion(face: FloatPixels, at: Region, { nets, tf }: FaceApi): Promise<Region> {
  const tensor = tf.tensor3d(face.data, [face.height, face.width, 3]);
  try {
    const landmarks = await nets.faceLandmark68Net.detectLandmarks(tensor);
    const one = Array.isArray(landmarks) ? landmarks[0]! : landmarks;
    return plain(one.shiftBy<typeof one>(at.x, at.y).align(null, { useDlibAlignment: true }));
  } finally {
    tensor.dispose();
  }
}

/** The mean of the descriptors of a crop and of its mirror image, not scaled to a length again. */
export async function describeCrop(crop: FloatPixels, { nets, tf }: FaceApi): Promise<Float32Array> {
  const tensors = [crop, mirror(crop)].map(({ data }) => tf.tensor3d(data, [CROP, CROP, 3]));
  try {
    const descriptors = (await nets.faceRecognitionNet.computeFaceDescriptor(tensors)) as Float32Array[];
    return descriptors[0]!.map((value, index) => (value + descriptors[1]![index]!) / 2);
  } finally {
    for (const tensor of tensors) {
      tensor.dispose();
    }
  }
}

function plain({ x, y, width, height }: Region): Region {
  return { x, y, width, height };
}
