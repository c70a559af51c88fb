import type { BrowserContext, Page, Route } from 'playwright';

export interface Posted {
  path: string;
  body: unknown;
}

/** What the pages of a context post, from now on. */
export function postedBodies(context: BrowserContext): Posted[] {
  const posted: Posted[] = [];
  context.on('request', (request) => {
    const text = request.postData();
    if (request.method() === 'POST') posted.push({ path: new URL(request.url()).pathname, body: text === null ? null : JSON.parse(text) });
  });
  return posted;
}

/** The body of the last post to a path. Its fields are checked by the test that reads them. */
export function lastPosted<Body>(posted: readonly Posted[], path: string): Body {
  const found = posted.findLast((each) => each.path === path);
  if (!found) throw new Error(`nothing was posted to ${path}`);
  return found.body as Body;
}

declare global {
  interface Window {
    fieldListeners?: Record<string, number>;
  }
}

/** Counts the listeners that pages of a context put on password fields themselves, by type of event. To be called before a page is opened. */
export async function countFieldListeners(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const counts: Record<string, number> = {};
    const { addEventListener } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (
      this: EventTarget,
      type: string,
      ...rest: [EventListenerOrEventListenerObject | null]
    ) {
      if (this instanceof HTMLInputElement && this.type === 'password') counts[type] = (counts[type] ?? 0) + 1;
      return addEventListener.call(this, type, ...rest);
    };
    window.fieldListeners = counts;
  });
}

const KEY_EVENTS = ['keydown', 'keyup', 'keypress', 'beforeinput', 'input'];

/** How many listeners for keys this page has put on its password fields. */
export async function keyListeners(page: Page): Promise<number> {
  const counts = await page.evaluate(() => window.fieldListeners ?? {});
  return KEY_EVENTS.reduce((sum, type) => sum + (counts[type] ?? 0), 0);
}

/**
 * Fails every request to a path until the returned function is called: it never leaves, or is answered by a server that has a problem, or its
 * answer is lost on the way.
 */
export async function failing(page: Page, path: string, how: 'aborted' | 'server-error' | 'answer-lost'): Promise<() => Promise<void>> {
  const url = `**${path}`;
  await page.route(url, async (route: Route) => {
    if (how === 'server-error')
      return route.fulfill({
        status: 500,
        json: { error: { code: 'ERR_INTERNAL', message: 'Something failed on the server: try again.' } },
      });
    if (how === 'answer-lost') await route.fetch();
    return route.abort();
  });
  return () => page.unroute(url);
}
