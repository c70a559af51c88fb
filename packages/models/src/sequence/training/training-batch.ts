import { SEQUENCE_CHANNELS } from '@tacit-auth/features';
import type { LabelledWindow } from './training-set';

/** The value of a padded row of times: real ones are never negative. */
export const PADDED_TIME = -1;

/** A batch as flat arrays, padded rows marked. */
export interface Batch {
  readonly size: number;
  readonly times: Float32Array;
  readonly keyIds: Int32Array;
  readonly labels: Int32Array;
}

export function batchOf(windows: readonly LabelledWindow[], rows: number): Batch {
  const width = rows * SEQUENCE_CHANNELS.length;
  const times = new Float32Array(windows.length * width).fill(PADDED_TIME);
  const keyIds = new Int32Array(windows.length * rows);
  const labels = new Int32Array(windows.length);
  for (let i = 0; i < windows.length; i++) {
    const { window, label } = windows[i];
    times.set(window.times.subarray(0, window.keys * SEQUENCE_CHANNELS.length), i * width);
    keyIds.set(window.keyIds, i * rows);
    labels[i] = label;
  }
  return { size: windows.length, times, keyIds, labels };
}
