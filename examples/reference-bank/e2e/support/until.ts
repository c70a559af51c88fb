import { PATIENCE_MS } from './patience';

/**
 * Looks until it is so.
 *
 * @param progress as long as it changes there is no hurry
 * @param patienceMs without any progress; for what may pause for longer than a test otherwise waits
 * @param detail how far it came, for the message
 * @throws Error where it never is; `what` says what was waited for
 */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  {
    everyMs = 25,
    progress = () => 0,
    patienceMs = PATIENCE_MS,
    detail = () => '',
  }: { everyMs?: number; progress?: () => number; patienceMs?: number; detail?: () => string } = {},
): Promise<void> {
  let deadline = performance.now() + patienceMs;
  for (let before = progress(); !(await isSo()); ) {
    const now = progress();
    if (now !== before) deadline = performance.now() + patienceMs;
    else if (performance.now() > deadline) throw new Error(`waited in vain: ${[what, detail()].filter(Boolean).join(': ')}`);
    before = now;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
