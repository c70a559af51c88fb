import { type PointerSample, parsePointerSample } from '@tacit-auth/features';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type PointerRecording, type RecordPointerOptions, recordPointer } from './record-pointer';
import { at, countListeners, manualTime } from './test-support';

/** Where an event happens and what the pointer is. */
type Init = PointerEventInit & { coalesced?: readonly [time: number, x: number, y: number][]; trusted?: boolean };

let place: HTMLElement;
let recordings: PointerRecording[] = [];

beforeEach(() => {
  place = document.createElement('main');
  document.body.replaceChildren(place);
});

afterEach(() => {
  vi.restoreAllMocks();
  for (const recording of recordings) {
    recording.destroy();
  }
  recordings = [];
});

function send(type: string, time: number, x: number, y: number, init: Init = {}, target: EventTarget = place): Event {
  const { coalesced, trusted = true, ...rest } = init;
  const common = { clientX: x, clientY: y, bubbles: true, cancelable: true, composed: true };
  const event =
    type === 'wheel'
      ? new WheelEvent(type, common)
      : new PointerEvent(type, { pointerType: 'mouse', isPrimary: true, button: type === 'pointermove' ? -1 : 0, ...common, ...rest });
  // The document that these tests run in gives a wheel no place.
  Object.defineProperties(event, { clientX: { value: x }, clientY: { value: y } });
  if (coalesced) {
    const events = coalesced.map(([when, left, top]) =>
      at(new PointerEvent('pointermove', { clientX: left, clientY: top }), when, trusted),
    );
    Object.defineProperty(event, 'getCoalescedEvents', { value: () => events });
  }
  target.dispatchEvent(at(event, time, trusted));
  return event;
}

function started(options: RecordPointerOptions = {}, target: Document | HTMLElement = document) {
  const samples: PointerSample[] = [];
  const time = manualTime();
  const recording = recordPointer(target, { clock: time.clock, timer: time.timer, ...options });
  recording.start();
  recordings.push(recording);
  return { recording, samples, time };
}

/** As {@link started}, with samples handed over. */
function handing(options: RecordPointerOptions = {}) {
  const samples: PointerSample[] = [];
  const setup = started({ onSample: (sample) => samples.push(sample), ...options });
  const move = (count: number, gap = 10, init?: Init) => {
    for (let i = 0; i < count; i++) {
      send('pointermove', setup.time.now, i, 0, init);
      setup.time.advance(gap);
    }
  };
  return { ...setup, samples, move };
}

function hide(hidden: boolean): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(hidden ? 'hidden' : 'visible');
  document.dispatchEvent(new Event('visibilitychange'));
}

function resize(width: number, height: number): void {
  vi.spyOn(window, 'innerWidth', 'get').mockReturnValue(width);
  vi.spyOn(window, 'innerHeight', 'get').mockReturnValue(height);
  window.dispatchEvent(new Event('resize'));
}

const only = (samples: PointerSample[]): PointerSample => {
  expect(samples).toHaveLength(1);
  return samples[0]!;
};

