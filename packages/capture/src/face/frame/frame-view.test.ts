import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createFrameView, type FrameView } from './frame-view';
import type { SessionGuidance } from './steady-guidance';

let view: FrameView;
beforeEach(() => {
  document.body.replaceChildren();
  view = createFrameView(document);
});
afterEach(() => vi.unstubAllGlobals());

const video = () => document.querySelector('video')!;
const ring = () => document.querySelector('div')!;
const guidance: SessionGuidance = { step: 'position', hint: 'look-straight', actionsDone: 0, try: 1, progress: 0 };

it('shows the customer a mirror, and takes pictures that are none', async () => {
  expect(video().style.transform).toBe('scaleX(-1)');
  const taken: unknown[] = [];
  vi.stubGlobal('createImageBitmap', async (...given: unknown[]) => taken.push(given));
  Object.assign(video(), { requestVideoFrameCallback: (told: () => void) => told() });
  await view.nextPicture();
  expect(taken).toEqual([[video()]]);
});

it('has a ring that is no warning before anything was seen', () => {
  const seen = (['look-straight', 'no-face', 'hold-still'] as const).map((hint) => {
    view.show({ ...guidance, hint });
    return ring().style.borderColor;
  });
  expect(new Set(seen).size).toBe(3);
  view.show({ ...guidance, step: 'starting', hint: 'loading' });
  expect(ring().style.borderColor).toBe(seen[0]);
});

it('leaves nothing behind', () => {
  view.clear();
  expect(document.body.childElementCount).toBe(0);
});
