import type { SessionTrustCalibration } from './session-trust';

/**
 * What the product's trust over time rests on: thresholds at which held-out customers have one false alarm in 10 h, and in 100 h, of activity. Written by
 * `bench/accuracy/src/session/write-trust-calibration.ts` from bench/accuracy/session-trust.json, which has what they rest on; so has docs/accuracy.md.
 */
export const SESSION_TRUST_CALIBRATION: SessionTrustCalibration = Object.freeze({
  id: 'session-trust f2cb8c03275a',
  freeText: Object.freeze({
    sitting: Object.freeze({ medium: 12.5, high: 22 }),
    day: Object.freeze({ medium: 89.5, high: 130.5 }),
    days: Object.freeze({ medium: 47, high: 68.5 }),
  }),
  pointer: Object.freeze({
    sitting: Object.freeze({ medium: 14.5, high: 20.5 }),
    day: Object.freeze({ medium: 66.5, high: 126.5 }),
    days: Object.freeze({ medium: 19, high: 39.5 }),
  }),
});
