import { readFileSync } from 'node:fs';
import { type SessionTrustCalibration, TEMPLATE_AGES } from '@tacit-auth/models';
import type { TrustReport } from './trust-figures';

/** What was measured last, on which the product's thresholds rest. */
export const TRUST_FILE = new URL('../../session-trust.json', import.meta.url);
/** The models' source file of the thresholds. */
export const CALIBRATION_FILE = new URL('../../../../packages/models/src/session-trust-calibration.ts', import.meta.url);

export function readTrust(): TrustReport {
  return JSON.parse(readFileSync(TRUST_FILE, 'utf8')) as TrustReport;
}

/** The text of the source file. */
export function calibrationText({ id, freeText, pointer }: SessionTrustCalibration): string {
  const ages = (part: SessionTrustCalibration['freeText']) =>
    [...TEMPLATE_AGES, 'own' as const]
      .map((age) => `    ${age}: Object.freeze({ medium: ${part[age]?.medium}, high: ${part[age]?.high} }),\n`)
      .join('');
  return `import type { SessionTrustCalibration } from './session-trust';

/**
 * What the product's trust over time rests on: thresholds at which held-out customers have one false alarm in 10 h, and in 100 h, of activity. Written by
 * \`bench/accuracy/src/session/write-trust-calibration.ts\` from bench/accuracy/session-trust.json, which has what they rest on; so has docs/accuracy.md.
 */
export const SESSION_TRUST_CALIBRATION: SessionTrustCalibration = Object.freeze({
  id: '${id}',
  freeText: Object.freeze({
${ages(freeText)}  }),
  pointer: Object.freeze({
${ages(pointer)}  }),
});
`;
}
