import type { FaceAction, FaceSample } from '@tacit-auth/features';
import { assertFunction, assertInteger, assertOptionalEventTarget, assertOptions, assertString } from '../assert';
import { assertTimer, pageTimer, type Timer } from '../timer';
import type { FaceFailure, FaceGuidance } from './face-guidance';
import { type FrameMessage, isFaceAction, MAX_ACTIONS, MAX_TITLE, MAX_TRIES, MAX_TRY_MS, MIN_TRY_MS } from './face-messages';
import { type FrameLink, openFrameElement } from './frame-element';

export interface CaptureFaceOptions {
  /** An element of a document. The frame fills its width, 4 to 3. Taking the element out of the document cancels. */
  container: HTMLElement;
  /** Where `frame.html` is served: same origin. */
  frameUrl: string;
  /** 1 to 4 actions, as the server's challenge asks for them. `left` and `right` are the customer's own. */
  actions: readonly FaceAction[];
  /** Asked once, before anything is loaded. Only `true` lets the camera be touched. */
  onConsent: () => boolean | Promise<boolean>;
  /** What to tell the customer; called when it changes. */
  onGuidance: (guidance: FaceGuidance) => void;
  /** 1 to 10; 10 by default. */
  maxTries?: number;
  /** Time for each thing asked of the customer, in ms: 1,000 to 60,000; 8,000 by default. A try has 60,000 in all from its first good frame on. */
  tryMs?: number;
  /**
   * Time for the whole, in ms from the call, consent included: 1 to 3,600,000. The capture then ends with `timed-out`. What is left of the server's challenge,
   * less a few seconds to send the sample; without it all tries together may last longer than a challenge does.
   */
  deadlineMs?: number;
  /** Cancels. */
  signal?: AbortSignal;
  /** Accessible name of the frame, 1 to 200 characters; `Camera` by default. */
  title?: string;
  timer?: Timer;
}

const MAX_DEADLINE_MS = 3_600_000;

/** How a capture ended. */
export type FaceCaptureResult =
  | { readonly status: 'captured'; readonly sample: FaceSample; readonly tries: number }
  | { readonly status: 'declined' }
  | { readonly status: 'failed'; readonly reason: FaceFailure; readonly tries: number };

export type FaceCaptureState = 'consent' | 'starting' | 'capturing' | 'ended';

export interface FaceCapture {
  /** Settles once, when the frame is gone and the camera is off. Rejected only by what a callback of yours threw. */
  readonly result: Promise<FaceCaptureResult>;
  readonly state: FaceCaptureState;
  /** Ends it with `cancelled`. Does nothing once ended. */
  cancel(): void;
}

/** @throws TypeError unless `value` is the address of a page of this origin. */
function sameOriginUrl(value: unknown, page: Document): string {
  assertString(value, 'frameUrl', 1, 2_000);
  const base = page.defaultView?.location.href ?? page.baseURI;
  let url: URL;
  try {
    url = new URL(value, base);
  } catch {
    throw new TypeError('frameUrl must be a URL');
  }
  if (url.origin !== new URL(base).origin || !/^https?:$/.test(url.protocol)) {
    throw new RangeError('frameUrl must be of the same origin as the page');
  }
  return url.href;
}

function assertActions(value: unknown): asserts value is readonly FaceAction[] {
  if (!Array.isArray(value)) {
    throw new TypeError('actions must be an array');
  }
  if (value.length < 1 || value.length > MAX_ACTIONS) {
    throw new RangeError(`actions must hold 1 to ${MAX_ACTIONS} actions`);
  }
  for (const [index, action] of value.entries()) {
    if (!isFaceAction(action)) {
      throw new TypeError(`actions[${index}] must be { kind: 'blink', times: 1 to 3 } or { kind: 'turn', to: 'left' or 'right' }`);
    }
  }
}

function assertContainer(value: unknown): asserts value is HTMLElement {
  // By form rather than by class, so that elements of other frames are taken too.
  if (typeof (value as Partial<HTMLElement> | null | undefined)?.append !== 'function' || (value as Node).nodeType !== 1) {
    throw new TypeError('container must be an element');
  }
  if (!(value as Node).isConnected) {
    throw new RangeError('container must be in a document');
  }
}

/**
 * Asks for consent, then opens the camera in a frame, guides the customer through the actions and returns a face sample. Nothing of the picture
 * leaves the frame. When `result` settles, whatever the outcome, the frame is gone and the camera is off.
 *
 * @throws TypeError or RangeError for a wrong argument.
 */
