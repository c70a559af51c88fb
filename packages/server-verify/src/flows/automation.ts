import type { ParsedTypingSample } from '@tacit-auth/features';
import { checkTyping } from '@tacit-auth/models';

/** Whether an entry was made by a script: the checks that need nothing stored (untrusted, too fast, too regular, impossible overlap). */
export function isAutomated(sample: ParsedTypingSample): boolean {
  return checkTyping({ sample, history: [] }).failed.length > 0;
}
