import type { SessionGuidance } from './steady-guidance';

/** What the customer sees of the camera: a mirror image in a ring. The words are the page's. */
export interface FrameView {
  /** Shows the stream; false where it gives no picture. */
  play(stream: MediaStream): Promise<boolean>;
  /** The next picture that was not given before, as the camera took it: not mirrored. */
  nextPicture(): Promise<ImageBitmap>;
  show(guidance: SessionGuidance): void;
  clear(): void;
}

const WAITING = '#8a8f98';
const GOOD = '#1f9d55';
const WRONG = '#d97706';
/** Longest wait for a new frame to be told of, and the wait where the browser tells of none. */
const TOLD_MS = 250;
const POLL_MS = 50;

function styled<Tag extends 'div' | 'video'>(
  document: Document,
  tag: Tag,
  style: Partial<CSSStyleDeclaration>,
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  // Through the object model: the policy of the frame allows no style in the text of the page.
  Object.assign(element.style, style);
  return element;
}

export function createFrameView(document: Document): FrameView {
  Object.assign(document.body.style, { margin: '0', background: '#14171c', overflow: 'hidden', height: '100vh' });
  const video = styled(document, 'video', { width: '100%', height: '100%', objectFit: 'cover', transform: 'scaleX(-1)' });
  video.muted = true;
  // Without it a phone would show the video alone, over the whole screen.
  video.playsInline = true;
  video.disablePictureInPicture = true;
  video.setAttribute('aria-hidden', 'true');
  const ring = styled(document, 'div', {
    position: 'absolute',
    inset: '4%',
    margin: 'auto',
    height: '92%',
    aspectRatio: '3 / 4',
    boxSizing: 'border-box',
    borderRadius: '50%',
    border: `6px dashed ${WAITING}`,
    pointerEvents: 'none',
  });
  document.body.append(video, ring);

  /** Resolves when the video has another frame, or might have. */
  function frameTold(): Promise<void> {
    return new Promise((resolve) => {
      const tells = typeof video.requestVideoFrameCallback === 'function';
      const poll = setTimeout(resolve, tells ? TOLD_MS : POLL_MS);
      if (!tells) {
        return;
      }
      video.requestVideoFrameCallback(() => {
        clearTimeout(poll);
        resolve();
      });
    });
  }

  return {
    async play(stream) {
      video.srcObject = stream;
      try {
        await video.play();
      } catch {
        // A stream without a picture, or one that ended; the session says why.
        return false;
      }
      return video.videoWidth > 0;
    },
    async nextPicture() {
      await frameTold();
      return createImageBitmap(video);
    },
    show({ step, hint }) {
      const good = hint === 'hold-still' || hint === 'checking' || step === 'action';
      const neutral = step === 'starting' || hint === 'look-straight';
      ring.style.borderColor = neutral ? WAITING : good ? GOOD : WRONG;
      ring.style.borderStyle = good && step !== 'starting' ? 'solid' : 'dashed';
    },
    clear() {
      video.srcObject = null;
      video.remove();
      ring.remove();
    },
  };
}
