import type { FixedTextVector } from '@tacit-auth/features';

/**
 * For tests: the CMU password set (K. Killourhy, R. Maxion, DSN 2009), entries by subject, which may be used but not redistributed. Its folder
 * is named by TACIT_DATA, or lies at `../shared/data` beside the repository. `undefined` where it is absent.
 */
export function cmuPasswords(): ReadonlyMap<string, readonly FixedTextVector[]> | undefined;
