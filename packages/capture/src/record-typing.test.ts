import { fixedTextVector, parseTypingSample, TYPING_LIMITS } from '@tacit-auth/features';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CaptureError } from './errors';
import { MAX_HOLD, MAX_KEYS, MAX_TIME } from './key-buffer';
import { recordTyping } from './record-typing';
import { countListeners, type FieldDriver, fieldDriver, manualTime, typeText } from './test-support';

const secret = { mode: 'secret', field: 'password' } as const;
const text = { mode: 'text', field: 'phrase' } as const;

function started(options: Parameters<typeof recordTyping>[1] = secret, driver: FieldDriver<HTMLInputElement> = fieldDriver()) {
  const recording = recordTyping(driver.input, options);
  recording.start();
  return { driver, recording };
}

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return error instanceof CaptureError ? error.code : String(error);
  }
  return undefined;
}

afterEach(() => vi.restoreAllMocks());

describe('times', () => {
  it('are integers of 0.1 ms from the first press, under roll-over', () => {
    const { driver, recording } = started();
    driver.down('KeyA', 'a', 5_000.04);
    driver.down('KeyB', 'b', 5_100.07);
    driver.up('KeyA', 'a', 5_130.26);
    driver.up('KeyB', 'b', 5_190);
    expect(recording.count).toBe(2);
    const sample = recording.finish();
    expect(sample.keys).toEqual([
      [null, 0, 1_302],
      [null, 1_000, 1_900],
    ]);
    expect(sample).toMatchObject({ version: 1, mode: 'secret', field: 'password', flags: {}, device: 'keyboard' });
    expect(recording.state).toBe('finished');
  });

  it('leave auto-repeat out', () => {
    const { driver, recording } = started();
    driver.down('KeyA', 'a', 0);
    driver.down('KeyA', 'a', 500, { repeat: true });
    driver.down('KeyA', 'a', 530, { repeat: true });
    driver.up('KeyA', 'a', 560);
    const sample = recording.finish();
    expect(sample.keys).toEqual([[null, 0, 5_600]]);
    expect(sample.flags).toEqual({});
  });

  it.each([
    ['the field loses the focus', ({ driver }: { driver: FieldDriver<HTMLInputElement> }) => driver.send(new FocusEvent('blur'), 50)],
    [
      'the page is hidden',
      () => {
        vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
        document.dispatchEvent(new Event('visibilitychange'));
      },
    ],
  ])('a release lost because %s is null, and a late one is ignored', (_, lose) => {
    const { driver, recording } = started();
    driver.down('KeyA', 'a', 0);
    lose({ driver });
    driver.up('KeyA', 'a', 9_000);
    driver.down('KeyB', 'b', 9_100);
    driver.up('KeyB', 'b', 9_180);
    expect(recording.finish().keys).toEqual([
      [null, 0, null],
      [null, 91_000, 91_800],
    ]);
  });

  it('a page that is shown again loses nothing', () => {
    const { driver, recording } = started();
    driver.down('KeyA', 'a', 0);
    document.dispatchEvent(new Event('visibilitychange'));
    driver.up('KeyA', 'a', 80);
    expect(recording.finish().keys).toEqual([[null, 0, 800]]);
  });

  it('a second press without a release leaves the first one open', () => {
    const { driver, recording } = started();
    driver.down('KeyA', 'a', 0);
    driver.down('KeyA', 'a', 200);
    driver.up('KeyA', 'a', 280);
    expect(recording.finish().keys).toEqual([
      [null, 0, null],
      [null, 2_000, 2_800],
    ]);
  });

  it('a key that was down before start() is no press', () => {
    const { driver, recording } = started();
    driver.up('KeyQ', 'q', 10);
    expect(recording.finish().keys).toEqual([]);
  });

  it('a hold of more than 60 s is a lost release', () => {
    const { driver, recording } = started();
    driver.down('KeyA', 'a', 0);
    driver.up('KeyA', 'a', 60_000.1);
    expect(recording.finish().keys).toEqual([[null, 0, null]]);
  });
});

