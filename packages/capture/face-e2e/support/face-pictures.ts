import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { drawFace, drawFaces } from '../drawn-face';

/** Every frame is as large as this. */
export const WIDTH = 640;
export const HEIGHT = 480;

/** Pixels in rows, red, green and blue. */
export type Pixels = Buffer;

/** How a face looks in one frame. */
export interface FaceLook {
  /** 1 open, 0 shut. */
  eyes: number;
  /** Degrees; positive where the person turns to the own left, which is to the right in the picture. */
  yaw: number;
}

/** Somebody who can be shown with open or shut eyes and a turned head. */
export interface FacePicture {
  readonly name: string;
  frame(look: FaceLook): Promise<Pixels>;
}

/** A photograph, and where its pupils are: the left one in the picture first. */
export interface FacePhoto {
  readonly file: string;
  readonly eyes: readonly [readonly [x: number, y: number], readonly [x: number, y: number]];
}

/** Photographs of the set faces-deepface that show a face from the front. They are read where they lie and never copied. */
export const PHOTOS = {
  owner: { file: 'id11/img30.jpg', eyes: [[486, 437], [684, 441]] }, // biome-ignore format: pairs
  ownerLater: { file: 'id11/img33.jpg', eyes: [[831, 805], [1161, 808]] }, // biome-ignore format: pairs
  stranger: { file: 'id10/img45.jpg', eyes: [[180, 215], [266, 204]] }, // biome-ignore format: pairs
  other: { file: 'id02/img3.jpg', eyes: [[615, 699], [917, 681]] }, // biome-ignore format: pairs
} as const satisfies Record<string, FacePhoto>;

/** The folder of the photographs: below `TACIT_DATA`, or beside the checkout; undefined where there are none. */
export function photoFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const data = env.TACIT_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
  const folder = join(data, 'faces-deepface');
  return existsSync(join(folder, PHOTOS.owner.file)) ? folder : undefined;
}

/** A drawn face, that the networks take for one: for where there are no photographs. */
export function drawnPicture({
  skin,
  hair,
  name = 'drawn',
}: {
  skin?: readonly [string, string];
  hair?: string;
  name?: string;
} = {}): FacePicture {
  return {
    name,
    frame: ({ eyes, yaw }) =>
      rgb(drawFace({ width: WIDTH, height: HEIGHT, eyes, turn: yaw / 9, ...(skin ? { skin } : {}), ...(hair ? { hair } : {}) })),
  };
}

/** A room with nobody in it. */
export function emptyRoom(): FacePicture {
  return { name: 'empty room', frame: () => rgb(drawFaces([], { width: WIDTH, height: HEIGHT })) };
}

