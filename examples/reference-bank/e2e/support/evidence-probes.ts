import type { BrowserContext, Page } from 'playwright';

interface SentBatch {
  typing: unknown[];
  pointer: unknown[];
}

/** What a page sends of the checks, by socket or by request, from now on. */
export function evidenceOf(page: Page): { sent: () => SentBatch[]; typing: () => unknown[]; pointer: () => unknown[] } {
  const batches: SentBatch[] = [];
  const take = (text: string | null) => {
    const batch = JSON.parse(text ?? 'null') as SentBatch | null;
    if (batch) batches.push(batch);
  };
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => take(String(payload)));
  });
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/auth/continuous/batch') take(request.postData());
  });
  return {
    sent: () => batches,
    typing: () => batches.flatMap(({ typing }) => typing),
    pointer: () => batches.flatMap(({ pointer }) => pointer),
  };
}

declare global {
  interface Window {
    documentListeners?: Set<string>;
  }
}

/** Types of events that only a recorder listens to on the whole document: the watch on idleness hears moves and presses as well. */
const RECORDED = ['pointerup', 'pointercancel'];

/** Notes which listeners pages of a context have on their document. To be called before a page is opened. */
export async function watchListeners(context: BrowserContext): Promise<void> {
  await context.addInitScript((recorded) => {
    const held = new Set<string>();
    const { addEventListener, removeEventListener } = document;
    const counts = new Map<string, number>();
    const count = (type: string, change: number) => {
      if (!recorded.includes(type)) return;
      const now = (counts.get(type) ?? 0) + change;
      counts.set(type, now);
      if (now > 0) held.add(type);
      else held.delete(type);
    };
    document.addEventListener = (type: string, listener: EventListenerOrEventListenerObject, options?: AddEventListenerOptions) => {
      count(type, 1);
      options?.signal?.addEventListener('abort', () => count(type, -1));
      addEventListener.call(document, type, listener, options);
    };
    document.removeEventListener = (type: string, listener: EventListenerOrEventListenerObject, options?: EventListenerOptions) => {
      count(type, -1);
      removeEventListener.call(document, type, listener, options);
    };
    window.documentListeners = held;
  }, RECORDED);
}

/** Which of those there are on this page now. */
export async function sessionListeners(page: Page): Promise<string[]> {
  return page.evaluate(() => [...(window.documentListeners ?? [])].sort());
}
