import type { Timer } from '../timer';
import type { FaceFailure } from './face-guidance';
import { FACE_PROTOCOL, type FrameMessage, type PageMessage, readFrameMessage } from './face-messages';

export interface FrameElementOptions {
  container: HTMLElement;
  url: string;
  title: string;
  onMessage: (message: FrameMessage) => void;
  /** The frame is of no more use: it did not load, went away, fell silent or said what no frame says. */
  onLost: (reason: FaceFailure) => void;
  timer: Timer;
}

/** The page's end of the frame. */
export interface FrameLink {
  post(message: PageMessage): void;
  /** Takes the frame out; its document, and with it the camera, ends. */
  close(): void;
}

/** From putting the frame in to its first word. Its page and its script are small; the models are not counted. */
const LOAD_MS = 30_000;
/** Longest silence. A frame says `alive` each two seconds, unless the networks hold its thread. */
const SILENCE_MS = 60_000;

/** Puts the frame into its container and gives it, and nobody else, a port. */
export function openFrameElement({ container, url, title, onMessage, onLost, timer }: FrameElementOptions): FrameLink {
  const page = container.ownerDocument;
  const origin = new URL(url).origin;
  const frame = page.createElement('iframe');
  let port: MessagePort | undefined;
  let closed = false;
  let silence: unknown;

  function listenFor(ms: number, reason: FaceFailure): void {
    timer.clear(silence);
    silence = timer.set(() => lose(reason), ms);
  }

  function lose(reason: FaceFailure): void {
    if (!closed) {
      close();
      onLost(reason);
    }
  }

  function close(): void {
    closed = true;
    timer.clear(silence);
    removals.disconnect();
    if (port) {
      port.postMessage({ type: 'cancel' } satisfies PageMessage);
      port.onmessage = null;
      port.close();
    }
    frame.removeEventListener('load', onLoad);
    frame.remove();
  }

  function onLeave(): void {
    // Whether the element was taken out or its document was reloaded shows only when the removal is through.
    queueMicrotask(() => lose(frame.isConnected ? 'camera-ended' : 'cancelled'));
  }

  // A frame that has not loaded tells nobody when it goes.
  const removals = new MutationObserver(() => {
    if (!frame.isConnected) {
      lose('cancelled');
    }
  });

  function onLoad(): void {
    const inner = frame.contentWindow;
    // Another origin shows no document. An error page has no mark, and so has a frame whose script is missing; one of another version has another.
    if (port !== undefined || inner === null || frame.contentDocument?.documentElement?.dataset.tacitFace !== FACE_PROTOCOL) {
      lose(port === undefined ? 'assets-missing' : 'camera-ended');
      return;
    }
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = ({ data }: MessageEvent) => {
      const message = readFrameMessage(data);
      if (message === undefined) {
        lose('assets-missing');
        return;
      }
      listenFor(SILENCE_MS, 'timed-out');
      onMessage(message);
    };
    inner.addEventListener('pagehide', onLeave, { once: true });
    inner.postMessage({ type: 'connect', protocol: FACE_PROTOCOL }, origin, [channel.port2]);
  }

  frame.title = title;
  frame.allow = 'camera';
  // Nothing in it takes the focus.
  frame.tabIndex = -1;
  frame.referrerPolicy = 'no-referrer';
  // Through the object model, which a strict policy for styles allows.
  Object.assign(frame.style, { display: 'block', width: '100%', aspectRatio: '4 / 3', border: '0', colorScheme: 'normal' });
  frame.src = url;
  frame.addEventListener('load', onLoad);
  listenFor(LOAD_MS, 'assets-missing');
  container.append(frame);
  // Each shadow root around it has its own.
  for (let root = frame.getRootNode(); ; root = root.host.getRootNode()) {
    removals.observe(root, { childList: true, subtree: true });
    if (!(root instanceof ShadowRoot)) {
      break;
    }
  }
  return { post: (message) => port?.postMessage(message), close };
}
