import type { SessionTrustCalibration } from './session-trust';

/**
 * What the product's trust over time rests on: thresholds at which held-out customers have one false alarm in 10 h, and in 100 h, of activity. Written by
 * `bench/accuracy/src/session/write-trust-calibration.ts` from bench/accuracy/session-trust.json, which has what they rest on; so has docs/accuracy.md.
 */
export const SESSION_TRUST_CALIBRATION: SessionTrustCalibration = Object.freeze({
  id: 'session-trust a576f7fce150',
  freeText: Object.freeze({
    sitting: Object.freeze({ medium: 15.5, high: 25 }),
    day: Object.freeze({ medium: 102, high: 143 }),
    days: Object.freeze({ medium: 53.5, high: 75 }),
    own: Object.freeze({ medium: 11, high: 16 }),
  }),
  pointer: Object.freeze({
    sitting: Object.freeze({ medium: 16.5, high: 22.5 }),
    day: Object.freeze({ medium: 82, high: 145.5 }),
    days: Object.freeze({ medium: 26.5, high: 45 }),
    own: Object.freeze({ medium: 21.5, high: 35 }),
  }),
});
