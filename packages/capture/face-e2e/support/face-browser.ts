import type { FaceAction } from '@tacit-auth/features';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { CHROME_SWITCHES, findChrome } from '../../../../scripts/find-chrome.mjs';
import type { CaptureFaceOptions, FaceCaptureResult, FaceGuidance } from '../../src/face';
import { watchTracks } from './camera-tracks';
import type { FaceSite } from './face-site';

export function launchChrome(args: readonly string[]): Promise<Browser> {
  const chrome = findChrome();
  return chromium.launch({ ...(chrome ? { executablePath: chrome } : {}), headless: true, args: [...CHROME_SWITCHES, ...args] });
}

export interface SeenCapture {
  result: FaceCaptureResult;
  guidance: FaceGuidance[];
  /** Ready states of every track that was ever opened, right after the result. */
  tracks: MediaStreamTrackState[];
  /** Frames that are left in the page. */
  frames: number;
  /** ms from the start to the first `position`, and to the result. */
  readyMs: number;
  totalMs: number;
  /** Longest tasks of the page's thread, and of the frame's, after it was ready; they are one thread. In ms. */
  longestTaskMs: number;
}

export type CaptureSettings = Pick<CaptureFaceOptions, 'maxTries' | 'tryMs'> & {
  actions: readonly FaceAction[];
  /** What the page does at the first guidance of that step. */
  atStep?: { step: FaceGuidance['step']; deed: 'cancel' | 'remove' | 'reload' | 'unplug' | 'detach' | 'hide' };
};

/** A page of the site in which every track is watched. */
export interface FacePage {
  readonly page: Page;
  /** Requests to anywhere else. */
  readonly foreign: string[];
  readonly problems: string[];
  capture(settings: CaptureSettings): Promise<SeenCapture>;
  close(): Promise<void>;
}

interface Watched {
  tacitFace: typeof import('../../src/face');
}

export async function openFacePage(
  browser: Browser,
  site: FaceSite,
  path: '/' | '/isolated' | '/tacit-face/frame.html' = '/',
): Promise<FacePage> {
  const context: BrowserContext = await browser.newContext();
  const foreign: string[] = [];
  const problems: string[] = [];
  context.on('request', (request) => {
    if (!request.url().startsWith(`${site.origin}/`)) foreign.push(request.url());
  });
  await watchTracks(context);
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (/Content.Security.Policy|violates/i.test(message.text())) problems.push(message.text());
  });
  await page.goto(site.origin + path);
  return {
    page,
    foreign,
    problems,
    capture: (settings) => page.evaluate(captureInPage, settings),
    close: () => context.close(),
  };
}

async function captureInPage({ actions, maxTries, tryMs, atStep }: CaptureSettings): Promise<SeenCapture> {
  const world = window as unknown as Watched;
  const container = document.querySelector<HTMLElement>('#camera')!;
  const guidance: FaceGuidance[] = [];
  const started = performance.now();
  let readyMs = 0;
  let longestTaskMs = 0;
  let isDue = atStep !== undefined;
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      if (readyMs > 0 && startTime - started > readyMs) longestTaskMs = Math.max(longestTaskMs, duration);
    }
  });
  observer.observe({ type: 'longtask' });
  const capture = world.tacitFace.captureFace({
    container,
    frameUrl: '/tacit-face/frame.html',
    actions,
    onConsent: () => true,
    onGuidance(next) {
      guidance.push(next);
      if (next.step === 'position' && readyMs === 0) readyMs = performance.now() - started;
      if (isDue && next.step === atStep?.step) {
        isDue = false;
        const frame = container.querySelector('iframe');
        // Not in the callback of the page: as a person or a router would, later.
        setTimeout(() => {
          if (atStep.deed === 'cancel') capture.cancel();
          if (atStep.deed === 'remove') container.remove();
          if (atStep.deed === 'detach') frame?.remove();
          if (atStep.deed === 'reload') frame?.contentWindow?.location.reload();
          if (atStep.deed === 'hide' && frame?.contentDocument) {
            Object.defineProperty(frame.contentDocument, 'visibilityState', { value: 'hidden' });
            frame.contentDocument.dispatchEvent(new Event('visibilitychange'));
          }
          if (atStep.deed === 'unplug') window.cameraTracks?.at(-1)?.dispatchEvent(new Event('ended'));
        });
      }
    },
    ...(maxTries === undefined ? {} : { maxTries }),
    ...(tryMs === undefined ? {} : { tryMs }),
  });
  const result = await capture.result;
  const tracks = (window.cameraTracks ?? []).map(({ readyState }) => readyState);
  observer.disconnect();
  const totalMs = performance.now() - started;
  return { result, guidance, tracks, frames: document.querySelectorAll('iframe').length, readyMs, totalMs, longestTaskMs };
}