describe('secret mode', () => {
  it('leaves modifiers, Enter, Tab and shortcuts out', () => {
    const { driver, recording } = started();
    driver.down('ShiftLeft', 'Shift', 0);
    driver.down('KeyA', 'A', 50, { shiftKey: true });
    driver.up('KeyA', 'A', 100);
    driver.up('ShiftLeft', 'Shift', 120);
    driver.down('KeyC', 'c', 150, { ctrlKey: true });
    driver.down('KeyC', 'c', 160, { metaKey: true });
    driver.down('CapsLock', 'CapsLock', 170);
    driver.down('Tab', 'Tab', 180);
    driver.down('F5', 'F5', 190);
    driver.down('Enter', 'Enter', 200);
    expect(recording.finish()).toMatchObject({ keys: [[null, 0, 500]], flags: {} });
  });

  it('takes characters that AltGr writes', () => {
    const { driver, recording } = started();
    const altGraph = new KeyboardEvent('keydown', { code: 'KeyQ', key: '@', ctrlKey: true });
    vi.spyOn(altGraph, 'getModifierState').mockImplementation((name) => name === 'AltGraph');
    driver.send(altGraph, 0);
    driver.change('insertText', '@', 0);
    expect(recording.finish().keys).toHaveLength(1);
  });

  it('gives the same bytes for other letters with the same timings', () => {
    const strokes = fc.array(fc.record({ letter: fc.nat(35), gap: fc.nat(4_000), hold: fc.nat(3_000) }), { minLength: 1, maxLength: 20 });
    const shuffled = fc.shuffledSubarray(
      Array.from({ length: 36 }, (_, i) => i),
      { minLength: 36 },
    );
    const runs = process.env.TACIT_SOAK === '1' ? 2_000 : 60;
    fc.assert(
      fc.property(strokes, shuffled, fc.boolean(), (typed, other, capitals) => {
        const bytes = (letterOf: (letter: number) => string) => {
          const { driver, recording } = started();
          const events = typed.flatMap(({ letter, hold }, index) => {
            const press = typed.slice(0, index).reduce((sum, { gap }) => sum + gap, 0);
            return [
              { time: press, letter, isDown: true },
              { time: press + hold, letter, isDown: false },
            ];
          });
          for (const { time, letter, isDown } of events.sort((a, b) => a.time - b.time)) {
            const key = letterOf(letter);
            const code = /\d/.test(key) ? `Digit${key}` : `Key${key.toUpperCase()}`;
            isDown ? driver.down(code, key, time / 10) : driver.up(code, key, time / 10);
          }
          return JSON.stringify(recording.finish());
        };
        const letter = (index: number) => index.toString(36);
        const first = bytes(letter);
        expect(bytes((index) => (capitals ? letter(other[index]!).toUpperCase() : letter(other[index]!)))).toBe(first);
      }),
      { numRuns: runs },
    );
  });

  it('begins anew when the field is emptied', () => {
    const { driver, recording } = started();
    typeText(driver, 'wrong', 0);
    driver.down('KeyA', 'a', 900, { ctrlKey: true });
    driver.select(0, 5);
    driver.send(new MouseEvent('mouseup'), 950);
    driver.down('Delete', 'Delete', 1_000);
    driver.up('Delete', 'Delete', 1_050);
    expect(recording.count).toBe(0);
    typeText(driver, 'ab', 2_000);
    expect(recording.finish()).toMatchObject({
      keys: [
        [null, 0, 800],
        [null, 1_200, 2_000],
      ],
      flags: {},
    });
  });

  it('begins anew when the page empties the field', () => {
    const { driver, recording } = started();
    typeText(driver, 'wrong', 0);
    driver.input.value = '';
    typeText(driver, 'ab', 2_000);
    expect(recording.finish()).toMatchObject({
      keys: [
        [null, 0, 800],
        [null, 1_200, 2_000],
      ],
      flags: {},
    });
  });

  it('does not begin anew between a dead key and the letter under it', () => {
    const { driver, recording } = started();
    driver.down('Quote', 'Dead', 0);
    driver.up('Quote', 'Dead', 60);
    driver.down('KeyE', 'e', 100);
    driver.up('KeyE', 'e', 160);
    expect(recording.finish()).toMatchObject({
      keys: [
        [null, 0, 600],
        [null, 1_000, 1_600],
      ],
      flags: {},
    });
  });

  it('a dead key that opens a composition is not composed text', () => {
    const { driver, recording } = started();
    driver.down('Quote', 'Dead', 0, { keyCode: 229 });
    driver.up('Quote', 'Dead', 60);
    driver.down('KeyE', 'Process', 100, { keyCode: 229, isComposing: true });
    driver.change('insertCompositionText', 'é', 100, { isComposing: true });
    driver.up('KeyE', 'e', 160);
    const sample = recording.finish();
    expect(sample.keys).toHaveLength(2);
    expect(sample.flags).toEqual({});
  });
});

