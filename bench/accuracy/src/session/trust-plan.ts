import type { TemplateAge } from '@tacit-auth/models';
import type { SessionTrial } from './session-plan';

/** A protocol of trust over time: the streams of a trial, beside templates of an age. */
export interface TrustTrial extends SessionTrial {
  readonly template: TemplateAge;
}

const TYPING = { unit: 'keys', window: 50, takers: 8 } as const;
const POINTER = { unit: 'actions', window: 10, takers: 8, crossFit: false } as const;

/**
 * Streams by which the thresholds are chosen. Of typing by two populations, because which one a host has is not known: one of other people of one sitting each, and one made as the
 * shipped one is. Of templates of one day by one recording, of several days by three.
 */
export const TRUST_TRIALS: readonly TrustTrial[] = [
  ...(['trained', 'default'] as const).flatMap((detector): TrustTrial[] => [
    { ...TYPING, detector, set: 'aalto-desktop', crossFit: false, enrol: 5, template: 'sitting' },
    { ...TYPING, detector, set: 'villani-freetext', crossFit: detector === 'default', enrol: 1, template: 'day' },
    { ...TYPING, detector, set: 'villani-freetext', crossFit: detector === 'default', enrol: 3, template: 'days' },
  ]),
  { ...POINTER, detector: 'window-plda', set: 'sapimouse', enrol: 1, template: 'sitting' },
  { ...POINTER, detector: 'trained', set: 'balabit', enrol: 1, template: 'day' },
  { ...POINTER, detector: 'trained', set: 'balabit', enrol: 3, template: 'days' },
];
