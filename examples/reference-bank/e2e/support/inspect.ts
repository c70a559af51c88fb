import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type axe from 'axe-core';
import type { Page } from 'playwright';

declare global {
  interface Window {
    axe?: typeof axe;
  }
}

const SCREENS = fileURLToPath(new URL('../../../../test-results/screens', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const LONG = process.env.TACIT_SOAK === '1';
/** Of two looks of one size nothing but the colours differs: in the short form the second one is for the rules about colours alone. */
const LOOKS = [
  { width: 390, height: 844, colorScheme: 'light', rules: 'all' },
  { width: 390, height: 844, colorScheme: 'dark', rules: LONG ? 'all' : 'colours' },
  { width: 1280, height: 900, colorScheme: 'dark', rules: 'all' },
  { width: 1280, height: 900, colorScheme: 'light', rules: LONG ? 'all' : 'colours' },
] as const;

/** What is left of a desk's screen at a zoom of 400 %: everything must be there without scrolling in two directions (WCAG 1.4.10). */
const NARROWEST = { width: 320, height: 640 };

/**
 * Looks at a page as it stands, on a phone and on a desk, light and dark, and at a high zoom, and returns what is wrong with it. That is every finding of
 * axe-core, of whatever impact, and a page that scrolls sideways. There is a picture of each look that has something wrong, and in the long form of every look.
 */
export async function inspectClosely(page: Page, name: string): Promise<string[]> {
  mkdirSync(SCREENS, { recursive: true });
  await page.setViewportSize(NARROWEST);
  const tooWide = await sideways(page);
  const wrong = tooWide > 0 ? [`${name} ${NARROWEST.width}: scrolls sideways by ${tooWide} px`] : [];
  for (const { width, height, colorScheme, rules } of LOOKS) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const which = `${name} ${width} ${colorScheme}`;
    const overflow = await sideways(page);
    // Evaluated by the debugger and not as a script of the page: its content security policy stays as it is.
    if (!(await page.evaluate(() => window.axe !== undefined))) await page.evaluate(AXE);
    const found = [...(overflow > 0 ? [`scrolls sideways by ${overflow} px`] : []), ...(await page.evaluate(findings, rules))];
    wrong.push(...found.map((finding) => `${which}: ${finding}`));
    if (LONG || found.length > 0) await page.screenshot({ path: join(SCREENS, `${name}-${width}-${colorScheme}.png`), fullPage: true });
  }
  return wrong;
}

/** By how many px a page is wider than its window. */
const sideways = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

async function findings(rules: 'all' | 'colours'): Promise<string[]> {
  const result = await window.axe?.run(document, {
    resultTypes: ['violations'],
    ...(rules === 'all' ? {} : { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }),
  });
  if (!result) throw new Error('axe-core is not in the page');
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  );
}
