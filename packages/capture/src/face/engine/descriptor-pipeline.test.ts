import { describe, expect, it } from 'vitest';
import { chooseFace, describeFace, type FaceApi, type FaceNetName } from './descriptor-pipeline';
import type { Pixels, Region } from './pixels';

const FACE = { box: { x: 40, y: 40, width: 100, height: 100 }, score: 0.9 };
const SQUARE = { x: 50, y: 50, width: 90, height: 90 };

class Tensor {
  static live = 0;
  constructor(
    readonly data: Float32Array,
    readonly shape: number[],
  ) {
    Tensor.live += 1;
  }
  dispose() {
    Tensor.live -= 1;
  }
}

/** Networks that answer what they are told, and say what they were asked. */
function nets({ tiny416 = [FACE], tiny224 = [FACE], ssd = [FACE], aligned = SQUARE as Region, descriptor = (_: Tensor[]) => [1, 3] } = {}) {
  const asked: string[] = [];
  const loaded: FaceNetName[] = [];
  const crops: Tensor[][] = [];
  const api = {
    tf: { tensor3d: (data: Float32Array, shape: number[]) => new Tensor(data, shape) },
    TinyFaceDetectorOptions: class {
      constructor(readonly options: { inputSize: number; scoreThreshold: number }) {}
    },
    SsdMobilenetv1Options: class {
      constructor(readonly options: { minConfidence: number }) {}
    },
    nets: {
      tinyFaceDetector: {
        async locateFaces(image: Tensor, { options }: { options: { inputSize: number; scoreThreshold: number } }) {
          asked.push(`tiny ${options.inputSize} ${options.scoreThreshold} of ${image.shape}`);
          return options.inputSize === 416 ? tiny416 : tiny224;
        },
      },
      ssdMobilenetv1: {
        async locateFaces(_: Tensor, { options }: { options: { minConfidence: number } }) {
          asked.push(`ssd ${options.minConfidence}`);
          return ssd;
        },
      },
      faceLandmark68Net: {
        async detectLandmarks(face: Tensor) {
          asked.push(`landmarks of ${face.shape}`);
          return {
            shiftBy(x: number, y: number) {
              asked.push(`at ${x},${y}`);
              return {
                align(_: null, options: object) {
                  asked.push(JSON.stringify(options));
                  return aligned;
                },
              };
            },
          };
        },
      },
      faceRecognitionNet: {
        async computeFaceDescriptor(tensors: Tensor[]) {
          crops.push(tensors);
          return descriptor(tensors).map((value) => new Float32Array(128).fill(value));
        },
      },
    },
  } as unknown as FaceApi;
  return { api, asked, crops, loaded, ensure: async (name: FaceNetName) => void loaded.push(name) };
}

function grey(width: number, height: number): Pixels {
  return { width, height, channels: 3, data: new Uint8Array(width * height * 3).map((_, index) => (index * 7) % 251) };
}

