/** Deeds of the customer that no event of the page tells, as those before the camera. */
const listeners = new Set<() => void>();

export function reportUserActivity(): void {
  for (const listener of listeners) {
    listener();
  }
}

/** Returns what ends it. */
export function onUserActivity(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
