import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { CHROME_SWITCHES, findChrome } from '../../../../scripts/find-chrome.mjs';
import { PATIENCE_MS } from './patience';

/** The real Chromium that the tests drive. */
export async function openBrowser(args: readonly string[] = []): Promise<Browser> {
  const executablePath = findChrome();
  return chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: [...CHROME_SWITCHES, '--disable-gpu', '--disable-quic', '--no-first-run', ...args],
  });
}

/** One visitor with cookies of their own. What a page reports as an error, or asks of another host, fails the test. */
export async function openVisitor(browser: Browser, origin: string): Promise<{ context: BrowserContext; page: Page; problems: string[] }> {
  const context = await browser.newContext({ baseURL: origin });
  context.setDefaultTimeout(PATIENCE_MS);
  const problems: string[] = [];
  context.on('weberror', (error) => problems.push(`page error: ${error.error().message}`));
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (!['blob:', 'data:'].includes(url.protocol) && url.origin !== origin) problems.push(`foreign request: ${url.origin}`);
  });
  context.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) problems.push(`console: ${message.text()}`);
  });
  const page = await context.newPage();
  return { context, page, problems };
}
