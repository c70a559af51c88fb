import type { BrowserContext, Page } from 'playwright';

declare global {
  interface Window {
    cameraTracks?: MediaStreamTrack[];
  }
}

/** Keeps every track that pages open from now on, in their frames too. To be called before a page is opened. */
export function watchTracks(target: BrowserContext | Page): Promise<unknown> {
  return target.addInitScript(() => {
    const top = window.top ?? window;
    top.cameraTracks ??= [];
    const tracks = top.cameraTracks;
    const devices = navigator.mediaDevices;
    const open = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (constraints) => {
      const stream = await open(constraints);
      tracks.push(...stream.getTracks());
      return stream;
    };
  });
}

/** The states of all tracks that were opened since the page was loaded. */
export const trackStates = (page: Page): Promise<MediaStreamTrackState[]> =>
  page.evaluate(() => (window.cameraTracks ?? []).map(({ readyState }) => readyState));
