import type { MortalPage } from './mortal-page.test-support';

/** Channels that deliver a copy to all others of the name, after what is under way. */
export function fakeChannels(): { of(page: MortalPage): typeof globalThis.BroadcastChannel } {
  const open = new Set<{ name: string; page: MortalPage; onmessage: ((event: { data: unknown }) => void) | null }>();
  return {
    of: (page) =>
      class {
        onmessage: ((event: { data: unknown }) => void) | null = null;
        readonly page = page;
        constructor(readonly name: string) {
          open.add(this);
        }
        postMessage(data: unknown): void {
          for (const other of page.alive ? open : []) {
            if (other !== this && other.name === this.name) {
              queueMicrotask(() => open.has(other) && other.page.alive && other.onmessage?.({ data: structuredClone(data) }));
            }
          }
        }
        close(): void {
          open.delete(this);
        }
      } as unknown as typeof globalThis.BroadcastChannel,
  };
}
