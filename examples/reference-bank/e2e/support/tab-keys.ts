import type { Page } from 'playwright';

const MOST_STOPS = 60;

/** What has the focus, in words, and whether it shows that it has. */
async function focused(page: Page): Promise<{ name: string; isShown: boolean }> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return { name: '', isShown: true };
    const labels = element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? [...(element.labels ?? [])] : [];
    const text = labels.length > 0 ? labels.map((label) => label.textContent).join(' ') : element.textContent;
    const looks = [element, ...labels].map((each) => getComputedStyle(each));
    return {
      name: (text ?? '').replace(/\s+/g, ' ').trim(),
      isShown: looks.some(({ outlineStyle, boxShadow }) => outlineStyle !== 'none' || boxShadow !== 'none'),
    };
  });
}

/** Presses Tab until the control of this name has the focus, as somebody without a mouse does. Every stop on the way must show its focus. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const passed: string[] = [];
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    if (!at.isShown) throw new Error(`the focus can not be seen on ${JSON.stringify(at.name)}`);
    if (typeof name === 'string' ? at.name === name : name.test(at.name)) return;
    passed.push(at.name);
  }
  throw new Error(`Tab does not reach ${name}; it stopped at ${JSON.stringify(passed)}`);
}
