import { type Insufficient, insufficient, POINTER_ACTION_KINDS, POINTER_FEATURES, type PointerActions } from '@tacit-auth/features';

const WIDTH = POINTER_FEATURES.length;
const PATH = POINTER_FEATURES.indexOf('path');
const STRAIGHTNESS = POINTER_FEATURES.indexOf('straightness');
const SPEED_DEVIATION = POINTER_FEATURES.indexOf('speedDeviation');
const MEAN_SPEED = POINTER_FEATURES.indexOf('meanSpeed');
const HOLD = POINTER_FEATURES.indexOf('hold');

/**
 * Least share of a few movements whose lengths differ, in thousandths of a pixel. Of 8 and more of two public sets of mouse data .89 and more do; fewer are a
 * handful of movements, played in turn. Of many, lengths in whole pixels come again.
 */
const LEAST_DIFFERENT = 0.6;
const FEW_MOVEMENTS = 50;
/** Largest share of the movements that one length, or perfect evenness, may have. */
const LARGEST_SHARE = 0.8;
/** Fewer movements than this prove nothing by being alike. */
const LEAST_MOVED = 5;
/** The same of presses, and fewest different ones among a person's: a clock of 100 ms leaves that many. */
const LEAST_HELD = 8;
const LEAST_HOLDS = 3;
/** Deviation of speed by its mean, and distance by path, that no hand reaches on a grid of pixels. */
const EVEN = 1e-6;

/** A mouse or pen gets nowhere without moving: least share of actions that are movements. Of touches swipes are movements. */
const LEAST_MOVEMENTS = 0.05;

/** Why actions are none that a person made, or `undefined`: a few over and over, drawn by a ruler at a steady pace, or clicks and drags with nothing between. */
export function implausibleActions(blocks: readonly PointerActions[]): Insufficient | undefined {
  const paths = new Map<number, number>();
  let most = 0;
  const holds = new Set<number>();
  let moved = 0;
  let travelled = 0;
  let total = 0;
  let even = 0;
  let held = 0;
  for (const { kinds, features, device } of blocks) {
    total += kinds.length;
    for (let action = 0; action < kinds.length; action++) {
      const row = action * WIDTH;
      if (kinds[action] !== POINTER_ACTION_KINDS.click) {
        moved++;
        travelled += kinds[action] !== POINTER_ACTION_KINDS.drag || device === 'touch' ? 1 : 0;
        const length = Math.round(features[row + PATH] * 1e3);
        const alike = (paths.get(length) ?? 0) + 1;
        paths.set(length, alike);
        most = Math.max(most, alike);
        const ruled = features[row + STRAIGHTNESS] > 1 - EVEN && features[row + SPEED_DEVIATION] < EVEN * features[row + MEAN_SPEED];
        even += ruled ? 1 : 0;
      }
      if (!Number.isNaN(features[row + HOLD])) {
        held++;
        holds.add(Math.round(features[row + HOLD] * 1e3));
      }
    }
  }
  if (moved >= LEAST_MOVED) {
    if (paths.size < LEAST_DIFFERENT * Math.min(moved, FEW_MOVEMENTS) || most > LARGEST_SHARE * moved) {
      return insufficient('degenerate-input', `${paths.size} different lengths of ${moved} paths`);
    }
    if (even > LARGEST_SHARE * moved) {
      return insufficient('degenerate-input', `${even} of ${moved} paths straight and of steady speed`);
    }
  }
  if (travelled < LEAST_MOVEMENTS * total && blocks.some(({ device }) => device !== 'touch')) {
    return insufficient('degenerate-input', `${travelled} movements of ${total} actions`);
  }
  // Without a path among them: taps, which are a script's where they are all held alike.
  if (moved === 0 && held >= LEAST_HELD && holds.size < LEAST_HOLDS) {
    return insufficient('degenerate-input', `${holds.size} different holds of ${held}`);
  }
  return undefined;
}