/** A ball on a table. */
export function ball(): FacePicture {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><rect width="100%" height="100%" fill="#8a8478"/><rect y="330" width="100%" height="150" fill="#6b4a2f"/><circle cx="320" cy="250" r="90" fill="#3f6fa8"/></svg>`;
  return { name: 'ball', frame: () => rgb(svg) };
}

function rgb(svg: string): Promise<Pixels> {
  return sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer();
}

/** Two pictures side by side, the middle half of each. */
export function sideBySide(left: FacePicture, right: FacePicture): FacePicture {
  return {
    name: `${left.name} and ${right.name}`,
    async frame(look) {
      const [a, b] = await Promise.all([left.frame(look), right.frame(look)]);
      const joined = Buffer.allocUnsafe(a.length);
      const half = (3 * WIDTH) / 2;
      for (let row = 0; row < HEIGHT; row += 1) {
        const start = 3 * row * WIDTH;
        a.copy(joined, start, start + half / 2, start + (3 * half) / 2);
        b.copy(joined, start + half, start + half / 2, start + (3 * half) / 2);
      }
      return joined;
    },
  };
}

/** A large face beside a small one that is in the centre: the large one moves, the small one is a photograph in a photograph. */
export function largeBesideSmall(large: FacePicture, small: FacePicture): FacePicture {
  return {
    name: `${large.name} beside a small ${small.name}`,
    async frame(look) {
      const [moving, still] = await Promise.all([large.frame(look), small.frame({ eyes: 1, yaw: 0 })]);
      const joined = Buffer.alloc(moving.length, 0x60);
      // The large face, whole, to the left.
      for (let y = 0; y < HEIGHT; y += 1) {
        moving.copy(joined, 3 * y * WIDTH, 3 * (y * WIDTH + SIDE_SHIFT), 3 * (y + 1) * WIDTH);
      }
      // The small one, in a window round its eyes, in the middle of the picture.
      const top = HEIGHT / 2 - SMALL_WINDOW / 2;
      for (let y = 0; y < SMALL_WINDOW; y += 1) {
        const from = 3 * ((EYES.y - SMALL_WINDOW / 3 + y) * WIDTH + EYES.x - SMALL_WINDOW / 2);
        still.copy(joined, 3 * ((top + y) * WIDTH + WIDTH / 2 - SMALL_WINDOW / 2), from, from + 3 * SMALL_WINDOW);
      }
      return joined;
    },
  };
}
/** How far the large face stands from the centre, and the side of the window with the small one, whose pupils are 24 pixels apart. */
const SIDE_SHIFT = 180;
const SMALL_WINDOW = 72;

/** Pupils in the frame, and their distance: the face is then about 190 pixels wide. */
const EYE_DISTANCE = 84;
const EYES = { x: WIDTH / 2, y: 205 };

/** A photograph that is made to move: a turn bends it round the front of a head, a blink paints lids of its own skin over the eyes. */
export async function photoPicture(folder: string, { file, eyes }: FacePhoto, distance = EYE_DISTANCE): Promise<FacePicture> {
  const [[leftX, leftY], [rightX, rightY]] = eyes;
  const scale = distance / Math.hypot(rightX - leftX, rightY - leftY);
  const image = sharp(join(folder, file)).rotate().removeAlpha().toColourspace('srgb');
  const { width: fullWidth } = await image.metadata();
  const { data, info } = await image
    .resize({ width: Math.round(fullWidth * scale) })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const angle = Math.atan2(rightY - leftY, rightX - leftX);
  const middle = { x: ((leftX + rightX) / 2) * scale, y: ((leftY + rightY) / 2) * scale };
  const upright = Buffer.allocUnsafe(3 * WIDTH * HEIGHT);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (let y = 0, to = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1, to += 3) {
      const [dx, dy] = [x - EYES.x, y - EYES.y];
      sample(data, info.width, info.height, middle.x + dx * cos - dy * sin, middle.y + dx * sin + dy * cos, upright, to);
    }
  }
  return {
    name: file,
    async frame({ eyes: open, yaw }) {
      const lidded = open < 1 ? withLids(upright, distance, 1 - open) : upright;
      return yaw === 0 ? lidded : turned(lidded, distance, yaw);
    },
  };
}

/** The colour at a place between pixels; beyond the edge that of the edge. */
function sample(from: Pixels, width: number, height: number, x: number, y: number, to: Pixels, at: number): void {
  const [cx, cy] = [Math.max(0, Math.min(width - 1.001, x)), Math.max(0, Math.min(height - 1.001, y))];
  const [left, top] = [Math.floor(cx), Math.floor(cy)];
  const [fx, fy] = [cx - left, cy - top];
  const first = 3 * (top * width + left);
  const below = first + 3 * width;
  for (let c = 0; c < 3; c += 1) {
    const upper = from[first + c]! * (1 - fx) + from[first + 3 + c]! * fx;
    const lower = from[below + c]! * (1 - fx) + from[below + 3 + c]! * fx;
    to[at + c] = upper * (1 - fy) + lower * fy;
  }
}

/** Lids in the colours above and below each eye, with a dark line where they meet. */
function withLids(open: Pixels, distance: number, shut: number): Pixels {
  const lidded = Buffer.from(open);
  const [halfWidth, above, below] = [0.31 * distance, 0.17 * distance, 0.16 * distance];
  for (const centre of [EYES.x - distance / 2, EYES.x + distance / 2]) {
    for (let dx = -Math.round(halfWidth); dx <= halfWidth; dx += 1) {
      const bend = Math.sqrt(1 - (dx / (halfWidth + 1)) ** 2);
      const x = Math.round(centre + dx);
      const top = Math.round(EYES.y - above * bend);
      const bottom = Math.round(EYES.y + below * bend);
      const meet = top + (bottom - top) * shut * 0.8;
      for (let y = top; y <= meet; y += 1) {
        const share = (y - top) / Math.max(1, bottom - top);
        // Skin from just above and just below the eye, so that the lid has the light of the photograph.
        const [skinAbove, skinBelow] = [3 * ((top - 3) * WIDTH + x), 3 * ((bottom + 3) * WIDTH + x)];
        const line = Math.max(0, 1 - Math.abs(y - meet + 1.5) / 2) * 0.65;
        const at = 3 * (y * WIDTH + x);
        for (let c = 0; c < 3; c += 1) {
          lidded[at + c] = (open[skinAbove + c]! * (1 - share) + open[skinBelow + c]! * share) * (1 - line);
        }
      }
    }
  }
  return lidded;
}

/** The front of an ellipsoid turned by `yaw`. */
function turned(straight: Pixels, distance: number, yaw: number): Pixels {
  const bent = Buffer.from(straight);
  const centreY = EYES.y + 0.35 * distance;
  const [radius, halfHeight] = [1.3 * distance, 2 * distance];
  const angle = (yaw * Math.PI) / 180;
  for (let y = Math.ceil(centreY - halfHeight); y < centreY + halfHeight; y += 1) {
    const here = radius * Math.sqrt(Math.max(0, 1 - ((y - centreY) / halfHeight) ** 2));
    for (let dx = -Math.floor(here); dx <= here; dx += 1) {
      const from = Math.max(-Math.PI / 2, Math.min(Math.PI / 2, Math.asin(dx / (here + 1)) - angle));
      const x = EYES.x + dx;
      if (y >= 0 && y < HEIGHT && x >= 0 && x < WIDTH) {
        sample(straight, WIDTH, HEIGHT, EYES.x + here * Math.sin(from), y, bent, 3 * (y * WIDTH + x));
      }
    }
  }
  return bent;
}