describe('a sample', () => {
  it('holds moves, presses, releases and turns of the wheel, as the server reads them', () => {
    const { recording } = started();
    send('pointermove', 1_000, 10, 20);
    send('pointermove', 1_016.7, 12.5, 20.2);
    send('pointerdown', 1_050, 13, 21, { buttons: 1 });
    send('pointerup', 1_130, 13, 21);
    send('pointerdown', 1_200, 13, 21, { button: 2, buttons: 2 });
    send('pointerup', 1_290, 13, 21, { button: 2 });
    send('wheel', 1_400, 13, 21);
    expect(recording.count).toBe(7);
    const sample = only(recording.take());
    expect(sample).toEqual({
      version: 1,
      device: 'mouse',
      pixelRatio: 1_000,
      viewport: [window.innerWidth, window.innerHeight],
      events: [
        [0, 0, 100, 200],
        [0, 167, 125, 202],
        [1, 500, 130, 210],
        [3, 1_300, 130, 210],
        [2, 2_000, 130, 210],
        [4, 2_900, 130, 210],
        [5, 4_000, 130, 210],
      ],
      flags: {},
      clockStep: 1,
    });
    expect(parsePointerSample(JSON.stringify(sample)).events).toHaveLength(7);
    expect(recording.take()).toEqual([]);
  });

  it('takes what the browser put together into one event', () => {
    const { recording } = started();
    send('pointermove', 0, 0, 0);
    send('pointermove', 16, 8, 8, {
      coalesced: [
        [5, 2, 2],
        [10, 5, 5],
        [16, 8, 8],
      ],
    });
    send('pointermove', 32, 9, 9, { coalesced: [] });
    expect(only(recording.take()).events).toEqual([
      [0, 0, 0, 0],
      [0, 50, 20, 20],
      [0, 100, 50, 50],
      [0, 160, 80, 80],
      [0, 320, 90, 90],
    ]);
  });

  it('sees a second button that comes and goes while the first is down', () => {
    const { recording } = started();
    send('pointerdown', 0, 0, 0, { buttons: 1 });
    send('pointermove', 10, 0, 0, { button: 2, buttons: 3 });
    send('pointermove', 20, 0, 0, { buttons: 3 });
    send('pointermove', 30, 0, 0, { button: 0, buttons: 2 });
    send('pointerup', 40, 0, 0, { button: 2, buttons: 0 });
    expect(only(recording.take()).events.map(([kind]) => kind)).toEqual([1, 2, 0, 3, 4]);
  });

  it('a button that went down elsewhere is no press here', () => {
    const { recording } = started();
    send('pointermove', 0, 0, 0, { buttons: 1 });
    send('pointermove', 10, 0, 0, { buttons: 3 });
    expect(only(recording.take()).events.map(([kind]) => kind)).toEqual([0, 0]);
  });

  it('a finger that the browser takes over is let go where it was last', () => {
    const { recording } = started();
    const touch = { pointerType: 'touch' };
    send('pointerdown', 0, 50, 60, { ...touch, buttons: 1 });
    send('pointermove', 10, 50, 40, { ...touch, buttons: 1 });
    send('pointercancel', 20, 0, 0, touch);
    send('pointercancel', 30, 0, 0, touch);
    expect(only(recording.take())).toMatchObject({
      device: 'touch',
      events: [
        [1, 0, 500, 600],
        [0, 100, 500, 400],
        [3, 200, 500, 400],
      ],
    });
  });

  it('is of the first finger only', () => {
    const { recording } = started();
    const touch = { pointerType: 'touch', buttons: 1 };
    send('pointerdown', 0, 50, 60, touch);
    send('pointerdown', 5, 500, 600, { ...touch, isPrimary: false });
    send('pointermove', 10, 500, 600, { ...touch, isPrimary: false });
    expect(only(recording.take()).events).toEqual([[1, 0, 500, 600]]);
  });

  it.each(['', 'glove', '__proto__'])('is not of a device called %j', (pointerType) => {
    const { recording } = started();
    send('pointermove', 0, 1, 1, { pointerType });
    expect(recording.count).toBe(0);
  });

  it('is marked when a script made an event', () => {
    const { recording } = started();
    send('pointermove', 0, 1, 1);
    send('pointermove', 20, 1, 1, { trusted: false, button: 0 });
    const { events, flags } = only(recording.take());
    expect([events.map(([kind]) => kind), flags]).toEqual([[0, 0], { untrusted: true }]);
  });

  it('measures the step of the clock', () => {
    const { recording } = started();
    for (let i = 0; i < 8; i++) {
      send('pointermove', i * 100, 1, 1);
    }
    expect(only(recording.take()).clockStep).toBe(1_000);
  });

  it('keeps the last events where nobody takes them, and says that others are lost', () => {
    const { recording, time } = started({ capacity: 256 });
    for (let i = 0; i < 1_000; i++) {
      send('pointermove', i * 8, i, 0);
    }
    const sample = only(recording.take());
    expect([sample.events.length, sample.flags]).toEqual([256, { lost: true }]);
    expect(sample.events.at(-1)?.[2]).toBe(9_990);
    expect(time.pending).toBe(0);
  });
});

