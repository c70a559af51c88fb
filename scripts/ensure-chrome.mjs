import { findChrome } from './find-chrome.mjs';
import { run, runTool } from './run.mjs';

/** A Chromium for the browser tests, installed when the machine has none: by apt as root, else by Playwright. */
export async function ensureChrome() {
  const found = findChrome();
  if (found) return found;
  const isRoot = process.getuid?.() === 0;
  process.stdout.write('No Chromium found; installing one for the browser tests ...\n');
  if (isRoot && process.platform === 'linux') {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], { quiet: true });
    await run('apt-get', ['install', '-y', '-qq', 'chromium'], { env, quiet: true });
  } else {
    await runTool('playwright', ['install', 'chromium']);
  }
  const installed = findChrome();
  if (!installed) throw new Error('A Chromium was installed but cannot be found; set CHROME_PATH to it.');
  return installed;
}
