import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ManualTime, manualTime } from '../../test-support';
import type { FaceEngine } from '../engine/face-engine';
import { FACE_PROTOCOL, type FrameMessage } from '../face-messages';
import { type ServeFrameOptions, serveFrame } from './serve-frame';
import type { SessionGuidance } from './steady-guidance';
import { describedBox, descriptorOf, fakeCamera, fakePicture, goodFrame, noFace, obedient } from './test-support';

const START = { type: 'start', actions: [{ kind: 'turn', to: 'left' }] as const, maxTries: 2, tryMs: 8_000, title: 'My camera' };
const ORIGIN = 'https://bank.example';

let time: ManualTime;
const ports: MessagePort[] = [];
beforeEach(() => {
  time = manualTime(5_000);
});
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

interface World extends Partial<Pick<FaceEngine, 'warmUp' | 'analyse'>> {
  secure?: boolean;
}

function scene(changes: Partial<ServeFrameOptions> = {}, { secure = true, ...ofEngine }: World = {}) {
  const camera = fakeCamera();
  const log: string[] = [];
  const messages: FrameMessage[] = [];
  const open = new Set<object>();
  let guidance: SessionGuidance | undefined;
  let since = 0;
  let described = 0;
  const page = Object.assign(new EventTarget(), {
    visibilityState: 'visible',
    title: '',
    documentElement: { dataset: {} as DOMStringMap },
  });
  const parent = {};
  const frame = Object.assign(new EventTarget(), { parent, location: { origin: ORIGIN }, document: page, isSecureContext: secure });
  const engine: FaceEngine = {
    warmUp: async () => undefined,
    async analyse(picture, at) {
      picture.close();
      return goodFrame({ at, ...obedient(guidance, START.actions, time.now - since), pitch: Math.sin(at) });
    },
    async describe(picture) {
      picture.close();
      described += 1;
      return { status: 'described', values: descriptorOf(1, described), box: describedBox, score: 0.8 };
    },
    close: () => log.push('engine closed'),
    ...ofEngine,
  };
  serveFrame({
    frame: frame as unknown as Window,
    devices: camera.devices,
    createEngine: () => engine,
    createView: () => ({
      play: async () => true,
      nextPicture: async () => {
        await new Promise<void>((resolve) => time.timer.set(resolve, 66));
        return fakePicture(open);
      },
      show(next) {
        since = next.step === guidance?.step ? since : time.now;
        guidance = next;
      },
      clear: () => log.push('view cleared'),
    }),
    copyPicture: async () => fakePicture(open),
    clock: time.clock,
    timer: time.timer,
    ...changes,
  });
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  port1.onmessage = ({ data }) => messages.push(data as FrameMessage);
  const connect = { type: 'connect', protocol: FACE_PROTOCOL };
  function receive(over: Partial<Record<'data' | 'origin' | 'source' | 'ports', unknown>> = {}): void {
    frame.dispatchEvent(Object.assign(new Event('message'), { data: connect, origin: ORIGIN, source: parent, ports: [port2], ...over }));
  }
  /** Until the frame has sent `type`, or a minute has passed. Ports deliver between tasks. */
  async function until(type: FrameMessage['type'], step?: string): Promise<FrameMessage | undefined> {
    const wanted = () =>
      messages.find((message) => message.type === type && (step === undefined || ('step' in message && message.step === step)));
    for (let turn = 0; turn < 3_000 && wanted() === undefined; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      time.advance(20);
    }
    return wanted();
  }
  async function started(step = 'starting') {
    receive();
    port1.postMessage(START);
    expect(await until('guidance', step)).toBeDefined();
  }
  return { camera, log, messages, open, page, frame, port: port1, receive, until, started };
}