describe('text mode', () => {
  it('keeps codes, of modifiers and corrections too', () => {
    const { driver, recording } = started(text);
    driver.down('ShiftRight', 'Shift', 0);
    driver.down('KeyA', 'A', 50, { shiftKey: true });
    driver.up('KeyA', 'A', 100);
    driver.up('ShiftRight', 'Shift', 120);
    driver.down('KeyB', 'b', 200);
    driver.up('KeyB', 'b', 260);
    driver.down('Backspace', 'Backspace', 300);
    driver.up('Backspace', 'Backspace', 340);
    driver.down('Enter', 'Enter', 400);
    const sample = recording.finish();
    expect(sample.keys).toEqual([
      ['ShiftRight', 0, 1_200],
      ['KeyA', 500, 1_000],
      ['KeyB', 2_000, 2_600],
      ['Backspace', 3_000, 3_400],
    ]);
    expect(sample.flags).toEqual({ corrected: true });
  });

  it('keeps Enter where it writes a line', () => {
    const driver = fieldDriver('textarea');
    const recording = recordTyping(driver.input, text);
    recording.start();
    driver.down('KeyA', 'a', 0);
    driver.up('KeyA', 'a', 50);
    driver.down('Enter', 'Enter', 100);
    driver.up('Enter', 'Enter', 150);
    expect(recording.finish().keys.map(([key]) => key)).toEqual(['KeyA', 'Enter']);
  });

  it('names no key by a code that the wire does not allow', () => {
    const { driver, recording } = started(text);
    driver.down('<script>', 'a', 0);
    driver.down('K'.repeat(25), 'b', 100);
    const sample = recording.finish();
    expect(sample.keys.map(([key]) => key)).toEqual([null, null]);
    expect(parseTypingSample(JSON.stringify(sample)).keys).toHaveLength(2);
  });

  it('knows whether the target was typed', () => {
    const { driver, recording } = started({ ...text, target: 'caf\u00e9' });
    expect(recording.matchesTarget).toBe(false);
    driver.input.value = 'cafe\u0301';
    expect(recording.matchesTarget).toBe(true);
  });
});

