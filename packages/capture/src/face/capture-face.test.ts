import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ManualTime, manualTime } from '../test-support';
import { type CaptureFaceOptions, captureFace } from './capture-face';
import type { FaceGuidance } from './face-guidance';
import { FACE_PROTOCOL, type FrameMessage, type PageMessage } from './face-messages';

const ACTIONS = [
  { kind: 'blink', times: 2 },
  { kind: 'turn', to: 'left' },
] as const;
const row = (at: number) => [at, 1, 300, 300, 0, 0, 0];
const sample = {
  version: 1,
  pipeline: 'p/1',
  descriptors: [0, 1, 2].map((at) => [at, Array.from({ length: 128 }, () => 1)]),
  frames: [0, 1, 2, 3].map(row),
};

let time: ManualTime;
const ports: MessagePort[] = [];

/** Ports deliver between tasks. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Stands in for the element: nothing is loaded, the test is what is inside. */
function fakeFrame() {
  const inner = Object.assign(new EventTarget(), {
    posted: [] as unknown[][],
    postMessage: (...given: unknown[]) => inner.posted.push(given),
  });
  const element = document.createElement('section');
  const mark: { dataset: DOMStringMap } = { dataset: { tacitFace: FACE_PROTOCOL } };
  const shown = { document: { documentElement: mark } as unknown };
  Object.defineProperty(element, 'contentWindow', { get: () => inner });
  Object.defineProperty(element, 'contentDocument', { get: () => shown.document });
  const received: PageMessage[] = [];
  let port: MessagePort | undefined;
  return {
    element,
    inner,
    shown,
    received,
    load() {
      element.dispatchEvent(new Event('load'));
      port = (inner.posted.at(-1)?.[2] as MessagePort[] | undefined)?.[0];
      if (port) {
        ports.push(port);
        port.onmessage = ({ data }) => received.push(data as PageMessage);
      }
    },
    async say(message: FrameMessage | Record<string, unknown>) {
      port?.postMessage(message);
      await settle();
    },
    async ready() {
      this.load();
      await this.say({ type: 'ready', protocol: FACE_PROTOCOL });
    },
  };
}

function begin(changes: Partial<CaptureFaceOptions> = {}) {
  const container = document.createElement('div');
  document.body.replaceChildren(container);
  const frame = fakeFrame();
  const create = vi.spyOn(document, 'createElement').mockReturnValueOnce(frame.element as never);
  const log: FaceGuidance[] = [];
  const onConsent = vi.fn(() => true);
  const capture = captureFace({
    container,
    frameUrl: '/tacit-face/frame.html',
    actions: ACTIONS,
    onConsent,
    onGuidance: (guidance) => log.push(guidance),
    timer: time.timer,
    ...changes,
  });
  return { capture, container, frame, log, onConsent, create };
}

beforeEach(() => {
  time = manualTime();
});
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

const guidance = { type: 'guidance', step: 'position', hint: 'no-face', actionsDone: 0, try: 3, progress: 0.1 } as const;

describe('consent', () => {
  it('comes before the frame; without it nothing is loaded', async () => {
    const { capture, container, onConsent } = begin({ onConsent: () => false });
    expect(await capture.result).toEqual({ status: 'declined' });
    expect([container.childElementCount, onConsent.mock.calls.length, capture.state]).toEqual([0, 0, 'ended']);
  });

  it('must be true itself', async () => {
    const { capture, container } = begin({ onConsent: () => 'yes' as never });
    expect(await capture.result).toEqual({ status: 'declined' });
    expect(container.childElementCount).toBe(0);
  });

  it('may take its time, and a capture cancelled meanwhile loads nothing', async () => {
    let answer: (granted: boolean) => void = () => undefined;
    const { capture, container } = begin({ onConsent: () => new Promise<boolean>((resolve) => (answer = resolve)) });
    await settle();
    expect([capture.state, container.childElementCount]).toEqual(['consent', 0]);
    capture.cancel();
    answer(true);
    expect(await capture.result).toEqual({ status: 'failed', reason: 'cancelled', tries: 0 });
    await settle();
    expect(container.childElementCount).toBe(0);
  });

  it('that throws rejects the result', async () => {
    const { capture } = begin({ onConsent: () => Promise.reject(new Error('dialog broke')) });
    await expect(capture.result).rejects.toThrow('dialog broke');
    expect(capture.state).toBe('ended');
  });

  it('is not asked where the signal was aborted before', async () => {
    const { capture, onConsent } = begin({ signal: AbortSignal.abort() });
    expect(await capture.result).toMatchObject({ reason: 'cancelled' });
    expect(onConsent).not.toHaveBeenCalled();
  });
});

