import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaceAction } from '@tacit-auth/features';
import sharp from 'sharp';
import { type FaceLook, type FacePicture, HEIGHT, type Pixels, WIDTH } from './face-pictures';

/** What happens in a video, one after the other, over and over: a browser's fake camera begins anew at the end of the file. */
export type FaceScene = { readonly show: 'straight' | 'blink' | 'turn-left' | 'turn-right'; readonly ms: number };

export interface FaceVideoOptions {
  picture: FacePicture;
  scenes: readonly FaceScene[];
  /** Factor on every brightness: .05 is darkness, 8 glare. */
  light?: number;
  /** Standard deviation of a Gaussian blur, in pixels. */
  blur?: number;
}

/** Chromium plays MJPEG at this rate, whatever is in the file. */
const FRAMES_A_SECOND = 30;
/** A camera's noise: no two frames of somebody who holds still are alike. */
const NOISE = 3;
/** Frames of movements are shared, so that a video is made in a second or two. */
const NOISES = 6;

/**
 * The bytes of a video for `--use-file-for-fake-video-capture`: JPEG after JPEG, 640 x 480, 30 a second. Chromium opens the file each time that a page opens
 * the camera, so that the same path may hold another video for the next one.
 */
export async function faceVideo({ picture, scenes, light = 1, blur = 0 }: FaceVideoOptions): Promise<Buffer> {
  const made = new Map<string, Promise<Buffer>>();
  const noise = noiseOf(3 * WIDTH * HEIGHT + MOST_SHIFT);
  const looks = new Map<string, Promise<Pixels>>();
  const frames: Promise<Buffer>[] = [];
  function shown(look: FaceLook): Promise<Pixels> {
    const key = `${look.eyes} ${look.yaw}`;
    const pixels = looks.get(key) ?? picture.frame(look);
    looks.set(key, pixels);
    return pixels;
  }
  for (const scene of scenes) {
    const count = Math.round((scene.ms * FRAMES_A_SECOND) / 1_000);
    for (let i = 0; i < count; i += 1) {
      const look = lookOf(scene, (i + 0.5) / count);
      const variant = scene.show === 'straight' ? frames.length : frames.length % NOISES;
      const key = `${look.eyes} ${look.yaw} ${variant}`;
      let frame = made.get(key);
      if (frame === undefined) {
        frame = encode(await shown(look), light, blur, noise.subarray(((variant + 1) * 7_919) % MOST_SHIFT));
        made.set(key, frame);
      }
      frames.push(frame);
    }
  }
  return Buffer.concat(await Promise.all(frames));
}

/** Rounded, so that frames can be shared. */
function lookOf({ show }: FaceScene, share: number): FaceLook {
  if (show === 'straight') {
    return { eyes: 1, yaw: 0 };
  }
  // Slow at both ends, and long at the far one: on a busy machine few frames are looked at.
  const far = Math.min(1, Math.max(0, 2.2 * Math.sin(Math.PI * share) - 0.3));
  return show === 'blink'
    ? { eyes: Math.round((1 - far) * 4) / 4, yaw: 0 }
    : { eyes: 1, yaw: (show === 'turn-left' ? 1 : -1) * Math.round(far * 14) * 3 };
}

function encode(pixels: Pixels, light: number, blur: number, noise: Int8Array): Promise<Buffer> {
  const lit = Buffer.allocUnsafe(pixels.length);
  for (let i = 0; i < pixels.length; i += 1) {
    lit[i] = Math.max(0, Math.min(255, pixels[i]! * light + noise[i]!));
  }
  const image = sharp(lit, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
  return (blur > 0 ? image.blur(blur) : image).jpeg({ quality: 90, chromaSubsampling: '4:2:0' }).toBuffer();
}

/** Each frame takes its noise from another place. */
const MOST_SHIFT = 65_537;

/** Numbers from -NOISE to NOISE of a small generator: the same at each run. */
function noiseOf(length: number): Int8Array {
  let state = 1;
  return new Int8Array(length).map(() => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return Math.round((NOISE * state) / 2 ** 31);
  });
}

/**
 * Scenes of somebody who does the actions slowly, in their order, with time to get into position before: what happens while the networks are loaded is not seen, and would have to come
 * round once more. To hold still after them, the beginning of the next round is there.
 */
export function scenesFor(actions: readonly FaceAction[], { pace = 1 }: { pace?: number } = {}): FaceScene[] {
  const before = { show: 'straight', ms: 3_500 * pace } as const;
  const after = { show: 'straight', ms: 500 * pace } as const;
  const done = actions.flatMap((action): FaceScene[] =>
    action.kind === 'blink'
      ? Array.from({ length: action.times }, () => [
          { show: 'blink', ms: 900 * pace } as const,
          { show: 'straight', ms: 700 * pace } as const,
        ]).flat()
      : [
          { show: `turn-${action.to}`, ms: 2_400 * pace },
          { show: 'straight', ms: 700 * pace },
        ],
  );
  return [before, ...done, after];
}

/** A place for the video that a browser's fake camera shows, in a temporary folder of its own. */
export interface VideoFile {
  readonly path: string;
  /** Puts another video there, whole or not at all. */
  show(options: FaceVideoOptions): Promise<void>;
  remove(): Promise<void>;
}

export async function videoFile(first: FaceVideoOptions): Promise<VideoFile> {
  const folder = await mkdtemp(join(tmpdir(), 'tacit-face-video-'));
  const path = join(folder, 'camera.mjpeg');
  const file: VideoFile = {
    path,
    async show(options) {
      await writeFile(`${path}.part`, await faceVideo(options));
      await rename(`${path}.part`, path);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
  await file.show(first);
  return file;
}

/** The switches with which Chromium takes `path` for its camera and allows it to every page. */
export function fakeCameraArgs(path: string): string[] {
  return ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${path}`];
}
