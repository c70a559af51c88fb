import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { countListeners, fieldDriver, manualTime, typeText } from './test-support';
import { type MeterReading, typingMeter } from './typing-meter';

function metered(target: string) {
  const time = manualTime(1_000);
  const driver = fieldDriver();
  const readings: MeterReading[] = [];
  const meter = typingMeter(driver.input, { target, clock: time.clock, onChange: (reading) => readings.push(reading) });
  meter.start();
  const put = (value: string) => {
    driver.input.value = value;
    driver.send(new Event('input'), time.now);
  };
  return { time, driver, meter, readings, put };
}

describe('typingMeter', () => {
  it('starts empty', () => {
    const { meter } = metered('ab');
    expect(meter.reading).toEqual({
      wpm: 0,
      accuracy: 100,
      durationMs: 0,
      keys: 0,
      letters: ['pending', 'pending'],
      extra: 0,
      complete: false,
    });
  });

  it('measures from the first key: 10 letters in 6 s are 20 words a minute', () => {
    const { time, driver, readings, put } = metered('abcdefghij');
    driver.send(new KeyboardEvent('keydown', { code: 'KeyA', key: 'a' }), 0);
    time.advance(6_000);
    put('abcdefghij');
    expect(readings).toHaveLength(1);
    expect(readings[0]).toMatchObject({ wpm: 20, accuracy: 100, durationMs: 6_000, complete: true });
  });

  it('tells right, wrong, missing and extra letters', () => {
    const { meter, put } = metered('abcd');
    put('axc');
    expect(meter.reading).toMatchObject({ letters: ['right', 'wrong', 'right', 'pending'], extra: 0, complete: false });
    expect(meter.reading.accuracy).toBeCloseTo(66.67, 2);
    put('abcdef');
    expect(meter.reading).toMatchObject({ extra: 2, complete: false });
    expect(meter.reading.accuracy).toBeCloseTo(66.67, 2);
    put('abcd');
    expect(meter.reading).toMatchObject({ accuracy: 100, complete: true });
  });

  it('counts letters, not code units, and takes composed and decomposed ones as equal', () => {
    const { meter, put } = metered('😀é');
    put('😀e\u0301');
    expect(meter.reading).toMatchObject({ letters: ['right', 'right'], complete: true });
  });

  it('counts keys, without auto-repeat, or changes where keys have no names', () => {
    const keyboard = metered('aa');
    keyboard.driver.send(new KeyboardEvent('keydown', { code: 'KeyA', key: 'a' }), 0);
    keyboard.put('a');
    keyboard.driver.send(new KeyboardEvent('keydown', { code: 'KeyA', key: 'a', repeat: true }), 0);
    keyboard.put('aa');
    expect(keyboard.meter.reading.keys).toBe(1);
    const glass = metered('aa');
    glass.driver.send(new KeyboardEvent('keydown', { code: '', key: 'Unidentified' }), 0);
    glass.put('a');
    glass.put('aa');
    expect(glass.meter.reading.keys).toBe(2);
  });

  it('begins anew after reset()', () => {
    const { time, meter, put } = metered('ab');
    put('a');
    time.advance(10_000);
    meter.reset();
    expect(meter.reading).toMatchObject({ keys: 0, durationMs: 0, letters: ['pending', 'pending'] });
    put('ab');
    expect(meter.reading).toMatchObject({ durationMs: 0, wpm: 0 });
  });

  it('is finite and within its ranges for every text', () => {
    const { time, meter, put } = metered('some target');
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.nat(1_000), (value, ms) => {
        time.advance(ms);
        put(value);
        const { wpm, accuracy, letters, extra } = meter.reading;
        expect(Number.isFinite(wpm) && wpm >= 0 && accuracy >= 0 && accuracy <= 100 && extra >= 0).toBe(true);
        expect(letters).toHaveLength(11);
      }),
      { numRuns: process.env.TACIT_SOAK === '1' ? 2_000 : 100 },
    );
  });

  it('listens from start() to stop() or destroy() only', () => {
    const driver = fieldDriver();
    const count = countListeners(driver.input, document, window);
    const onChange = vi.fn();
    const meter = typingMeter(driver.input, { target: 'a', onChange, clock: () => 0 });
    typeText(driver, 'a');
    expect([count(), onChange.mock.calls.length]).toEqual([[0, 0, 0], 0]);
    meter.start();
    meter.start();
    expect(count()).toEqual([2, 0, 0]);
    meter.stop();
    expect(count()).toEqual([0, 0, 0]);
    meter.start();
    meter.destroy();
    expect(count()).toEqual([0, 0, 0]);
    expect(() => meter.start()).toThrow(expect.objectContaining({ code: 'ERR_CAPTURE_DESTROYED' }));
  });

  it.each([
    ['input', null, {}, TypeError],
    ['options', undefined, null, TypeError],
    ['target', undefined, { target: 5 }, TypeError],
    ['target', undefined, { target: '' }, RangeError],
    ['target', undefined, { target: 'x'.repeat(2_001) }, RangeError],
    ['onChange', undefined, { onChange: undefined }, TypeError],
    ['clock', undefined, { clock: 1 }, TypeError],
  ])('refuses a wrong %s', (name, input, options, kind) => {
    const given = options === null ? null : { target: 'a', onChange() {}, ...options };
    const call = () => Reflect.apply(typingMeter, undefined, [input === undefined ? fieldDriver().input : input, given]);
    expect(call).toThrow(kind);
    expect(call).toThrow(name);
  });
});