describe('the frame', () => {
  it('is of the page, named, may use the camera, and alone gets the port', async () => {
    const { frame, container, capture } = begin({ title: 'Your face' });
    await settle();
    expect(capture.state).toBe('starting');
    const element = frame.element as unknown as HTMLIFrameElement;
    expect(container.firstElementChild).toBe(element);
    expect([element.src, element.title, element.allow]).toEqual([
      new URL('/tacit-face/frame.html', location.href).href,
      'Your face',
      'camera',
    ]);
    frame.load();
    const [message, origin, transferred] = frame.inner.posted[0]!;
    expect([message, origin]).toEqual([{ type: 'connect', protocol: FACE_PROTOCOL }, location.origin]);
    expect(transferred).toHaveLength(1);
    capture.cancel();
  });

  it('is told what to do once it is ready', async () => {
    const { frame, capture } = begin({ maxTries: 3, tryMs: 20_000 });
    await settle();
    await frame.ready();
    expect(frame.received).toEqual([{ type: 'start', actions: ACTIONS, maxTries: 3, tryMs: 20_000, title: 'Camera' }]);
    capture.cancel();
  });

  it('guides the customer; the action is the page’s own', async () => {
    const { frame, log, capture } = begin();
    await settle();
    await frame.ready();
    await frame.say(guidance);
    expect(capture.state).toBe('capturing');
    await frame.say({ ...guidance, step: 'action', hint: 'turn-left', actionsDone: 1 });
    expect(log.slice(-2)).toEqual([
      { step: 'position', hint: 'no-face', actionsDone: 0, actionsAll: 2, try: 3, tries: 10, progress: 0.1 },
      { step: 'action', hint: 'turn-left', action: ACTIONS[1], actionsDone: 1, actionsAll: 2, try: 3, tries: 10, progress: 0.1 },
    ]);
    capture.cancel();
  });

  it('gives a sample, and is gone when the result is there', async () => {
    const { frame, capture, container, log } = begin();
    await settle();
    await frame.ready();
    await frame.say({ type: 'captured', sample, tries: 2 });
    expect(await capture.result).toEqual({ status: 'captured', sample, tries: 2 });
    expect([container.childElementCount, capture.state, log.at(-1)?.step, time.pending]).toEqual([0, 'ended', 'done', 0]);
  });

  it('passes on why it failed', async () => {
    const { frame, capture, container } = begin();
    await settle();
    await frame.ready();
    await frame.say({ type: 'failed', reason: 'camera-denied', tries: 0 });
    expect(await capture.result).toEqual({ status: 'failed', reason: 'camera-denied', tries: 0 });
    expect(container.childElementCount).toBe(0);
  });
});

