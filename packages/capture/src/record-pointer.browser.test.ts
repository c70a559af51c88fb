import { type PointerSample, parsePointerSample } from '@tacit-auth/features';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cdp } from 'vitest/browser';
import { recordPointer } from './record-pointer';

/** For a browser that is slow today; nothing is measured by it. */
const PATIENCE = { timeout: 10_000 };

interface MouseInput {
  type: 'mousePressed' | 'mouseReleased' | 'mouseMoved' | 'mouseWheel';
  x: number;
  y: number;
  timestamp: number;
  button?: 'none' | 'left' | 'right';
  buttons?: number;
  clickCount?: number;
  deltaX?: number;
  deltaY?: number;
  pointerType?: 'mouse' | 'pen';
}

interface DevTools {
  send(method: 'Input.dispatchMouseEvent', event: MouseInput): Promise<void>;
  send(
    method: 'Input.dispatchTouchEvent',
    event: { type: 'touchStart' | 'touchMove' | 'touchEnd'; timestamp: number; touchPoints: { x: number; y: number; id?: number }[] },
  ): Promise<void>;
}

const tools = () => cdp() as unknown as DevTools;

/** Where the frame of the tests lies in the page, and how it is scaled: the tools know the page alone. */
async function frame(): Promise<{ x: number; y: number; scale: number }> {
  const { left, top, width } = window.frameElement!.getBoundingClientRect();
  return { x: left, y: top, scale: width / window.innerWidth };
}

/** Seconds since the epoch, each at least 20 ms after the one before: moves within 4 ms are recorded as one, and a browser that is idle takes them as fast. */
let time = 0;
function timestamp(): number {
  time = Math.max(Date.now() / 1_000, time + 0.02);
  return time;
}

async function mouse(type: MouseInput['type'], x: number, y: number, extra: Partial<MouseInput> = {}): Promise<void> {
  const { x: left, y: top, scale } = await frame();
  await tools().send('Input.dispatchMouseEvent', { type, x: left + x * scale, y: top + y * scale, timestamp: timestamp(), ...extra });
}

async function touch(type: 'touchStart' | 'touchMove' | 'touchEnd', ...points: [x: number, y: number][]): Promise<void> {
  const { x: left, y: top, scale } = await frame();
  const touchPoints = points.map(([x, y], id) => ({ x: left + x * scale, y: top + y * scale, id }));
  await tools().send('Input.dispatchTouchEvent', { type, touchPoints, timestamp: timestamp() });
}

function page(): HTMLElement {
  const element = document.createElement('main');
  element.style.cssText = 'position: fixed; inset: 0; touch-action: none; user-select: none';
  document.body.replaceChildren(element);
  return element;
}

/** The kinds and the places of a sample, in whole CSS pixels. */
const path = ({ events }: PointerSample) => events.map(([kind, , x, y]) => [kind, Math.round(x / 10), Math.round(y / 10)]);

afterEach(() => document.body.replaceChildren());

