import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

function runnable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A Chromium for the tests: `CHROME_PATH`, one on the PATH, or Playwright's own; undefined where there is none. */
export function findChrome(env = process.env) {
  if (env.CHROME_PATH) {
    if (!runnable(env.CHROME_PATH)) throw new Error(`CHROME_PATH names no program that can be run: ${env.CHROME_PATH}`);
    return env.CHROME_PATH;
  }
  for (const name of NAMES) {
    for (const folder of (env.PATH ?? '').split(delimiter)) {
      if (folder && runnable(join(folder, name))) return join(folder, name);
    }
  }
  const own = chromium.executablePath();
  return own && runnable(own) ? own : undefined;
}

/**
 * What every Chromium of the tests is started with. The features replace Playwright's list of them, which they repeat, and end with those of the address bar: its two
 * pages were loaded anew for each window, and took more of the processor than the page that a test had opened.
 */
export const CHROME_SWITCHES = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${[
    'AvoidUnnecessaryBeforeUnloadCheckSync',
    'DestroyProfileOnBrowserClose',
    'HttpsUpgrades',
    'HttpsFirstBalancedModeAutoEnable',
    'LensOverlay',
    'MediaRouter',
    'PaintHolding',
    'ThirdPartyStoragePartitioning',
    'AvoidCorsURLLoaderRestartOnRedirect',
    'TcpPortRandomizationWin',
    'OptimizationHints',
    'NetworkTimeServiceQuerying',
    'AimEnabled',
    'PreconnectToSearch',
    'WebUIOmniboxPopup',
    'WebUIOmniboxAimPopup',
  ].join(',')}`,
];