describe('corrections', () => {
  const cases: [string, (driver: FieldDriver<HTMLInputElement>) => void][] = [
    ['Backspace', (driver) => driver.down('Backspace', 'Backspace', 500)],
    ['an arrow', (driver) => driver.down('ArrowLeft', 'ArrowLeft', 500)],
    ['Home', (driver) => driver.down('Home', 'Home', 500)],
    ['End', (driver) => driver.down('End', 'End', 500)],
    ['undo', (driver) => driver.change('historyUndo', '', 500)],
    [
      'a click into the text',
      (driver) => {
        driver.select(1, 1);
        driver.send(new MouseEvent('mouseup'), 500);
      },
    ],
    [
      'typing over a selection',
      (driver) => {
        driver.select(0, 3);
        driver.down('KeyX', 'x', 500);
      },
    ],
    [
      'typing in the middle',
      (driver) => {
        driver.select(1, 1);
        driver.down('KeyX', 'x', 500);
      },
    ],
  ];
  it.each(cases)('%s sets corrected', (_, correct) => {
    const { driver, recording } = started();
    typeText(driver, 'abc', 0);
    correct(driver);
    expect(recording.finish().flags).toEqual({ corrected: true });
  });

  it('a click behind the text changes nothing', () => {
    const { driver, recording } = started();
    typeText(driver, 'abc', 0);
    driver.send(new MouseEvent('mouseup'), 500);
    typeText(driver, 'd', 600);
    expect(recording.finish().flags).toEqual({});
  });

  it('a sample that begins behind other text is corrected, one that types over all of it is not', () => {
    const behind = started();
    behind.driver.input.value = 'old';
    behind.driver.select(3, 3);
    typeText(behind.driver, 'abc', 0);
    expect(behind.recording.finish().flags).toEqual({ corrected: true });
    const over = started();
    over.driver.input.value = 'old';
    over.driver.select(0, 3);
    typeText(over.driver, 'abc', 0);
    expect(over.recording.finish().flags).toEqual({});
  });
});

describe('flags', () => {
  const cases: [string, (driver: FieldDriver<HTMLInputElement>) => void, object][] = [
    ['paste', (driver) => driver.send(new Event('paste'), 10), { pasted: true }],
    ['pasted text', (driver) => driver.change('insertFromPaste', 'abc', 10), { pasted: true }],
    ['drop', (driver) => driver.send(new Event('drop'), 10), { dropped: true }],
    ['dropped text', (driver) => driver.change('insertFromDrop', 'abc', 10), { dropped: true }],
    ['a plain input event', (driver) => driver.change(undefined, 'abc', 10), { autofilled: true }],
    ['a replacement', (driver) => driver.change('insertReplacementText', 'abc', 10), { autofilled: true }],
    ['text without a key', (driver) => driver.change('insertText', 'abc', 10), { autofilled: true }],
    ['a word from a composition', (driver) => driver.change('insertCompositionText', 'abc', 10, { isComposing: true }), { composed: true }],
    [
      'an input method',
      (driver) => {
        driver.down('KeyA', 'Process', 10, { keyCode: 229 });
        driver.change('insertCompositionText', 'あ', 10, { isComposing: true });
      },
      { composed: true },
    ],
    [
      'a symbol panel beside a keyboard',
      (driver) => {
        typeText(driver, 'a', 0);
        driver.change('insertText', '😀', 900);
      },
      { composed: true },
    ],
    ['a script', (driver) => driver.send(new KeyboardEvent('keydown', { code: 'KeyA', key: 'a' }), 10, false), { untrusted: true }],
  ];
  it.each(cases)('%s', (_, act, flags) => {
    const { driver, recording } = started();
    act(driver);
    expect(recording.finish().flags).toEqual(flags);
  });

  it('the browser says that it filled the field', () => {
    const { driver, recording } = started();
    const matches = vi.spyOn(driver.input, 'matches').mockReturnValue(true);
    expect(recording.finish().flags).toEqual({ autofilled: true });
    expect(matches).toHaveBeenCalledWith(expect.stringContaining(':autofill'));
  });

  it('never prevents what is done', () => {
    const { driver } = started();
    for (const event of [
      new Event('paste', { cancelable: true }),
      new Event('drop', { cancelable: true }),
      new KeyboardEvent('keydown', { code: 'KeyA', key: 'a', cancelable: true }),
    ]) {
      driver.send(event, 0);
      expect(event.defaultPrevented).toBe(false);
    }
  });
});