describe('a frame that', () => {
  it.each([
    ['is of another origin', null],
    ['is an error page', { documentElement: { dataset: {} } }],
    ['is of another version', { documentElement: { dataset: { tacitFace: 'tacit-face/0' } } }],
    ['is no page at all', { documentElement: null }],
  ])('%s gets no port', async (_, shown) => {
    const { frame, capture } = begin();
    await settle();
    frame.shown.document = shown;
    frame.load();
    expect(await capture.result).toEqual({ status: 'failed', reason: 'assets-missing', tries: 0 });
    expect(frame.inner.posted).toEqual([]);
  });

  it('does not load in half a minute, or is silent then, is missing', async () => {
    for (const loads of [false, true]) {
      const { frame, capture } = begin();
      await settle();
      if (loads) frame.load();
      time.advance(30_000);
      expect(await capture.result).toMatchObject({ reason: 'assets-missing' });
    }
  });

  it('falls silent for a minute is timed out; one that says that it is alive is not', async () => {
    const { frame, capture, container } = begin();
    await settle();
    await frame.ready();
    time.advance(59_000);
    await frame.say({ type: 'alive' });
    time.advance(59_000);
    expect(capture.state).toBe('starting');
    time.advance(1_000);
    expect(await capture.result).toMatchObject({ reason: 'timed-out' });
    expect(container.childElementCount).toBe(0);
  });

  it('says what no frame says is of another version', async () => {
    for (const message of [
      { type: 'ready', protocol: 'tacit-face/9' },
      { type: 'captured', sample: { ...sample, frames: [] }, tries: 1 },
    ]) {
      const { frame, capture } = begin();
      await settle();
      frame.load();
      await frame.say(message);
      expect(await capture.result).toMatchObject({ reason: 'assets-missing' });
    }
  });

  it('is reloaded ends the capture', async () => {
    const { frame, capture, container } = begin();
    await settle();
    await frame.ready();
    await frame.say(guidance);
    frame.inner.dispatchEvent(new Event('pagehide'));
    expect(await capture.result).toEqual({ status: 'failed', reason: 'camera-ended', tries: 3 });
    expect(container.childElementCount).toBe(0);
  });

  it('loads twice ends the capture', async () => {
    const { frame, capture } = begin();
    await settle();
    await frame.ready();
    frame.element.dispatchEvent(new Event('load'));
    expect(await capture.result).toMatchObject({ reason: 'camera-ended' });
  });

  it('is taken out with its container cancels', async () => {
    const { frame, capture, container } = begin();
    await settle();
    await frame.ready();
    container.remove();
    frame.inner.dispatchEvent(new Event('pagehide'));
    expect(await capture.result).toMatchObject({ reason: 'cancelled' });
  });
});

describe('a deadline', () => {
  it('ends the capture, at whatever step, and counts from the call', async () => {
    const asking = begin({ deadlineMs: 5_000, onConsent: () => new Promise<boolean>(() => undefined) });
    await settle();
    time.advance(5_000);
    expect(await asking.capture.result).toEqual({ status: 'failed', reason: 'timed-out', tries: 0 });

    const { frame, capture, container } = begin({ deadlineMs: 20_000 });
    await settle();
    await frame.ready();
    await frame.say(guidance);
    time.advance(19_999);
    expect(capture.state).toBe('capturing');
    time.advance(1);
    expect(await capture.result).toEqual({ status: 'failed', reason: 'timed-out', tries: 3 });
    expect([container.childElementCount, time.pending]).toEqual([0, 0]);
  });

  it('that was met rings nobody later', async () => {
    const { frame, capture } = begin({ deadlineMs: 20_000 });
    await settle();
    await frame.ready();
    await frame.say({ type: 'captured', sample, tries: 2 });
    expect(await capture.result).toMatchObject({ status: 'captured' });
    expect(time.pending).toBe(0);
  });
});

