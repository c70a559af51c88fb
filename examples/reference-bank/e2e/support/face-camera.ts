import type { FaceAction } from '@tacit-auth/capture/face';
import type { Browser, Page } from 'playwright';
import { trackStates, watchTracks } from '../../../../packages/capture/face-e2e/support/camera-tracks';
import {
  drawnPicture,
  type FacePicture,
  PHOTOS,
  photoFolder,
  photoPicture,
} from '../../../../packages/capture/face-e2e/support/face-pictures';
import { fakeCameraArgs, scenesFor, type VideoFile, videoFile } from '../../../../packages/capture/face-e2e/support/face-video';
import { openBrowser } from './browser';

/** Tests run on slow and busy machines: the people in the videos move slowly. */
const PACE = 1.5;

export type Model = 'owner' | 'owner-later' | 'stranger';

const folder = photoFolder();
export const hasPhotos = folder !== undefined;

/** Who stands before the camera. Without photographs everybody is drawn, and nobody is a stranger. */
function pictureOf(model: Model): Promise<FacePicture> {
  if (folder === undefined) return Promise.resolve(drawnPicture());
  return photoPicture(folder, { owner: PHOTOS.owner, 'owner-later': PHOTOS.ownerLater, stranger: PHOTOS.stranger }[model]);
}

/** A browser whose camera shows a video of the test. */
export class FaceCamera {
  readonly browser: Browser;
  readonly #video: VideoFile;

  private constructor(browser: Browser, video: VideoFile) {
    this.browser = browser;
    this.#video = video;
  }

  static async open(): Promise<FaceCamera> {
    const video = await videoFile({ picture: await pictureOf('owner'), scenes: [{ show: 'straight', ms: 1_000 }] });
    return new FaceCamera(await openBrowser(fakeCameraArgs(video.path)), video);
  }

  /** From the next time that a page opens the camera: somebody who does what was asked, over and over. No two lights give the same pictures. */
  async show(model: Model, actions: readonly FaceAction[], light = 1): Promise<void> {
    await this.#video.show({ picture: await pictureOf(model), scenes: scenesFor(actions, { pace: PACE }), light });
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.#video.remove();
  }
}

declare global {
  interface Window {
    faceActions?: FaceAction[] | undefined;
  }
}

export interface WatchedCamera {
  /** The state of every track that pages of this tab have opened since the last load, in their frames too. */
  tracks(): Promise<string[]>;
  /** What the bank has asked last to be done before the camera. */
  actions(): Promise<FaceAction[]>;
}

/** To be called before a page is opened. */
export async function watchCamera(page: Page): Promise<WatchedCamera> {
  await watchTracks(page);
  await page.addInitScript(() => {
    const send = window.fetch.bind(window);
    window.fetch = async (...request) => {
      const response = await send(...request);
      if (response.headers.get('content-type')?.includes('json')) {
        const body = (await response.clone().json()) as { actions?: FaceAction[]; face?: { actions?: FaceAction[] } };
        window.faceActions = body.actions ?? body.face?.actions ?? window.faceActions;
      }
      return response;
    };
  });
  return {
    tracks: () => trackStates(page),
    async actions() {
      const actions = await page.evaluate(() => window.faceActions);
      if (!actions) throw new Error('the bank has asked for nothing');
      return actions;
    },
  };
}