describe('keyboards on glass', () => {
  function tap(driver: FieldDriver<HTMLInputElement>, letter: string, time: number): void {
    driver.send(new KeyboardEvent('keydown', { key: 'Unidentified', code: '', keyCode: 229 }), time);
    driver.change('insertText', letter, time + 1);
    driver.send(new KeyboardEvent('keyup', { key: 'Unidentified', code: '', keyCode: 229 }), time + 2);
  }

  it('give the press only', () => {
    const { driver, recording } = started();
    tap(driver, 'a', 0);
    tap(driver, 'b', 200);
    const sample = recording.finish();
    expect(sample).toMatchObject({
      keys: [
        [null, 0, null],
        [null, 2_000, null],
      ],
      flags: {},
      device: 'touch',
    });
    expect(fixedTextVector(parseTypingSample(sample))).toMatchObject({ hold: { length: 0 }, pressPress: { 0: 200 } });
  });

  it('a letter at a time inside a composition is no composed word; a whole word and a deletion are seen', () => {
    const { driver, recording } = started(text);
    const compose = (value: string, time: number) => {
      driver.send(new KeyboardEvent('keydown', { key: 'Unidentified', code: '', keyCode: 229, isComposing: true }), time);
      driver.select(0, driver.input.value.length);
      driver.change('insertCompositionText', value, time, { isComposing: true });
    };
    compose('h', 0);
    compose('he', 100);
    expect(recording.count).toBe(2);
    compose('hello', 200);
    compose('hell', 300);
    expect(recording.finish().flags).toEqual({ composed: true, corrected: true });
  });

  it('a tap behind other text is no whole entry', () => {
    const { driver, recording } = started();
    driver.input.value = 'old';
    driver.select(3, 3);
    tap(driver, 'a', 0);
    expect(recording.finish().flags).toEqual({ corrected: true });
  });
});

describe('bounds', () => {
  it('are those of the wire', () => {
    const { maxKeys, maxTime, maxHold } = TYPING_LIMITS;
    expect([MAX_KEYS, MAX_TIME, MAX_HOLD]).toEqual([maxKeys, maxTime, maxHold]);
  });

  it('stop after 2,000 keys and mark the sample, which stays readable', () => {
    const { driver, recording } = started();
    typeText(driver, 'a'.repeat(2_001), 0, 10, 5);
    const sample = recording.finish();
    expect(sample.keys).toHaveLength(2_000);
    expect(sample.flags).toEqual({ corrected: true });
    const vector = fixedTextVector(parseTypingSample(JSON.stringify(sample)));
    expect(vector).toMatchObject({ status: 'insufficient', reason: 'corrected' });
  });

  it('stop an hour after the first press', () => {
    const { driver, recording } = started();
    typeText(driver, 'a', 0);
    typeText(driver, 'b', 3_600_001);
    expect(recording.finish()).toMatchObject({ keys: [[null, 0, 800]], flags: { corrected: true } });
  });

  it('every sample of any events is one that the server reads', () => {
    const event = fc.record({
      what: fc.constantFrom('down', 'up', 'blur', 'empty', 'paste', 'tap'),
      code: fc.constantFrom('KeyA', 'KeyB', 'Backspace', 'ShiftLeft', 'Digit1', '', '../..'),
      // Also backwards, which no browser should do.
      step: fc.oneof(fc.integer({ min: -500_000, max: 500_000 }), fc.integer({ min: 0, max: 4_000_000_000 })),
      repeat: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), fc.constantFrom(secret, text), (events, options) => {
        const { driver, recording } = started(options);
        let time = 1_000;
        for (const { what, code, step, repeat } of events) {
          time += step / 1_000;
          const key = code === 'Backspace' ? code : code === 'ShiftLeft' ? 'Shift' : 'x';
          if (what === 'down') driver.down(code, key, time, { repeat });
          else if (what === 'up') driver.up(code, key, time);
          else if (what === 'blur') driver.send(new FocusEvent('blur'), time);
          else if (what === 'paste') driver.change('insertFromPaste', 'zz', time);
          else if (what === 'tap') driver.change('insertText', 'y', time);
          else driver.input.value = '';
        }
        const sample = recording.finish();
        expect(parseTypingSample(JSON.stringify(sample)).keys).toHaveLength(sample.keys.length);
      }),
      { numRuns: process.env.TACIT_SOAK === '1' ? 2_000 : 100 },
    );
  });
});