export function captureFace(options: CaptureFaceOptions): FaceCapture {
  assertOptions(options, 'options');
  const { container, onConsent, onGuidance, maxTries = MAX_TRIES, tryMs = 8_000, deadlineMs, signal, title = 'Camera' } = options;
  const { timer = pageTimer } = options;
  assertContainer(container);
  const url = sameOriginUrl(options.frameUrl, container.ownerDocument);
  assertActions(options.actions);
  const actions = structuredClone(options.actions);
  assertFunction(onConsent, 'onConsent');
  assertFunction(onGuidance, 'onGuidance');
  assertInteger(maxTries, 'maxTries', 1, MAX_TRIES);
  assertInteger(tryMs, 'tryMs', MIN_TRY_MS, MAX_TRY_MS);
  if (deadlineMs !== undefined) {
    assertInteger(deadlineMs, 'deadlineMs', 1, MAX_DEADLINE_MS);
  }
  assertOptionalEventTarget(signal, 'signal');
  assertString(title, 'title', 1, MAX_TITLE);
  assertTimer(timer);

  let state: FaceCaptureState = 'consent';
  let link: FrameLink | undefined;
  let last: FaceGuidance = {
    step: 'consent',
    hint: null,
    actionsDone: 0,
    actionsAll: actions.length,
    try: 0,
    tries: maxTries,
    progress: 0,
  };
  const { promise, resolve, reject } = withResolvers<FaceCaptureResult>();

  function guide(changes: Partial<FaceGuidance>): void {
    const { action: _, ...rest } = last;
    const next = { ...rest, ...changes };
    const action = next.step === 'action' ? actions[next.actionsDone] : undefined;
    last = action === undefined ? next : { ...next, action };
    onGuidance(last);
  }

  function end(settle: () => void): void {
    if (state !== 'ended') {
      state = 'ended';
      signal?.removeEventListener('abort', cancel);
      timer.clear(deadline);
      link?.close();
      settle();
    }
  }

  function finish(result: FaceCaptureResult): void {
    end(() => {
      try {
        guide({ step: 'done', hint: null, progress: 1 });
        resolve(result);
      } catch (error) {
        reject(error);
      }
    });
  }

  /** What the page's own callbacks throw ends the capture: a page that can not guide must not go on filming. */
  function attempt(deed: () => void): void {
    try {
      deed();
    } catch (error) {
      end(() => reject(error));
    }
  }

  function fail(reason: FaceFailure): void {
    finish({ status: 'failed', reason, tries: last.try });
  }

  function cancel(): void {
    fail('cancelled');
  }

  function onMessage(message: FrameMessage): void {
    if (state === 'ended') {
      return;
    }
    switch (message.type) {
      case 'ready':
        link?.post({ type: 'start', actions, maxTries, tryMs, title });
        break;
      case 'guidance': {
        const { type: _, ...guidance } = message;
        state = guidance.step === 'starting' ? 'starting' : 'capturing';
        attempt(() => guide(guidance));
        break;
      }
      case 'captured':
        finish({ status: 'captured', sample: message.sample, tries: message.tries });
        break;
      case 'failed':
        finish({ status: 'failed', reason: message.reason, tries: message.tries });
        break;
      case 'alive':
        break;
    }
  }

  async function begin(): Promise<void> {
    onGuidance(last);
    const granted = await onConsent();
    if (state === 'ended') {
      return;
    }
    if (granted !== true) {
      finish({ status: 'declined' });
      return;
    }
    if (!container.isConnected) {
      cancel();
      return;
    }
    state = 'starting';
    guide({ step: 'starting', hint: 'loading' });
    // The callback may have cancelled.
    if ((state as FaceCaptureState) !== 'ended') {
      link = openFrameElement({ container, url, title, onMessage, onLost: fail, timer });
    }
  }

  const deadline = deadlineMs === undefined ? undefined : timer.set(() => fail('timed-out'), deadlineMs);
  if (signal?.aborted) {
    queueMicrotask(cancel);
  } else {
    signal?.addEventListener('abort', cancel);
    // Not at once: a callback may want the object that is returned below.
    queueMicrotask(() => {
      if (state !== 'ended') {
        begin().catch((error: unknown) => end(() => reject(error)));
      }
    });
  }
  return {
    result: promise,
    get state() {
      return state;
    },
    cancel,
  };
}

// Promise.withResolvers is younger than the browsers that this runs in.
function withResolvers<Value>() {
  let resolve!: (value: Value) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<Value>((resolvePromise, rejectPromise) => {
    resolve = resolvePromise;
    reject = rejectPromise;
  });
  return { promise, resolve, reject };
}