describe('another sample begins', () => {
  it('when the device changes, also for the wheel', () => {
    const { recording } = started();
    send('pointermove', 0, 1, 1);
    send('pointerdown', 10, 1, 1, { pointerType: 'touch', buttons: 1 });
    send('pointermove', 20, 1, 1, { pointerType: 'pen' });
    send('wheel', 30, 1, 1);
    send('pointermove', 40, 1, 1);
    expect(recording.take().map(({ device, events }) => [device, events.length])).toEqual([
      ['mouse', 1],
      ['touch', 1],
      ['pen', 1],
      ['mouse', 2],
    ]);
  });

  it('when the viewport changes, and not for a resize that changes nothing', () => {
    const { recording } = started();
    resize(800, 600);
    send('pointermove', 0, 1, 1);
    resize(800, 600);
    send('pointermove', 10, 1, 1);
    resize(800.4, 0);
    send('pointermove', 20, 1, 1);
    const samples = recording.take();
    expect(samples.map(({ viewport, events }) => [viewport, events.length])).toEqual([
      [[800, 600], 2],
      [[800, 1], 1],
    ]);
    expect(samples.map((sample) => parsePointerSample(sample).version)).toEqual([1, 1]);
  });

  it('when the pixel ratio changes', () => {
    const { recording } = started();
    const ratio = vi.spyOn(window, 'devicePixelRatio', 'get').mockReturnValue(1.25);
    send('pointermove', 0, 1, 1);
    ratio.mockReturnValue(2);
    send('pointermove', 10, 1, 1);
    expect(recording.take().map(({ pixelRatio }) => pixelRatio)).toEqual([1_250, 2_000]);
  });

  it('when the page was hidden; nothing is recorded meanwhile', () => {
    const { recording } = started();
    send('pointermove', 0, 1, 1);
    hide(true);
    send('pointermove', 10, 1, 1);
    send('wheel', 20, 1, 1);
    expect(recording.count).toBe(1);
    hide(false);
    send('pointermove', 30, 1, 1);
    expect(recording.take()).toHaveLength(2);
  });

  it('when the page was put away and came back, and no button is down then', () => {
    const { recording } = started();
    send('pointerdown', 0, 1, 1, { buttons: 1 });
    window.dispatchEvent(new Event('pagehide'));
    window.dispatchEvent(new Event('pageshow'));
    send('pointercancel', 10, 1, 1);
    send('pointermove', 20, 1, 1);
    expect(recording.take().map(({ events }) => events.map(([kind]) => kind))).toEqual([[1], [0]]);
  });
});

