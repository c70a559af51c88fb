import { bytesOfBase64 } from './free-text/base64';
import { DEFAULT_FREE_TEXT_POPULATION } from './free-text/default-population-bytes';
import type { FreeTextPopulation } from './free-text/population';
import { parseFreeTextPopulation } from './free-text/population-bytes';

let parsed: FreeTextPopulation | undefined;

/**
 * The population for who has none of his own yet: trained on 81 people who typed at Pace University, letters of their own in six sessions, a copied fable in four, or both,
 * on different days and with a clock of 16 ms. It holds constants alone, no text and no timing. A population trained on 300 or more of
 * a bank's own customers is better: see the table in docs/accuracy.md.
 *
 * Data: M. Villani, C. Tappert et al. and J. V. Monaco, as released with "The partially observable hidden Markov model and its application to keystroke
 * dynamics" (Pattern Recognition 76, 2018), BSD licence, 2016 Vinnie Monaco: see NOTICE.
 */
export function defaultFreeTextPopulation(): FreeTextPopulation {
  parsed ??= parseFreeTextPopulation(bytesOfBase64(DEFAULT_FREE_TEXT_POPULATION));
  return parsed;
}
