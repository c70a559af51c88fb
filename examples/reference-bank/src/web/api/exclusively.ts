const LOCK = 'fernhill.refresh';

/** Runs `work` while no other tab of this browser runs its own. A browser without the Web Locks API runs it at once. */
export async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  return 'locks' in navigator ? await navigator.locks.request(LOCK, work) : work();
}