describe('the page', () => {
  it('that takes the container out before the frame has loaded cancels at once', async () => {
    for (const take of [(container: HTMLElement) => container.remove(), () => document.body.replaceChildren()]) {
      const { capture, container, log } = begin();
      await settle();
      take(container);
      expect(await capture.result).toEqual({ status: 'failed', reason: 'cancelled', tries: 0 });
      expect([log.at(-1)?.step, time.now, time.pending]).toEqual(['done', 0, 0]);
    }
  });

  it('may keep the container in a shadow root, and take its host out', async () => {
    const host = document.createElement('div');
    const container = document.createElement('div');
    const root = host.attachShadow({ mode: 'open' });
    root.append(container);
    document.body.replaceChildren(host);
    const attached = vi.spyOn(document.body, 'replaceChildren').mockReturnValueOnce(undefined);
    const { capture } = begin({ container });
    attached.mockRestore();
    await settle();
    host.remove();
    expect(await capture.result).toMatchObject({ reason: 'cancelled' });
  });

  it('cancels, by itself or by its signal; the frame is told and taken out', async () => {
    const controller = new AbortController();
    for (const cancel of [(one: ReturnType<typeof begin>) => one.capture.cancel(), () => controller.abort()]) {
      const one = begin({ signal: controller.signal });
      await settle();
      await one.frame.ready();
      cancel(one);
      expect(await one.capture.result).toMatchObject({ status: 'failed', reason: 'cancelled' });
      await settle();
      expect([one.container.childElementCount, one.frame.received.at(-1)]).toEqual([0, { type: 'cancel' }]);
      one.capture.cancel();
    }
  });

  it('that takes the container out before consent is given cancels', async () => {
    const { capture, create } = begin({
      onConsent: () => {
        document.body.replaceChildren();
        return true;
      },
    });
    expect(await capture.result).toMatchObject({ reason: 'cancelled' });
    expect(create.mock.calls.filter(([name]) => name === 'iframe')).toEqual([]);
  });

  it('whose guidance throws stops filming and hears of it', async () => {
    const { frame, capture, container } = begin({
      onGuidance: ({ step }) => {
        if (step === 'position') throw new Error('no such element');
      },
    });
    await settle();
    await frame.ready();
    const heard = expect(capture.result).rejects.toThrow('no such element');
    await frame.say(guidance);
    await heard;
    expect(container.childElementCount).toBe(0);
  });

  it('can cancel while it is guided', async () => {
    const { capture, container } = begin({ onGuidance: ({ step }) => step === 'starting' && capture.cancel() });
    expect(await capture.result).toMatchObject({ reason: 'cancelled' });
    expect(container.childElementCount).toBe(0);
  });

  it('can not change the actions afterwards', async () => {
    const actions: [{ kind: 'turn'; to: 'left' | 'right' }] = [{ kind: 'turn', to: 'left' }];
    const { frame, capture } = begin({ actions });
    actions[0].to = 'right';
    await settle();
    await frame.ready();
    expect(frame.received[0]).toMatchObject({ actions: [{ to: 'left' }] });
    capture.cancel();
  });
});

describe('arguments', () => {
  it.each([
    ['container', null, TypeError],
    ['container', {}, TypeError],
    ['frameUrl', 7, TypeError],
    ['frameUrl', '', RangeError],
    ['frameUrl', 'https://other.example/frame.html', RangeError],
    ['frameUrl', 'data:text/html,x', RangeError],
    ['frameUrl', 'http://[', TypeError],
    ['actions', {}, TypeError],
    ['actions', [], RangeError],
    ['actions', Array.from({ length: 5 }, () => ACTIONS[0]), RangeError],
    ['actions', [{ kind: 'smile' }], TypeError],
    ['onConsent', undefined, TypeError],
    ['onGuidance', null, TypeError],
    ['maxTries', 11, RangeError],
    ['maxTries', '3', TypeError],
    ['tryMs', 999, RangeError],
    ['tryMs', 60_001, RangeError],
    ['deadlineMs', 0, RangeError],
    ['deadlineMs', 3_600_001, RangeError],
    ['deadlineMs', '9', TypeError],
    ['signal', {}, TypeError],
    ['title', '', RangeError],
    ['timer', {}, TypeError],
  ] as const)('%s must not be %j', (name, value, kind) => {
    const attempt = () => begin({ [name]: value } as never);
    expect(attempt).toThrow(kind);
    expect(attempt).toThrow(new RegExp(name));
  });

  it('must be there, and the container in a document', () => {
    expect(() => captureFace(undefined as never)).toThrow(TypeError);
    expect(() => begin({ container: document.createElement('p') })).toThrow(RangeError);
  });
});
