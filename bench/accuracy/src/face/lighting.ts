import { seededUniforms } from '@tacit-auth/models/evaluation';
import type { Pixels } from './pipeline';

/** Light in which every picture of a set is tried. `normal` leaves it as it is. */
export const LIGHTINGS = ['normal', 'darkened', 'brightened', 'half-shaded'] as const;
export type Lighting = (typeof LIGHTINGS)[number];

/** Shares of the light: a room by night, a window in the back that overexposes, a lamp from one side. */
const DARK = 0.08;
const BRIGHT = 3.5;
const SHADE = 0.06;
/** Width of the edge of the shade, as a share of the picture. */
const SHADE_EDGE = 0.15;
/** Deviation of the noise that a sensor adds where light is little, in steps of 8 bits. */
const NOISE = 3;

/**
 * A picture in other light: linear light is scaled, clipped as a sensor clips, given noise where it is scarce, and rounded to 8 bits again.
 *
 * @param seed of the noise and of the shaded side, so that a picture comes out alike at every run.
 */
export function inLight(picture: Pixels, lighting: Lighting, seed: number): Pixels {
  if (lighting === 'normal') return picture;
  const uniform = seededUniforms(seed, LIGHTINGS.indexOf(lighting));
  const shadedLeft = uniform() < 0.5;
  const { width, height, channels } = picture;
  const data = new Uint8ClampedArray(picture.data);
  for (let x = 0; x < width; x++) {
    const share = lighting === 'darkened' ? DARK : lighting === 'brightened' ? BRIGHT : shadeAt((x + 0.5) / width, shadedLeft);
    for (let y = 0; y < height; y++) {
      for (let c = 0; c < 3; c++) {
        const place = channels * (y * width + x) + c;
        // The sum of four uniforms is near enough to normal, and cheap.
        const noise = share < 1 ? NOISE * Math.sqrt(3) * (uniform() + uniform() + uniform() + uniform() - 2) : 0;
        data[place] = encoded(share * LINEAR[picture.data[place]!]!) + noise * (1 - share);
      }
    }
  }
  return { width, height, channels, data };
}

function shadeAt(across: number, shadedLeft: boolean): number {
  const intoLight = (shadedLeft ? across - 0.5 : 0.5 - across) / SHADE_EDGE + 0.5;
  return SHADE + (1 - SHADE) * Math.min(Math.max(intoLight, 0), 1);
}

/** sRGB (IEC 61966-2-1) to linear light. */
const LINEAR = Float64Array.from({ length: 256 }, (_, step) => {
  const value = step / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

function encoded(light: number): number {
  return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
}