describe('describeFace', () => {
  it('asks the detectors in order, and the later ones only when those before saw nobody', async () => {
    const first = nets();
    await describeFace(grey(200, 200), first.api, first.ensure);
    expect(first.asked[0]).toBe('tiny 416 0.2 of 200,200,3');
    expect(first.asked.some((line) => /224|ssd/.test(line))).toBe(false);
    expect(first.loaded).toEqual(['tinyFaceDetector', 'faceLandmark68Net', 'faceRecognitionNet']);

    const last = nets({ tiny416: [], tiny224: [] });
    const found = await describeFace(grey(200, 200), last.api, last.ensure);
    expect(last.asked.slice(0, 3)).toEqual(['tiny 416 0.2 of 200,200,3', 'tiny 224 0.2 of 200,200,3', 'ssd 0.1']);
    expect(found).toMatchObject({ status: 'described', detector: 'ssd' });
    expect(last.loaded[1]).toBe('ssdMobilenetv1');
  });

  it('nobody is nobody, and no later network is loaded', async () => {
    const { api, ensure, loaded } = nets({ tiny416: [], tiny224: [], ssd: [] });
    expect(await describeFace(grey(200, 200), api, ensure)).toEqual({ status: 'no-face' });
    expect(loaded).toEqual(['tinyFaceDetector', 'ssdMobilenetv1']);
  });

  it('looks for landmarks in the clipped box, in pixels of the picture, and crops the box of dlib', async () => {
    const { api, ensure, asked, crops } = nets({ tiny416: [{ box: { x: -10.4, y: 20.7, width: 100.9, height: 90.2 }, score: 0.5 }] });
    const found = await describeFace(grey(200, 200), api, ensure);
    expect(asked.slice(1)).toEqual(['landmarks of 90,89,3', 'at 0,20', '{"useDlibAlignment":true}']);
    expect(crops[0]!.map(({ shape }) => shape)).toEqual([
      [150, 150, 3],
      [150, 150, 3],
    ]);
    // The second is the mirror image of the first.
    const [plain, mirrored] = crops[0]!;
    expect([...mirrored!.data.slice(0, 3)]).toEqual([...plain!.data.slice(149 * 3, 150 * 3)]);
    // What the caller is told is the detector's own box, not clipped.
    expect(found).toMatchObject({ box: { x: -10.4, width: 100.9 }, score: 0.5, detector: 'tiny-416' });
  });

  it('the descriptor is the mean of both, not scaled again', async () => {
    const { api, ensure } = nets();
    const found = await describeFace(grey(200, 200), api, ensure);
    expect(found.status === 'described' && [...found.values]).toEqual(Array.from({ length: 128 }, () => 2));
  });

  it('shrinks what is longer than 800 pixels, and answers in pixels of what it was given', async () => {
    const { api, ensure, asked } = nets();
    const found = await describeFace(grey(1_600, 1_200), api, ensure);
    expect(asked[0]).toBe('tiny 416 0.2 of 600,800,3');
    expect(found).toMatchObject({ box: { x: 80, y: 80, width: 200, height: 200 } });
  });

  it('boxes outside the picture are no face', async () => {
    const outside = nets({ tiny416: [{ box: { x: 300, y: 0, width: 50, height: 50 }, score: 0.5 }] });
    expect(await describeFace(grey(200, 200), outside.api, outside.ensure)).toEqual({ status: 'no-face' });
    const aligned = nets({ aligned: { x: 0, y: 250, width: 10, height: 10 } });
    expect(await describeFace(grey(200, 200), aligned.api, aligned.ensure)).toEqual({ status: 'no-face' });
  });

  it('leaves no tensor behind, even where a network breaks', async () => {
    Tensor.live = 0;
    const broken = nets({
      descriptor: () => {
        throw new Error('broken');
      },
    });
    await expect(describeFace(grey(200, 200), broken.api, broken.ensure)).rejects.toThrow('broken');
    const { api, ensure } = nets();
    await describeFace(grey(200, 200), api, ensure);
    expect(Tensor.live).toBe(0);
  });

  it('refuses what is no picture before anything is loaded', async () => {
    const { api, ensure, loaded } = nets();
    await expect(describeFace({ width: 9, height: 9, channels: 3, data: new Uint8Array(1) }, api, ensure)).rejects.toThrow(RangeError);
    expect(loaded).toEqual([]);
  });
});

describe('chooseFace', () => {
  const at = (x: number, score: number, width = 40) => ({ box: { x: x - width / 2, y: 80, width, height: 40 }, score });
  const image = { width: 200, height: 200 };

  it('takes the one nearest to the centre, of those that are likely enough', () => {
    expect(chooseFace([at(20, 0.9), at(105, 0.5), at(100, 0.2)], image)).toEqual(at(105, 0.5));
  });

  it('distance counts in units of the face: a large face beside the centre is nearer than a small one', () => {
    expect(chooseFace([at(70, 0.9, 120), at(120, 0.9, 20)], image)).toEqual(at(70, 0.9, 120));
  });

  it('nobody of nobody', () => {
    expect(chooseFace([], image)).toBeUndefined();
  });
});