describe('what is left out', () => {
  function pad(attribute = 'data-tacit-ignore'): HTMLElement {
    const element = place.appendChild(document.createElement('div'));
    element.setAttribute(attribute, '');
    return element.appendChild(document.createElement('button'));
  }

  it('is all that happens in an element with the attribute, and the sample is cut there', () => {
    const { recording } = started();
    const key = pad();
    send('pointermove', 0, 1, 1);
    for (const type of ['pointermove', 'pointerdown', 'pointerup', 'pointercancel', 'wheel']) {
      send(type, 10, 777, 777, { buttons: type === 'pointerdown' ? 1 : 0 }, key);
    }
    send('pointermove', 20, 2, 2);
    const samples = recording.take();
    expect(samples.map(({ events }) => events)).toEqual([[[0, 0, 10, 10]], [[0, 0, 20, 20]]]);
    expect(JSON.stringify(samples)).not.toContain('777');
  });

  it('is what a selector names, beside the attribute', () => {
    const { recording } = started({ ignore: '.pin, [data-quiet]' });
    for (const attribute of ['data-quiet', 'data-tacit-ignore']) {
      send('pointerdown', 0, 1, 1, { buttons: 1 }, pad(attribute));
    }
    expect(recording.count).toBe(0);
    send('pointerdown', 0, 1, 1, { buttons: 1 }, pad('data-other'));
    expect(recording.count).toBe(1);
  });

  it('is what comes with the first event after it, which may have been over it', () => {
    const { recording } = started();
    send('pointermove', 0, 777, 777, {}, pad());
    send('pointermove', 16, 2, 2, {
      coalesced: [
        [8, 777, 777],
        [16, 2, 2],
      ],
    });
    expect(only(recording.take()).events).toEqual([[0, 0, 20, 20]]);
  });

  it('is what lies in the shadow tree of a component, marked inside or around it', () => {
    const { recording } = started();
    const inside = place.appendChild(document.createElement('section')).attachShadow({ mode: 'open' });
    const marked = inside.appendChild(document.createElement('div'));
    marked.setAttribute('data-tacit-ignore', '');
    send('pointerdown', 0, 1, 1, { buttons: 1 }, marked.appendChild(document.createElement('button')));
    const host = pad().appendChild(document.createElement('section'));
    const deep = host.attachShadow({ mode: 'open' }).appendChild(document.createElement('section'));
    const deepest = deep.attachShadow({ mode: 'open' }).appendChild(document.createElement('button'));
    send('pointerdown', 10, 1, 1, { buttons: 1 }, deepest);
    expect(recording.count).toBe(0);
    const closer = started({}, deepest);
    send('pointerdown', 20, 1, 1, { buttons: 1 }, deepest);
    expect(closer.recording.count).toBe(0);
    send('pointerdown', 30, 1, 1, { buttons: 1 }, inside.appendChild(document.createElement('button')));
    expect(recording.count).toBe(1);
  });

  it('is what a component puts into a part of itself that is marked', () => {
    const { recording } = started();
    const host = place.appendChild(document.createElement('section'));
    const key = host.appendChild(document.createElement('div')).appendChild(document.createElement('button'));
    const marked = host.attachShadow({ mode: 'open' }).appendChild(document.createElement('div'));
    marked.setAttribute('data-tacit-ignore', '');
    const slot = marked.appendChild(document.createElement('slot'));
    Object.defineProperty(host.firstElementChild, 'assignedSlot', { value: slot });
    send('pointerdown', 0, 777, 777, { buttons: 1 }, key);
    expect(recording.count).toBe(0);
  });

  it.each(['mouse', 'touch', 'pen'])('is the end of a press of a %s that began there, though the element is gone', (pointerType) => {
    const { recording } = started();
    const key = pad();
    const init = { pointerType, pointerId: 7, buttons: 1 };
    send('pointerdown', 0, 777, 777, init, key);
    key.parentElement!.remove();
    send('pointermove', 10, 777, 777, init);
    send('pointerup', 60, 777, 777, { ...init, buttons: 0 });
    expect(recording.count).toBe(0);
    send('pointerdown', 1_000, 10, 10, { ...init, pointerId: 8 });
    send('pointerup', 1_050, 10, 10, { ...init, pointerId: 8, buttons: 0 });
    expect(only(recording.take()).events.map(([kind]) => kind)).toEqual([1, 3]);
  });

  it('is the place of an element that is gone, until the pointer leaves it or presses', () => {
    const { recording } = started();
    const clicked = () => {
      const key = pad();
      vi.spyOn(key.parentElement!, 'getBoundingClientRect').mockReturnValue(new DOMRect(700, 700, 100, 100));
      send('pointerdown', 0, 777, 777, { buttons: 1 }, key);
      send('pointerup', 60, 777, 777, {}, key);
      key.parentElement!.remove();
      send('pointermove', 100, 776, 770);
      send('wheel', 110, 776, 770);
      send('pointermove', 120, 750, 705);
      expect(recording.count).toBe(0);
    };
    clicked();
    send('pointermove', 200, 730, 690);
    send('pointermove', 220, 750, 750);
    expect(only(recording.take()).events).toEqual([
      [0, 0, 7_300, 6_900],
      [0, 200, 7_500, 7_500],
    ]);
    clicked();
    send('pointerdown', 300, 710, 710, { buttons: 1 });
    send('pointerup', 350, 710, 710);
    expect(only(recording.take()).events.map(([kind]) => kind)).toEqual([1, 3]);
  });

  it('is what happens beside the element that is recorded', () => {
    const element = place.appendChild(document.createElement('section'));
    const { recording } = started({}, element);
    send('pointermove', 0, 1, 1);
    send('pointermove', 10, 1, 1, {}, element);
    expect(recording.count).toBe(1);
  });

  it('the same path gives the same bytes wherever it leads, and what lies there is not in them', () => {
    const step = fc.record({ gap: fc.integer({ min: 1, max: 3_000 }), x: fc.integer({ min: -50, max: 900 }), text: fc.string() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const bytes = (targetOf: (text: string) => HTMLElement) => {
          const { recording } = started();
          let time = 0;
          for (const { gap, x, text } of steps) {
            time += gap;
            send(x % 3 ? 'pointermove' : 'pointerdown', time, x, x / 7, { buttons: x % 3 ? 0 : 1 }, targetOf(text));
          }
          const samples = recording.take();
          recording.destroy();
          return JSON.stringify(samples);
        };
        const other = (text: string) => {
          const element = place.appendChild(document.createElement('button'));
          element.textContent = text;
          element.id = text;
          return element;
        };
        expect(bytes(other)).toBe(bytes(() => place));
      }),
      { numRuns: process.env.TACIT_SOAK === '1' ? 1_000 : 50 },
    );
  });
});