describe('the frame', () => {
  it('does nothing until the page that embeds it, of its own origin, hands over a port', async () => {
    const { receive, until, messages, camera } = scene();
    receive({ origin: 'https://evil.example' });
    receive({ source: {} });
    receive({ source: null });
    receive({ ports: [] });
    receive({ data: { type: 'connect', protocol: 'tacit-face/0' } });
    receive({ data: 'connect' });
    expect([await until('ready'), messages, camera.asked]).toEqual([undefined, [], []]);
    receive();
    expect(await until('ready')).toEqual({ type: 'ready', protocol: FACE_PROTOCOL });
    expect(camera.asked).toEqual([]);
  });

  it('serves one page: a second port hears nothing', async () => {
    const { receive, until } = scene();
    receive();
    expect(await until('ready')).toBeDefined();
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    const heard: unknown[] = [];
    port1.onmessage = ({ data }) => heard.push(data);
    receive({ ports: [port2] });
    time.advance(10_000);
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual([]);
  });

  it.each([
    ['cancel', ({ port }: ReturnType<typeof scene>) => port.postMessage({ type: 'cancel' })],
    ['the frame going', ({ frame }: ReturnType<typeof scene>) => frame.dispatchEvent(new Event('pagehide'))],
  ])('asks for no camera after %s before the start', async (_, happen) => {
    const one = scene();
    one.receive();
    expect(await one.until('ready')).toBeDefined();
    happen(one);
    one.port.postMessage(START);
    expect(await one.until('failed')).toEqual({ type: 'failed', reason: 'cancelled', tries: 0 });
    expect([one.camera.asked, one.log]).toEqual([[], []]);
  });

  it('asks for no camera in a tab that was hidden before', async () => {
    const { receive, port, until, page, camera, log } = scene();
    page.visibilityState = 'hidden';
    receive();
    port.postMessage(START);
    expect(await until('failed')).toEqual({ type: 'failed', reason: 'page-hidden', tries: 0 });
    expect([camera.asked, log]).toEqual([[], []]);
  });

  it('switches a camera off at once that opens when the tab is hidden, told of it or not', async () => {
    const camera = fakeCamera();
    let allow: (stream: MediaStream) => void = () => undefined;
    const { started, until, page } = scene({
      devices: { getUserMedia: () => new Promise<MediaStream>((resolve) => (allow = resolve)) },
    });
    await started();
    page.visibilityState = 'hidden';
    allow(camera.stream);
    expect(await until('failed')).toMatchObject({ reason: 'page-hidden' });
    expect(camera.live()).toBe(0);
  });

  it('shows that its script runs, and of which version it is', () => {
    expect(scene().page.documentElement.dataset).toEqual({ tacitFace: FACE_PROTOCOL });
  });

  it('opened as a page of its own, listens to nobody', async () => {
    const { frame, receive, until } = scene();
    frame.parent = frame;
    receive({ source: frame });
    expect(await until('ready')).toBeUndefined();
  });

  it('captures, then has the camera off before it says so', async () => {
    const { started, until, camera, log, page, open } = scene();
    await started();
    expect(camera.live()).toBe(1);
    const message = await until('captured');
    expect(message).toMatchObject({ type: 'captured', tries: 1, sample: { version: 1 } });
    expect([camera.live(), open.size, page.title]).toEqual([0, 0, 'My camera']);
    expect(log).toEqual(['engine closed', 'view cleared']);
  });

  it('says that it is alive while it waits', async () => {
    const { receive, until } = scene();
    receive();
    expect(await until('alive')).toEqual({ type: 'alive' });
  });

  it('tells how much is loaded, in steps', async () => {
    const warmUp = async (onProgress?: (done: number, all: number) => void) => {
      for (let done = 1; done <= 1_000; done += 1) onProgress?.(done, 1_000);
    };
    const { started, messages } = scene({}, { warmUp });
    await started('position');
    const progress = messages.flatMap((message) => (message.type === 'guidance' && message.step === 'starting' ? [message.progress] : []));
    expect(progress.at(-1)).toBe(1);
    expect(progress.length).toBeGreaterThan(20);
    expect(progress.length).toBeLessThan(60);
  });
});

