import type { DescribedFrame } from './face-track';

/** Euclidean distance up to which two frames of one look into one camera are taken for one face. Far below what tells people apart. */
export const AGREEMENT = 0.45;
/** Nearer than this they are one frame that came twice, which the server refuses; the noise of a camera alone sets two further apart. */
export const REPEAT = 0.004;

function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    sum += (a[i]! - b[i]!) ** 2;
  }
  return Math.sqrt(sum);
}

/**
 * The frames that agree with the one that most others agree with, and among themselves: an outlier, such as a blurred frame or another face, is left
 * out, and so is a frame that came twice. At most eight frames come here, so that trying each as the centre is cheap.
 */
export function agreeingFrames(described: readonly DescribedFrame[], limit = AGREEMENT): DescribedFrame[] {
  let best: DescribedFrame[] = [];
  for (const centre of described) {
    const near = described
      .map((frame) => ({ frame, far: distance(centre.values, frame.values) }))
      .filter(({ far }) => far <= limit)
      .sort((a, b) => a.far - b.far);
    const group: DescribedFrame[] = [];
    for (const { frame } of near) {
      const distances = group.map((member) => distance(member.values, frame.values));
      if (distances.every((far) => far <= limit && far >= REPEAT)) {
        group.push(frame);
      }
    }
    if (group.length > best.length) {
      best = group;
    }
  }
  return best;
}
