import type { Timer } from '../../timer';
import type { FaceEngine } from '../engine/face-engine';
import type { FaceFailure } from '../face-guidance';
import { FACE_PROTOCOL, type FrameMessage, isConnectMessage, readPageMessage, type StartMessage } from '../face-messages';
import { type CameraDevices, openCamera } from './camera';
import { faceLooks, within } from './face-looks';
import { type FaceSessionResult, runFaceSession } from './face-session';
import type { FrameView } from './frame-view';
import type { SessionGuidance } from './steady-guidance';

export interface ServeFrameOptions {
  /** The frame's own window. */
  frame: Window;
  devices: CameraDevices | undefined;
  /** @throws FaceEngineError where the browser lacks what it takes. */
  createEngine: () => FaceEngine;
  createView: () => FrameView;
  copyPicture: (picture: ImageBitmap) => Promise<ImageBitmap>;
  clock: () => number;
  timer: Timer;
}

const ALIVE_MS = 2_000;
/** From the opened camera to its first picture. */
const PLAY_MS = 15_000;
/** Bytes come in hundreds of parts; that many messages would say nothing. */
const LOADED_STEP = 0.02;
const ENGINE_FAILURES: Readonly<Record<string, FaceFailure>> = {
  ERR_FACE_ENGINE_ASSETS: 'assets-missing',
  ERR_FACE_ENGINE_UNSUPPORTED: 'unsupported',
  ERR_FACE_ENGINE_FAILED: 'unsupported',
};

function failureOf(error: unknown): FaceFailure {
  return ENGINE_FAILURES[(error as { code?: string } | null)?.code ?? ''] ?? 'unsupported';
}

/**
 * The frame's side: waits for the page that embeds it, and for nobody else, to hand over a port; runs one session; and ends the camera when it is over,
 * when the page says so, when the frame goes, and when the tab is hidden.
 */
export function serveFrame(options: ServeFrameOptions): void {
  const { frame, timer } = options;

  function onConnect(event: MessageEvent): void {
    const [port] = event.ports;
    // A frame that is opened as a page of its own has itself as parent, and nobody to film for.
    const isPage = event.source === frame.parent && frame.parent !== frame && event.origin === frame.location.origin;
    if (isPage && port !== undefined && isConnectMessage(event.data)) {
      frame.removeEventListener('message', onConnect);
      serve(port);
    }
  }

  function serve(port: MessagePort): void {
    const ending = new AbortController();
    let started = false;
    let alive: unknown;
    const post = (message: FrameMessage) => port.postMessage(message);
    const end = (reason: FaceFailure) => ending.abort(reason);
    const beat = () => {
      post({ type: 'alive' });
      alive = timer.set(beat, ALIVE_MS);
    };
    const onHide = () => end('cancelled');
    frame.addEventListener('pagehide', onHide);
    port.onmessage = ({ data }: MessageEvent) => {
      const message = readPageMessage(data);
      if (message?.type !== 'start' || started) {
        end('cancelled');
        return;
      }
      started = true;
      runOnce(message, options, post, ending).then((outcome) => {
        timer.clear(alive);
        frame.removeEventListener('pagehide', onHide);
        const { status, ...rest } = outcome;
        post({ type: status, ...rest } as FrameMessage);
      });
    };
    post({ type: 'ready', protocol: FACE_PROTOCOL });
    beat();
  }

  frame.addEventListener('message', onConnect);
  // Shows the page that this script runs, and of which version it is.
  frame.document.documentElement.dataset.tacitFace = FACE_PROTOCOL;
}

/** One session from the camera's opening to its end. Never rejects; the camera is off when it resolves. */
async function runOnce(
  { actions, maxTries, tryMs, title }: StartMessage,
  { frame, devices, createEngine, createView, copyPicture, clock, timer }: ServeFrameOptions,
  post: (message: FrameMessage) => void,
  ending: AbortController,
): Promise<FaceSessionResult> {
  const { signal } = ending;
  let tries = 0;
  const failed = (reason: FaceFailure): FaceSessionResult => ({ status: 'failed', reason, tries });
  const page = frame.document;
  if (!frame.isSecureContext || devices?.getUserMedia === undefined) {
    return failed('unsupported');
  }
  if (signal.aborted) {
    return failed(signal.reason as FaceFailure);
  }
  page.title = title;
  const closers: (() => void)[] = [];
  // At once, not when the session notices: it may be waiting for a picture.
  const close = () => {
    for (const closer of closers.splice(0)) {
      closer();
    }
  };
  const ended = new Promise<FaceSessionResult>((resolve) => {
    signal.addEventListener('abort', () => {
      close();
      resolve(failed(signal.reason as FaceFailure));
    });
  });
  const onVisibility = () => {
    if (page.visibilityState === 'hidden') {
      ending.abort('page-hidden' satisfies FaceFailure);
    }
  };

  async function session(camera: CameraDevices): Promise<FaceSessionResult> {
    page.addEventListener('visibilitychange', onVisibility);
    closers.push(() => page.removeEventListener('visibilitychange', onVisibility));
    // A tab that was hidden before tells nobody.
    onVisibility();
    if (signal.aborted) {
      return failed(signal.reason as FaceFailure);
    }
    const engine = createEngine();
    closers.push(() => engine.close());
    const view = createView();
    closers.push(() => view.clear());
    const guide = (guidance: SessionGuidance) => {
      tries = guidance.try;
      view.show(guidance);
      post({ type: 'guidance', ...guidance });
    };
    let loaded = 0;
    let asked = true;
    let told = -1;
    const start = () => {
      told = loaded;
      guide({ step: 'starting', hint: asked ? 'allow-camera' : 'loading', actionsDone: 0, try: 0, progress: loaded });
    };
    start();
    // At the same time: the models come while the customer answers the browser's question.
    const warm = engine.warmUp((done, all) => {
      loaded = Math.min(1, done / Math.max(1, all));
      if (loaded - told >= LOADED_STEP) {
        start();
      }
    });
    warm.catch((error: unknown) => ending.abort(failureOf(error)));
    const opened = await openCamera({ devices: camera, signal, onEnded: () => ending.abort('camera-ended' satisfies FaceFailure) });
    if (typeof opened === 'string') {
      return failed(opened);
    }
    closers.push(opened.stop);
    onVisibility();
    if (signal.aborted) {
      return failed(signal.reason as FaceFailure);
    }
    asked = false;
    start();
    if ((await within(view.play(opened.stream), PLAY_MS, timer)) !== true) {
      return failed('camera-busy');
    }
    await warm;
    const looks = faceLooks({ reader: engine, nextPicture: view.nextPicture, copyPicture, clock, timer });
    return runFaceSession({ reader: engine, looks, actions, maxTries, tryMs, onGuidance: guide, clock, timer, signal });
  }

  const outcome = await Promise.race([session(devices).catch((error: unknown) => failed(failureOf(error))), ended]);
  close();
  return outcome;
}
