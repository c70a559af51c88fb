// Capture: before the page's own listeners. Passive: the page's typing and scrolling never wait.
const OPTIONS = { capture: true, passive: true } as const;

/** Adds `listener` for each of the types, or takes it away again. Adding twice is adding once. */
export function setListeners(target: EventTarget, types: readonly string[], listener: (event: Event) => void, on: boolean): void {
  for (const type of types) {
    if (on) {
      target.addEventListener(type, listener, OPTIONS);
    } else {
      target.removeEventListener(type, listener, OPTIONS);
    }
  }
}