describe('life', () => {
  it('listens to nothing before start() and to nothing after finish() and destroy()', () => {
    const driver = fieldDriver();
    const { input } = driver;
    const controller = new AbortController();
    const page = input.ownerDocument;
    const count = countListeners(input, page, window, page.body, controller.signal);
    const recording = recordTyping(input, { ...secret, signal: controller.signal });
    expect(count()).toEqual([0, 0, 0, 0, 1]);
    typeText(driver, 'early');
    expect(recording.count).toBe(0);
    recording.start();
    recording.start();
    // The one on the document hears that the page was hidden.
    expect(count()).toEqual([8, 1, 0, 0, 1]);
    recording.finish();
    expect(count()).toEqual([0, 0, 0, 0, 1]);
    recording.start();
    typeText(driver, 'abc');
    recording.destroy();
    recording.destroy();
    expect(recording.count).toBe(0);
    expect(count()).toEqual([0, 0, 0, 0, 0]);
  });

  it('all its listeners are passive and in the capture phase', () => {
    const driver = fieldDriver();
    const add = vi.spyOn(driver.input, 'addEventListener');
    recordTyping(driver.input, secret).start();
    expect(add.mock.calls.length).toBeGreaterThan(4);
    for (const [, , options] of add.mock.calls) {
      expect(options).toEqual({ capture: true, passive: true });
    }
  });

  it('an aborted signal destroys it, before or after', () => {
    const before = recordTyping(fieldDriver().input, { ...secret, signal: AbortSignal.abort() });
    expect(before.state).toBe('destroyed');
    const controller = new AbortController();
    const { recording } = started({ ...secret, signal: controller.signal });
    controller.abort();
    expect(recording.state).toBe('destroyed');
    expect(codeOf(() => recording.start())).toBe('ERR_CAPTURE_DESTROYED');
  });

  it('finish() again gives the same sample, start() a new one', () => {
    const { driver, recording } = started();
    typeText(driver, 'abc');
    const first = recording.finish();
    expect(recording.finish()).toBe(first);
    expect(recording.count).toBe(3);
    recording.start();
    expect(recording.count).toBe(0);
    expect(recording.finish()).not.toBe(first);
  });

  it('reset() drops what was recorded and goes on', () => {
    const { driver, recording } = started();
    typeText(driver, 'abc');
    driver.send(new Event('paste'), 2_000);
    recording.reset();
    driver.input.value = '';
    typeText(driver, 'de', 3_000);
    expect(recording.finish()).toMatchObject({ keys: { length: 2 }, flags: {} });
    recording.reset();
    expect(recording.state).toBe('idle');
    expect(codeOf(() => recording.finish())).toBe('ERR_CAPTURE_NOT_STARTED');
  });

  it('a sample that was handed out does not change', () => {
    const { driver, recording } = started();
    typeText(driver, 'abc');
    const sample = recording.finish();
    const before = JSON.stringify(sample);
    recording.start();
    driver.input.value = '';
    typeText(driver, 'xyz1');
    expect(JSON.stringify(sample)).toBe(before);
  });
});

