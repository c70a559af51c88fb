import { POINTER_EVENT_KINDS, POINTER_LIMITS, parsePointerSample } from '@tacit-auth/features';
import { describe, expect, it, vi } from 'vitest';
import { createPointerBuffer, type PointerScene } from './pointer-buffer';

const scene: PointerScene = { device: 'mouse', pixelRatio: 1_000, viewport: [800, 600] };
const { move, press, wheel } = POINTER_EVENT_KINDS;

function filled(capacity: number, count: number) {
  const buffer = createPointerBuffer(capacity);
  buffer.begin(scene);
  for (let i = 0; i < count; i++) {
    buffer.add(move, i * 8, i, -i, true);
  }
  return buffer;
}

describe('createPointerBuffer', () => {
  it('gives tenths of a millisecond and of a pixel, from the first event', () => {
    const buffer = createPointerBuffer(8);
    buffer.begin(scene);
    buffer.add(move, 5_000.04, 10.25, -0.04, true);
    buffer.add(press, 5_016.72, 10.5, 3, true);
    expect(buffer.take()).toEqual([
      {
        version: 1,
        ...scene,
        events: [
          [0, 0, 103, 0],
          [1, 167, 105, 30],
        ],
        flags: {},
        clockStep: 1,
      },
    ]);
    expect(buffer.count).toBe(0);
    expect(buffer.take()).toEqual([]);
  });

  it('keeps the last of what comes within 4 ms, of moves and of turns of the wheel, but every press', () => {
    const buffer = createPointerBuffer(8);
    buffer.begin(scene);
    for (const [kind, time] of [
      [move, 0],
      [move, 3.9],
      [move, 4],
      [press, 4.1],
      [press, 4.2],
      [wheel, 4.3],
      [wheel, 4.4],
      [move, 4.5],
    ] as const) {
      buffer.add(kind, time, time, 0, true);
    }
    expect(buffer.take()[0]?.events).toEqual([
      [0, 0, 39, 0],
      [0, 1, 40, 0],
      [1, 2, 41, 0],
      [1, 3, 42, 0],
      [5, 5, 44, 0],
      [0, 6, 45, 0],
    ]);
  });

  it('when it is full the oldest go, and the oldest sample says so', () => {
    const exact = filled(16, 16).take();
    expect([exact[0]?.events.length, exact[0]?.flags]).toEqual([16, {}]);
    const buffer = filled(16, 50);
    expect(buffer.count).toBe(16);
    const [sample] = buffer.take();
    expect(sample?.flags).toEqual({ lost: true });
    expect(sample?.events[0]).toEqual([0, 0, 340, -340]);
    expect(sample?.events.at(-1)).toEqual([0, 1_200, 490, -490]);
  });

  it('drops whole samples that have gone, and gives the others their own scene and marks', () => {
    const buffer = filled(16, 10);
    buffer.begin({ ...scene, device: 'touch' });
    buffer.add(press, 100, 1, 1, false);
    buffer.begin({ ...scene, device: 'pen' });
    for (let i = 0; i < 14; i++) {
      buffer.add(move, 200 + i * 8, 2, 2, true);
    }
    const samples = buffer.take();
    expect(samples.map(({ device, events, flags }) => [device, events.length, flags])).toEqual([
      ['mouse', 1, { lost: true }],
      ['touch', 1, { untrusted: true }],
      ['pen', 14, {}],
    ]);
    const gone = filled(16, 10);
    gone.begin({ ...scene, device: 'pen' });
    for (let i = 0; i < 16; i++) {
      gone.add(move, 200 + i * 8, 2, 2, true);
    }
    expect(gone.take().map(({ device, events, flags }) => [device, events.length, flags])).toEqual([['pen', 16, { lost: true }]]);
  });

  it('repairs times that run backwards and begins a new sample after an hour', () => {
    const buffer = createPointerBuffer(8);
    buffer.begin(scene);
    buffer.add(press, 100, 0, 0, true);
    buffer.add(move, 50, 0, 0, true);
    buffer.add(move, 3_600_100, 0, 0, true);
    buffer.add(move, 3_600_110, 0, 0, true);
    const samples = buffer.take();
    expect(samples.map(({ events }) => events.map(([, time]) => time))).toEqual([[0, 0, POINTER_LIMITS.maxTime], [0]]);
    for (const sample of samples) {
      expect(parsePointerSample(JSON.stringify(sample)).device).toBe('mouse');
    }
  });

  it('keeps places within the bounds of the wire', () => {
    const buffer = createPointerBuffer(8);
    buffer.begin(scene);
    buffer.add(press, 0, 1e7, -1e7, true);
    const [sample] = buffer.take();
    expect(sample?.events).toEqual([[1, 0, POINTER_LIMITS.maxCoordinate, -POINTER_LIMITS.maxCoordinate]]);
    expect(parsePointerSample(sample).events).toHaveLength(1);
  });

  it('keeps no place in memory once it was taken or cleared', () => {
    const made: Int32Array[] = [];
    vi.stubGlobal(
      'Int32Array',
      class extends Int32Array {
        constructor(length: number) {
          super(length);
          made.push(this);
        }
      },
    );
    try {
      const taken = filled(16, 40);
      expect(made.some((places) => places.some(Boolean))).toBe(true);
      taken.take();
      filled(16, 40).clear();
      expect(made.some((places) => places.some(Boolean))).toBe(false);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('is empty when cleared', () => {
    const buffer = filled(16, 40);
    buffer.clear();
    expect([buffer.count, buffer.take()]).toEqual([0, []]);
    buffer.begin(scene);
    buffer.add(press, 9, 0, 0, true);
    expect(buffer.take()[0]?.flags).toEqual({});
  });
});
