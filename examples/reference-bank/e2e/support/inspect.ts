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
const LOOKS = [
  { width: 390, height: 844, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'dark' },
  { width: 1280, height: 900, colorScheme: 'dark' },
  { width: 1280, height: 900, colorScheme: 'light' },
] as const;

/**
 * Looks at a page as it stands, on a phone and on a desk, light and dark: takes a picture, and returns what is wrong with it. That is every
 * finding of axe-core that is serious or critical, and a page that scrolls sideways on a phone.
 */
export async function inspect(page: Page, name: string): Promise<string[]> {
  mkdirSync(SCREENS, { recursive: true });
  const wrong: string[] = [];
  for (const { width, height, colorScheme } of LOOKS) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const look = `${name} ${width} ${colorScheme}`;
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (overflow > 0) wrong.push(`${look}: scrolls sideways by ${overflow} px`);
    // Evaluated by the debugger and not as a script of the page: its content security policy stays as it is.
    if (!(await page.evaluate(() => window.axe !== undefined))) await page.evaluate(AXE);
    wrong.push(...(await page.evaluate(findings)).map((finding) => `${look}: ${finding}`));
    await page.screenshot({ path: join(SCREENS, `${name}-${width}-${colorScheme}.png`), fullPage: true });
  }
  return wrong;
}

async function findings(): Promise<string[]> {
  const result = await window.axe?.run(document, { resultTypes: ['violations'] });
  if (!result) throw new Error('axe-core is not in the page');
  return result.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`));
}
