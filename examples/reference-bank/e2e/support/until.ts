import { PATIENCE_MS } from './patience';

/**
 * Looks until it is so.
 *
 * @param progress as long as it changes there is no hurry
 * @throws Error where it never is; `what` says what was waited for
 */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  { everyMs = 25, progress = () => 0 }: { everyMs?: number; progress?: () => number } = {},
): Promise<void> {
  let deadline = performance.now() + PATIENCE_MS;
  for (let before = progress(); !(await isSo()); ) {
    const now = progress();
    if (now !== before) deadline = performance.now() + PATIENCE_MS;
    else if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`);
    before = now;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