describe('a trusted pointer', () => {
  it('gives a clean sample of a mouse that the server reads', async () => {
    page();
    const recording = recordPointer(document);
    recording.start();
    await mouse('mouseMoved', 20, 20);
    await mouse('mouseMoved', 40, 30);
    await mouse('mousePressed', 40, 30, { button: 'left', buttons: 1, clickCount: 1 });
    await mouse('mouseReleased', 40, 30, { button: 'left', clickCount: 1 });
    await mouse('mouseWheel', 40, 30, { deltaX: 0, deltaY: 10 });
    await vi.waitUntil(() => recording.count >= 5, PATIENCE);
    const samples = recording.take();
    expect(samples).toHaveLength(1);
    const sample = parsePointerSample(JSON.stringify(samples[0]));
    expect(sample).toMatchObject({ device: 'mouse', flags: {}, viewport: [window.innerWidth, window.innerHeight] });
    expect(sample.pixelRatio).toBe(Math.round(window.devicePixelRatio * 1_000));
    expect(path(samples[0]!)).toEqual([
      [0, 20, 20],
      [0, 40, 30],
      [1, 40, 30],
      [3, 40, 30],
      [5, 40, 30],
    ]);
    recording.destroy();
  });

  it('is told apart from a finger, of which only the first counts', async () => {
    page();
    const recording = recordPointer(document);
    recording.start();
    await mouse('mouseMoved', 20, 20);
    await touch('touchStart', [50, 50]);
    await touch('touchMove', [60, 70]);
    await touch('touchStart', [60, 70], [200, 200]);
    await touch('touchEnd');
    await vi.waitUntil(() => recording.count >= 4, PATIENCE);
    const samples = recording.take();
    expect(samples.map(({ device }) => device)).toEqual(['mouse', 'touch']);
    expect(path(samples[1]!).filter(([, x]) => x! > 100)).toEqual([]);
    expect(path(samples[1]!).map(([kind]) => kind)).toEqual([1, 0, 3]);
    recording.destroy();
  });

  it('over an element that is left out gives nothing, and cuts the sample', async () => {
    const pad = page().appendChild(document.createElement('div'));
    pad.style.cssText = 'position: absolute; left: 100px; top: 0; width: 100px; height: 100px';
    pad.dataset.tacitIgnore = '';
    let clicks = 0;
    pad.addEventListener('click', () => clicks++);
    const recording = recordPointer(document);
    recording.start();
    await mouse('mouseMoved', 20, 20);
    await mouse('mouseMoved', 150, 50);
    await mouse('mousePressed', 150, 50, { button: 'left', buttons: 1, clickCount: 1 });
    await mouse('mouseReleased', 150, 50, { button: 'left', clickCount: 1 });
    await mouse('mouseMoved', 20, 50);
    await vi.waitUntil(() => clicks === 1 && recording.count === 2, PATIENCE);
    expect(recording.take().map(path)).toEqual([[[0, 20, 20]], [[0, 20, 50]]]);
    recording.destroy();
  });

  it('in a component that marks its own shadow tree gives nothing', async () => {
    const host = page().appendChild(document.createElement('div'));
    const pad = host.attachShadow({ mode: 'open' }).appendChild(document.createElement('button'));
    pad.style.cssText = 'position: absolute; left: 100px; top: 0; width: 100px; height: 100px';
    pad.dataset.tacitIgnore = '';
    let clicks = 0;
    pad.addEventListener('click', () => clicks++);
    const recording = recordPointer(document);
    recording.start();
    await mouse('mouseMoved', 150, 50);
    await mouse('mousePressed', 150, 50, { button: 'left', buttons: 1, clickCount: 1 });
    await mouse('mouseReleased', 150, 50, { button: 'left', clickCount: 1 });
    await vi.waitUntil(() => clicks === 1, PATIENCE);
    expect(recording.take()).toEqual([]);
    recording.destroy();
  });

  it('in what a component shows within a marked part of itself gives nothing', async () => {
    const host = page().appendChild(document.createElement('div'));
    host.style.cssText = 'position: absolute; left: 100px; top: 0; width: 100px; height: 100px';
    const key = host.appendChild(document.createElement('div')).appendChild(document.createElement('button'));
    key.style.cssText = 'width: 100px; height: 100px';
    const marked = host.attachShadow({ mode: 'open' }).appendChild(document.createElement('div'));
    marked.dataset.tacitIgnore = '';
    marked.append(document.createElement('slot'));
    let clicks = 0;
    key.addEventListener('click', () => clicks++);
    const recording = recordPointer(document);
    recording.start();
    await mouse('mouseMoved', 150, 50);
    await mouse('mousePressed', 150, 50, { button: 'left', buttons: 1, clickCount: 1 });
    await mouse('mouseReleased', 150, 50, { button: 'left', clickCount: 1 });
    await vi.waitUntil(() => clicks === 1, PATIENCE);
    expect(recording.take()).toEqual([]);
    recording.destroy();
  });

  it.each(['pointerdown', 'pointerup'])('does not tell the last key of a pad that %s takes away', async (type) => {
    const main = page();
    const pad = () => {
      const element = main.appendChild(document.createElement('div'));
      element.style.cssText = 'position: absolute; left: 100px; top: 0; width: 100px; height: 100px';
      element.dataset.tacitIgnore = '';
      element.addEventListener(type, () => element.remove());
    };
    pad();
    const recording = recordPointer(document);
    recording.start();
    await touch('touchStart', [150, 50]);
    await touch('touchMove', [152, 53]);
    await touch('touchEnd');
    pad();
    await mouse('mouseMoved', 150, 50);
    await mouse('mousePressed', 150, 50, { button: 'left', buttons: 1, clickCount: 1 });
    await mouse('mouseReleased', 150, 50, { button: 'left', clickCount: 1 });
    await mouse('mouseMoved', 152, 52);
    await mouse('mouseMoved', 160, 90);
    await mouse('mouseMoved', 160, 130);
    await mouse('mouseMoved', 160, 90);
    await vi.waitUntil(() => recording.count >= 2, PATIENCE);
    expect(recording.take().map(path)).toEqual([
      [
        [0, 160, 130],
        [0, 160, 90],
      ],
    ]);
    recording.destroy();
  });

  it('a page that scrolls under it does not move it', async () => {
    const main = page();
    main.style.cssText = 'height: 5000px';
    const recording = recordPointer(document);
    recording.start();
    await mouse('mouseMoved', 20, 20);
    document.scrollingElement!.scrollTop = 1_000;
    await mouse('mouseMoved', 22, 20);
    await vi.waitUntil(() => recording.count >= 2, PATIENCE);
    expect(recording.take().flatMap(path).at(-1)).toEqual([0, 22, 20]);
    recording.destroy();
  });
});