describe('handing over', () => {
  it('is done 20 s after the first event, at a rest, by a timer that ends then', () => {
    const { samples, move, time } = handing();
    expect(time.pending).toBe(0);
    move(21, 990);
    expect(samples).toHaveLength(0);
    expect(time.pending).toBe(1);
    time.advance(1_000);
    expect(only(samples).events).toHaveLength(21);
    expect(time.pending).toBe(0);
    move(1);
    expect(time.pending).toBe(1);
  });

  it('waits for a rest, but not longer than as long again', () => {
    const { samples, move } = handing({ everyMs: 2_000, capacity: 2_000 });
    move(399);
    expect(samples).toHaveLength(0);
    move(2);
    expect(only(samples).events).toHaveLength(400);
  });

  it('is done when the buffer is full, so that nothing is lost', () => {
    const { samples, move, recording } = handing({ capacity: 256 });
    move(600);
    expect(samples.map(({ events, flags }) => [events.length, flags])).toEqual([
      [256, {}],
      [256, {}],
    ]);
    expect(recording.count).toBe(88);
  });

  it('loses nothing of moves that come together when the buffer is nearly full', () => {
    const { samples, move, recording } = handing({ capacity: 256 });
    move(255);
    const coalesced = Array.from({ length: 300 }, (_, i): [number, number, number] => [2_600 + i * 4, i, i]);
    send('pointermove', 3_796, 299, 299, { coalesced, pointerType: 'mouse' });
    recording.flush();
    expect(samples.map(({ events, flags }) => [events.length, flags])).toEqual([
      [256, {}],
      [256, {}],
      [43, {}],
    ]);
    expect(samples.map((sample) => parsePointerSample(sample).device)).toEqual(['mouse', 'mouse', 'mouse']);
  });

  it.each(['stop', 'destroy', 'take', 'flush'] as const)('may be followed by %s() while moves that came together are read', (end) => {
    const samples: PointerSample[] = [];
    const { recording, time } = started({
      capacity: 256,
      onSample(sample) {
        samples.push(sample);
        recording[end]();
      },
    });
    const coalesced = Array.from({ length: 600 }, (_, i): [number, number, number] => [i * 4, i, i]);
    send('pointermove', 0, 0, 0);
    send('pointermove', 2_396, 599, 599, { coalesced });
    const going = end === 'take' || end === 'flush';
    expect([samples.length, recording.count, time.pending]).toEqual(going ? [2, 88, 1] : [1, 0, 0]);
    expect(samples.every((sample) => parsePointerSample(sample).events.length === 256)).toBe(true);
  });

  it('goes on with the samples that follow one that is refused', () => {
    const devices: string[] = [];
    const { recording } = started({
      onSample({ device }) {
        devices.push(device);
        throw new Error(device);
      },
    });
    for (const [index, pointerType] of ['mouse', 'pen', 'touch'].entries()) {
      send('pointermove', index * 10, 1, 1, { pointerType });
    }
    expect(() => recording.flush()).toThrow('mouse');
    expect([devices, recording.count]).toEqual([['mouse', 'pen', 'touch'], 0]);
  });

  it('is done by flush(), stop() and a page that is hidden or put away, and take() takes it away', () => {
    const { samples, move, recording, time } = handing();
    const deeds = [
      () => recording.flush(),
      () => hide(true),
      () => {
        hide(false);
        move(1);
        window.dispatchEvent(new Event('pagehide'));
      },
      () => recording.stop(),
    ];
    for (const [index, deed] of deeds.entries()) {
      move(2);
      deed();
      expect(samples.length).toBe(index + 1);
      expect([recording.count, time.pending]).toEqual([0, 0]);
    }
    recording.start();
    move(2);
    expect(recording.take()).toHaveLength(1);
    recording.flush();
    expect([samples.length, time.pending]).toEqual([4, 0]);
  });

  it('without onSample flush() takes nothing, and what was recorded outlives stop()', () => {
    const { recording } = started();
    send('pointermove', 0, 1, 1);
    recording.flush();
    recording.stop();
    recording.start();
    send('pointermove', 10, 1, 1);
    expect(recording.take()).toHaveLength(2);
  });

  it('ends with whoever destroys it', () => {
    let count = 0;
    const { recording, time } = started({
      onSample() {
        count++;
        recording.destroy();
      },
    });
    send('pointermove', 0, 1, 1);
    send('pointermove', 10, 1, 1, { pointerType: 'pen' });
    recording.flush();
    expect([count, recording.state, recording.count, time.pending]).toEqual([1, 'destroyed', 0, 0]);
  });
});