describe('finishWhenReleased', () => {
  function holding() {
    const time = manualTime();
    const { driver, recording } = started({ ...secret, timer: time.timer, clock: time.clock });
    driver.down('KeyA', 'a', 0);
    return { time, driver, recording };
  }

  it('waits for the key that is down, and takes no new one', async () => {
    const { time, driver, recording } = holding();
    const both = [recording.finishWhenReleased(), recording.finishWhenReleased()];
    driver.down('KeyB', 'b', 40);
    driver.up('KeyA', 'a', 70);
    const [first, second] = await Promise.all(both);
    expect(first?.keys).toEqual([[null, 0, 700]]);
    expect(second).toBe(first);
    expect(time.pending).toBe(0);
  });

  it('waits no longer than asked', async () => {
    const { time, driver, recording } = holding();
    const waiting = recording.finishWhenReleased({ timeoutMs: 250 });
    time.advance(249);
    expect(recording.state).toBe('recording');
    time.advance(1);
    driver.up('KeyA', 'a', 260);
    expect((await waiting).keys).toEqual([[null, 0, null]]);
  });

  it('does not wait when nothing is down', async () => {
    const { driver, recording } = holding();
    driver.up('KeyA', 'a', 70);
    const waiting = recording.finishWhenReleased();
    expect(recording.state).toBe('finished');
    expect((await waiting).keys).toHaveLength(1);
  });

  it('a finish() meanwhile ends the wait', async () => {
    const { recording } = holding();
    const waiting = recording.finishWhenReleased();
    const sample = recording.finish();
    expect(await waiting).toBe(sample);
  });

  it.each([
    ['destroy', 'ERR_CAPTURE_DESTROYED'],
    ['reset', 'ERR_CAPTURE_NOT_STARTED'],
  ] as const)('%s() meanwhile rejects with %s', async (deed, code) => {
    const { time, recording } = holding();
    const waiting = recording.finishWhenReleased();
    recording[deed]();
    await expect(waiting).rejects.toMatchObject({ code });
    expect(time.pending).toBe(0);
  });

  it('rejects a wait that is too long and a recording that never began', async () => {
    const { recording } = holding();
    await expect(recording.finishWhenReleased({ timeoutMs: 5_001 })).rejects.toThrow(RangeError);
    await expect(recordTyping(fieldDriver().input, secret).finishWhenReleased()).rejects.toMatchObject({ code: 'ERR_CAPTURE_NOT_STARTED' });
  });
});

describe('arguments', () => {
  const cases: [string, unknown[], new (message: string) => Error][] = [
    ['input', [null, secret], TypeError],
    ['input', [{ nodeName: 'DIV', addEventListener() {} }, secret], TypeError],
    ['options', [undefined, null], TypeError],
    ['mode', [undefined, { ...secret, mode: 'Secret' }], TypeError],
    ['field', [undefined, { ...secret, field: 7 }], TypeError],
    ['field', [undefined, { ...secret, field: '' }], RangeError],
    ['field', [undefined, { ...secret, field: 'a b' }], RangeError],
    ['field', [undefined, { ...secret, field: 'x'.repeat(65) }], RangeError],
    ['target', [undefined, { ...secret, target: 'hunter2' }], TypeError],
    ['target', [undefined, { ...text, target: '' }], RangeError],
    ['target', [undefined, { ...text, target: 'x'.repeat(2_001) }], RangeError],
    ['signal', [undefined, { ...secret, signal: {} }], TypeError],
    ['clock', [undefined, { ...secret, clock: 5 }], TypeError],
    ['timer', [undefined, { ...secret, timer: null }], TypeError],
    ['timer.clear', [undefined, { ...secret, timer: { set() {} } }], TypeError],
  ];
  it.each(cases)('%s of a wrong kind or size is refused', (name, [input, options], kind) => {
    const call = () => Reflect.apply(recordTyping, undefined, [input === undefined ? fieldDriver().input : input, options]);
    expect(call).toThrow(kind);
    expect(call).toThrow(name);
    expect(call).not.toThrow(/hunter2/);
  });
});
