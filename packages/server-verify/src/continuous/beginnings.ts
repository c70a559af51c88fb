import type { FreeTextEvidence, PointerEvidence } from '@tacit-auth/models';
import type { Lesson } from './lesson';

/** What a session began with, of typing or of the pointer: as a lesson, and made with the populations that its session names. */
export type Beginning = Omit<Lesson, 'projectionId'>;

/** What later evidence of a session is compared with, beside the template. Begun anew when a factor has passed. */
export interface Beginnings {
  readonly freeText: Beginning | null;
  readonly pointer: Beginning | null;
}

export const NO_BEGINNINGS: Beginnings = Object.freeze({ freeText: null, pointer: null });

export function typingBegun(beginning: Beginning | null, { projectionId }: FreeTextEvidence): FreeTextEvidence | null {
  return beginning && { projectionId, windows: beginning.windows, keys: beginning.amount, mean: beginning.mean };
}

export function pointerBegun(beginning: Beginning | null, { projectionId }: PointerEvidence): PointerEvidence | null {
  return beginning && { projectionId, windows: beginning.windows, actions: beginning.amount, mean: beginning.mean };
}

export const typingBeginning = ({ windows, keys, mean }: FreeTextEvidence): Beginning => ({ windows, amount: keys, mean });
export const pointerBeginning = ({ windows, actions, mean }: PointerEvidence): Beginning => ({ windows, amount: actions, mean });