describe('life', () => {
  it('listens to nothing before start() and to nothing after stop() and destroy()', () => {
    const controller = new AbortController();
    const count = countListeners(document, window, document.body, controller.signal);
    const recording = recordPointer(document, { signal: controller.signal });
    expect(count()).toEqual([0, 0, 0, 1]);
    send('pointermove', 0, 1, 1);
    recording.start();
    recording.start();
    expect(recording.count).toBe(0);
    expect(count()).toEqual([6, 2, 0, 1]);
    recording.stop();
    recording.stop();
    expect(count()).toEqual([0, 0, 0, 1]);
    recording.start();
    send('pointermove', 0, 1, 1);
    recording.destroy();
    recording.destroy();
    expect(count()).toEqual([0, 0, 0, 0]);
    expect([recording.state, recording.count, recording.take()]).toEqual(['destroyed', 0, []]);
    expect(() => recording.start()).toThrow(expect.objectContaining({ code: 'ERR_CAPTURE_DESTROYED' }));
  });

  it('all its listeners are passive and in the capture phase, and nothing is prevented', () => {
    const add = vi.spyOn(place, 'addEventListener');
    started({}, place);
    expect(add.mock.calls.map(([type]) => type)).toEqual(['pointermove', 'pointerdown', 'pointerup', 'pointercancel', 'wheel']);
    for (const [, , options] of add.mock.calls) {
      expect(options).toEqual({ capture: true, passive: true });
    }
    expect(send('pointerdown', 0, 1, 1, { buttons: 1 }).defaultPrevented).toBe(false);
    expect(send('wheel', 0, 1, 1).defaultPrevented).toBe(false);
  });

  it('an aborted signal destroys it, before or after', () => {
    expect(recordPointer(document, { signal: AbortSignal.abort() }).state).toBe('destroyed');
    const controller = new AbortController();
    const { recording } = started({ signal: controller.signal });
    controller.abort();
    expect(recording.state).toBe('destroyed');
  });

  it('a document that no window shows is refused at start()', () => {
    const recording = recordPointer(document.implementation.createHTMLDocument());
    expect(() => recording.start()).toThrow(expect.objectContaining({ code: 'ERR_CAPTURE_NO_DOCUMENT' }));
  });

  it('every sample of any events is one that the server reads', () => {
    const number = fc.oneof(fc.integer({ min: -2_000, max: 2_000 }), fc.double({ min: -1e9, max: 1e9, noNaN: true }));
    const event = fc.record({
      type: fc.constantFrom('pointermove', 'pointerdown', 'pointerup', 'pointercancel', 'wheel', 'hide', 'take'),
      pointerType: fc.constantFrom('mouse', 'touch', 'pen', ''),
      buttons: fc.nat(7),
      button: fc.integer({ min: -1, max: 5 }),
      step: fc.oneof(fc.integer({ min: -100, max: 2_000 }), fc.integer({ min: 0, max: 4_000_000 })),
      x: number,
      y: number,
      trusted: fc.boolean(),
      coalesced: fc.option(fc.array(fc.tuple(fc.double({ min: -100, max: 1e7, noNaN: true }), number, number), { maxLength: 400 }), {
        nil: [] as never[],
        freq: 2,
      }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.boolean(), (events, handed) => {
        const samples: PointerSample[] = [];
        const { recording } = started({ capacity: 256, ...(handed && { onSample: (sample: PointerSample) => samples.push(sample) }) });
        let time = 0;
        let sent = 0;
        for (const { type, step, x, y, ...init } of events) {
          time += step;
          if (type === 'hide') window.dispatchEvent(new Event('pagehide'));
          else if (type === 'take') samples.push(...recording.take());
          else {
            sent += 1 + init.coalesced.length;
            send(type, time, x, y, init);
          }
        }
        samples.push(...recording.take());
        recording.destroy();
        expect(samples.reduce((sum, sample) => sum + sample.events.length, 0)).toBeLessThanOrEqual(sent);
        for (const sample of samples) {
          expect(parsePointerSample(JSON.stringify(sample)).events.length).toBeGreaterThan(0);
          expect(handed && sample.flags.lost).not.toBe(true);
        }
      }),
      { numRuns: process.env.TACIT_SOAK === '1' ? 2_000 : 100 },
    );
  });
});

describe('arguments', () => {
  const cases: [string, unknown, object | null, new (message: string) => Error][] = [
    ['target', null, {}, TypeError],
    ['target', { ownerDocument: {} }, {}, TypeError],
    ['options', undefined, null, TypeError],
    ['onSample', undefined, { onSample: 5 }, TypeError],
    ['ignore', undefined, { ignore: 5 }, TypeError],
    ['ignore', undefined, { ignore: '[' }, TypeError],
    ['everyMs', undefined, { everyMs: 999 }, RangeError],
    ['everyMs', undefined, { everyMs: 60_001 }, RangeError],
    ['capacity', undefined, { capacity: 255 }, RangeError],
    ['capacity', undefined, { capacity: 20_001 }, RangeError],
    ['capacity', undefined, { capacity: '256' }, TypeError],
    ['signal', undefined, { signal: {} }, TypeError],
    ['clock', undefined, { clock: 5 }, TypeError],
    ['timer', undefined, { timer: null }, TypeError],
  ];
  it.each(cases)('%s of a wrong kind or size is refused', (name, target, options, kind) => {
    const call = () => Reflect.apply(recordPointer, undefined, [target === undefined ? document : target, options]);
    expect(call).toThrow(kind);
    expect(call).toThrow(name);
  });
});