describe('the camera is off after', () => {
  it.each([
    ['cancel', 'cancelled', ({ port }: ReturnType<typeof scene>) => port.postMessage({ type: 'cancel' })],
    ['a second start', 'cancelled', ({ port }: ReturnType<typeof scene>) => port.postMessage(START)],
    ['a message that is none', 'cancelled', ({ port }: ReturnType<typeof scene>) => port.postMessage({ type: 'film' })],
    ['the frame going', 'cancelled', ({ frame }: ReturnType<typeof scene>) => frame.dispatchEvent(new Event('pagehide'))],
    ['unplugging', 'camera-ended', ({ camera }: ReturnType<typeof scene>) => camera.unplug()],
    [
      'the tab being hidden',
      'page-hidden',
      ({ page }: ReturnType<typeof scene>) => {
        page.visibilityState = 'hidden';
        page.dispatchEvent(new Event('visibilitychange'));
      },
    ],
  ] as const)('%s, at any step', async (_, reason, happen) => {
    for (const step of ['starting', 'position', 'action']) {
      const one = scene();
      await one.started(step);
      happen(one);
      expect(await one.until('failed')).toMatchObject({ reason, tries: step === 'starting' ? expect.any(Number) : 1 });
      expect([one.camera.live(), one.log]).toEqual([0, ['engine closed', 'view cleared']]);
    }
  });

  it('the page going, in the same task', async () => {
    const { started, frame, camera } = scene();
    await started('position');
    frame.dispatchEvent(new Event('pagehide'));
    expect(camera.live()).toBe(0);
  });

  it('a late answer to the browser’s question', async () => {
    const camera = fakeCamera();
    let allow: (stream: MediaStream) => void = () => undefined;
    const { started, port, until } = scene({
      devices: { getUserMedia: () => new Promise<MediaStream>((resolve) => (allow = resolve)) },
    });
    await started();
    port.postMessage({ type: 'cancel' });
    expect(await until('failed')).toMatchObject({ reason: 'cancelled' });
    allow(camera.stream);
    await new Promise((resolve) => setImmediate(resolve));
    expect(camera.live()).toBe(0);
  });

  it.each([
    ['ERR_FACE_ENGINE_ASSETS', 'assets-missing'],
    ['ERR_FACE_ENGINE_UNSUPPORTED', 'unsupported'],
    ['ERR_FACE_ENGINE_FAILED', 'unsupported'],
  ])('%s while loading, also while the browser still asks', async (code, reason) => {
    const refuse = async () => {
      throw Object.assign(new Error('m'), { code });
    };
    const { started, until, camera } = scene({}, { warmUp: refuse });
    await started();
    expect(await until('failed')).toMatchObject({ reason, tries: 0 });
    expect(camera.live()).toBe(0);
    const asking = scene({ devices: { getUserMedia: () => new Promise<MediaStream>(() => undefined) } }, { warmUp: refuse });
    await asking.started();
    expect(await asking.until('failed')).toMatchObject({ reason });
  });

  it('tries that fail', async () => {
    const { started, until, camera } = scene({}, { analyse: async (_, at) => goodFrame({ at, ...noFace }) });
    await started('position');
    expect(await until('failed')).toEqual({ type: 'failed', reason: 'no-face', tries: 2 });
    expect(camera.live()).toBe(0);
  });

  it('an engine that breaks', async () => {
    const { started, until, camera } = scene(
      {},
      { analyse: () => Promise.reject(Object.assign(new Error('m'), { code: 'ERR_FACE_ENGINE_FAILED' })) },
    );
    await started();
    expect(await until('failed')).toMatchObject({ reason: 'unsupported' });
    expect([camera.asked.length, camera.live()]).toEqual([1, 0]);
  });

  it('a picture that never comes', async () => {
    const never = { play: () => new Promise<boolean>(() => undefined), nextPicture: () => new Promise<ImageBitmap>(() => undefined) };
    const { started, until, camera } = scene({ createView: () => ({ ...never, show: () => undefined, clear: () => undefined }) });
    await started();
    expect(await until('failed')).toMatchObject({ reason: 'camera-busy' });
    expect(camera.live()).toBe(0);
  });
});

describe('a browser without', () => {
  it.each([
    ['a camera interface', { devices: undefined }, {}],
    ['a secure context', {}, { secure: false }],
  ])('%s is unsupported, and the camera is not touched', async (_, changes, world) => {
    const { receive, port, until, camera } = scene(changes, world);
    receive();
    port.postMessage(START);
    expect(await until('failed')).toMatchObject({ reason: 'unsupported', tries: 0 });
    expect(camera.asked).toEqual([]);
  });

  it('permission says that it was denied', async () => {
    const getUserMedia = () => Promise.reject(Object.assign(new Error('m'), { name: 'NotAllowedError' }));
    const { receive, port, until, log } = scene({ devices: { getUserMedia } });
    receive();
    port.postMessage(START);
    expect(await until('failed')).toMatchObject({ reason: 'camera-denied', tries: 0 });
    expect(log).toEqual(['engine closed', 'view cleared']);
  });
});
