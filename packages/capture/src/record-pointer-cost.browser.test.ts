import { expect, it } from 'vitest';
import { recordPointer } from './record-pointer';

const BATCHES = 100;
// Under the events that a recording keeps, and long enough for a clock of 0.1 ms.
const EVENTS = 2_000;
/** What a mouse of 1,000 Hz gives in one frame of 60 Hz. */
const COALESCED = 16;

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

it.each([
  ['an event', 1],
  ['an event of many moves', COALESCED],
])('%s of the pointer takes less than 10 us of the main thread', (name, moves) => {
  let target: HTMLElement = document.body;
  target.replaceChildren();
  // As deep as pages are.
  for (let depth = 0; depth < 30; depth++) {
    target = target.appendChild(document.createElement('div'));
  }
  /** One event a frame; `coalescedEvents` are what came since the last. */
  const make = (type: string, time: number, buttons: number, coalescedEvents: PointerEvent[] = []) =>
    Object.defineProperty(
      new PointerEvent(type, {
        ...{ bubbles: true, composed: true, pointerType: 'mouse', isPrimary: true, clientX: time % 800, clientY: time % 600, buttons },
        ...{ button: type === 'pointermove' ? -1 : 0, coalescedEvents },
      }),
      'timeStamp',
      { value: time },
    );
  const events = Array.from({ length: EVENTS }, (_, index) => {
    const phase = index % 20;
    const time = index * 16;
    const parts = Array.from({ length: moves === 1 ? 0 : moves }, (_, part) => make('pointermove', time + part + 1 - moves, 0));
    return phase === 18 ? make('pointerdown', time, 1) : phase === 19 ? make('pointerup', time, 0) : make('pointermove', time, 0, parts);
  });

  /** us per event, dispatch included. */
  function batch(): number {
    const start = performance.now();
    for (const event of events) {
      target.dispatchEvent(event);
    }
    return ((performance.now() - start) * 1_000) / EVENTS;
  }

  const recording = recordPointer(document, { capacity: 20_000 });
  const without: number[] = [];
  const withIt: number[] = [];
  for (let i = 0; i < BATCHES; i++) {
    without.push(batch());
    recording.start();
    withIt.push(batch());
    expect(recording.count).toBeGreaterThanOrEqual(EVENTS);
    recording.stop();
    recording.take();
  }
  recording.destroy();
  const [bare, whole] = [median(without), median(withIt)];
  console.info(`${name}: median ${whole.toFixed(2)} us, of which ${(whole - bare).toFixed(2)} us are the recorder's`);
  // The dispatch itself is the browser's, and is had without a recorder too.
  expect(whole - bare).toBeLessThan(10);
});
