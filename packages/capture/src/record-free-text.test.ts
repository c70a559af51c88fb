import { freeTextTimings, isInsufficient, keyClassOf, parseTypingSample, type TypingSample } from '@tacit-auth/features';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CaptureError } from './errors';
import { type FreeTextRecording, type RecordFreeTextOptions, recordFreeText } from './record-free-text';
import { at, countListeners, type FieldDriver, fieldDriver, type ManualTime, manualTime, typeText } from './test-support';

type Driver = FieldDriver<HTMLInputElement>;

interface Setup {
  driver: Driver;
  recording: FreeTextRecording;
  windows: TypingSample[];
  time: ManualTime;
  /** Types with the page's clock and the events' stamps in step, from now on. */
  type(text: string, into?: Driver): void;
}

function started(options: Partial<RecordFreeTextOptions> = {}, driver: Driver = fieldDriver()): Setup {
  const windows: TypingSample[] = [];
  const time = manualTime(1_000);
  const recording = recordFreeText({
    fields: driver.input,
    onWindow: (window) => windows.push(window),
    clock: time.clock,
    timer: time.timer,
    ...options,
  });
  recording.start();
  const type = (text: string, into = driver) => {
    for (const character of text) {
      typeText(into, character, time.now);
      time.advance(120);
    }
  };
  return { driver, recording, windows, time, type };
}

function hide(hidden: boolean): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(hidden ? 'hidden' : 'visible');
  document.dispatchEvent(new Event('visibilitychange'));
}

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

const letters = (count: number) => 'a'.repeat(count);

afterEach(() => vi.restoreAllMocks());

describe('a window', () => {
  it('ends after its keys, and carries classes of keys that the server reads', () => {
    const { windows, type, recording } = started({ keys: 10 });
    type('ab 1a9 z00');
    type('next');
    expect(windows).toHaveLength(1);
    expect(windows[0]).toMatchObject({ version: 1, mode: 'window', field: 'free-text', flags: {}, device: 'keyboard', clockStep: 200 });
    expect(windows[0]?.keys.map(([key]) => key)).toEqual(['11', '12', '0', '37', '11', '37', '0', '36', '37', '37']);
    expect(windows[0]?.keys.slice(0, 2)).toEqual([
      ['11', 0, 800],
      ['12', 1_200, 2_000],
    ]);
    const timings = freeTextTimings(parseTypingSample(JSON.stringify(windows[0])));
    expect(isInsufficient(timings) || timings.pressPress[0]).toBe(120);
    expect(recording.count).toBe(4);
  });

  it('begins at 0 again', () => {
    const { windows, type } = started({ keys: 10 });
    type(letters(20));
    expect(windows.map(({ keys }) => keys[0])).toEqual([
      ['11', 0, 800],
      ['11', 0, 800],
    ]);
  });

  it('waits for the release of its last key, and takes the keys that roll over', () => {
    const { driver, windows, type } = started({ keys: 10 });
    type(letters(9));
    driver.down('KeyB', 'b', 9_000);
    driver.down('KeyC', 'c', 9_050);
    driver.up('KeyB', 'b', 9_090);
    expect(windows).toHaveLength(0);
    driver.up('KeyC', 'c', 9_130);
    expect(windows[0]?.keys.slice(9)).toEqual([
      ['12', 80_000, 80_900],
      ['13', 80_500, 81_300],
    ]);
  });

  it('does not wait for ever: after ten more keys a lost release is null', () => {
    const { driver, windows, type, recording } = started({ keys: 10 });
    driver.down('ShiftLeft', 'Shift', 900);
    type(letters(18));
    expect(windows).toHaveLength(0);
    type('ab');
    expect(windows[0]?.keys).toHaveLength(20);
    expect(windows[0]?.keys[0]).toEqual(['2', 0, null]);
    expect(recording.count).toBe(1);
  });

  it('leaves auto-repeat and shortcuts out, and keeps corrections, Shift and the keys of the cursor', () => {
    const { driver, windows, recording } = started({ keys: 10, minimumKeys: 4 });
    driver.down('ShiftRight', 'Shift', 0);
    driver.down('KeyA', 'A', 50, { shiftKey: true });
    driver.down('KeyA', 'A', 500, { repeat: true, shiftKey: true });
    driver.up('KeyA', 'A', 600);
    driver.up('ShiftRight', 'Shift', 620);
    driver.down('KeyC', 'c', 650, { ctrlKey: true });
    driver.down('Backspace', 'Backspace', 700);
    driver.up('Backspace', 'Backspace', 760);
    driver.down('ArrowLeft', 'ArrowLeft', 800);
    driver.up('ArrowLeft', 'ArrowLeft', 860);
    recording.flush();
    expect(windows[0]).toMatchObject({
      keys: [
        ['2', 0, 6_200],
        ['11', 500, 6_000],
        ['1', 7_000, 7_600],
        ['38', 8_000, 8_600],
      ],
      flags: { corrected: true },
    });
  });

  it('keeps Enter where it writes a line', () => {
    const kept = (driver: FieldDriver<HTMLInputElement | HTMLTextAreaElement>) => {
      const { recording } = started({}, driver as Driver);
      driver.down('Enter', 'Enter', 0);
      return recording.count;
    };
    expect([kept(fieldDriver()), kept(fieldDriver('textarea'))]).toEqual([0, 1]);
  });

  it('goes on when the page empties the field, as a chat does', () => {
    const { driver, recording, type } = started();
    type('hello');
    driver.input.value = '';
    type('you');
    expect(recording.count).toBe(8);
  });

  it('may begin behind other text without a mark', () => {
    const { driver, recording, type, windows } = started({ minimumKeys: 3 });
    driver.input.value = 'old';
    driver.select(3, 3);
    type('new');
    recording.flush();
    expect(windows[0]?.flags).toEqual({});
  });
});

describe('a pause', () => {
  it('ends a window that has enough keys, by one timer that ends too', () => {
    const { windows, type, time, recording } = started({ minimumKeys: 5, pauseMs: 2_000 });
    expect(time.pending).toBe(0);
    type('hello');
    time.advance(1_879);
    expect([windows.length, time.pending]).toEqual([0, 1]);
    time.advance(1);
    expect(windows[0]?.keys).toHaveLength(5);
    expect([time.pending, recording.count]).toEqual([0, 0]);
  });

  it('is waited for in whole ms, which timers know alone', () => {
    const { driver, time } = started({ minimumKeys: 5, pauseMs: 2_000 });
    const set = vi.spyOn(time.timer, 'set');
    driver.down('KeyA', 'a', time.now);
    time.advance(0.25);
    driver.down('KeyB', 'b', time.now);
    time.advance(2_001);
    expect(set.mock.calls.map(([, ms]) => ms)).toEqual([2_000, 1]);
  });

  it('joins a window that has too few with what follows', () => {
    const { windows, type, time, recording } = started({ minimumKeys: 5, pauseMs: 2_000 });
    type('hell');
    time.advance(20_000);
    expect([windows.length, time.pending, recording.count]).toEqual([0, 0, 4]);
    type('o');
    recording.flush();
    expect(windows[0]?.keys.map(([, press]) => press)).toEqual([0, 1_200, 2_400, 3_600, 204_800]);
  });

  it('of more than 30 s drops a window that has too few', () => {
    const { windows, type, time, recording } = started({ minimumKeys: 5 });
    type('hell');
    time.advance(30_001);
    type('o');
    expect([windows.length, recording.count]).toEqual([0, 1]);
  });

  it('is seen at the next key where the timer came late', () => {
    const { windows, type, time, recording } = started({ minimumKeys: 5, pauseMs: 2_000 });
    type('hello');
    time.sleep(3_000);
    type('x');
    expect(windows[0]?.keys).toHaveLength(5);
    expect(recording.count).toBe(1);
  });

  it('marks of the key after it are of the next window', () => {
    const { driver, windows, type, time, recording } = started({ minimumKeys: 5 });
    type('hello');
    time.sleep(6_000);
    driver.send(new KeyboardEvent('keydown', { code: 'KeyA', key: 'a' }), time.now, false);
    driver.up('KeyA', 'a', time.now + 50);
    type('more');
    recording.flush();
    expect(windows.map(({ flags }) => flags)).toEqual([{}, { untrusted: true }]);
  });

  it('no window is older than ten minutes', () => {
    const { windows, type, time } = started({ minimumKeys: 50 });
    for (let i = 0; i < 49; i++) {
      type('a');
      time.advance(25_000);
    }
    expect(windows).toHaveLength(0);
    type(letters(49));
    for (const window of windows) {
      expect(window.keys.at(-1)?.[1]).toBeLessThan(6_300_000);
    }
    expect(windows).toHaveLength(1);
  });
});

describe('text that no key wrote', () => {
  const cases: [string, (driver: Driver) => void, object][] = [
    ['pasted', (driver) => driver.change('insertFromPaste', 'abc', 2_000), { pasted: true }],
    ['dropped', (driver) => driver.change('insertFromDrop', 'abc', 2_000), { dropped: true }],
    ['filled in', (driver) => driver.change(undefined, 'abc', 2_000), { autofilled: true }],
    ['replaced', (driver) => driver.change('insertReplacementText', 'abc', 2_000), { autofilled: true }],
  ];
  it.each(cases)('%s ends the window and marks it; the next one is clean', (_, act, flags) => {
    const { driver, windows, type, recording } = started({ minimumKeys: 5 });
    type('hello');
    act(driver);
    expect(windows.map((window) => [window.keys.length, window.flags])).toEqual([[5, flags]]);
    type('world');
    recording.flush();
    expect(windows[1]?.flags).toEqual({});
  });

  it.each(cases)('%s drops a window of too few keys', (_, act) => {
    const { driver, windows, type, recording } = started({ minimumKeys: 5 });
    type('hell');
    act(driver);
    expect([windows.length, recording.count]).toEqual([0, 0]);
  });

  it('the paste itself is not prevented, and counts once with the text that it brings', () => {
    const { driver, windows, type } = started({ minimumKeys: 5 });
    type('hello');
    const paste = new Event('paste', { cancelable: true });
    driver.send(paste, 2_000);
    driver.change('insertFromPaste', 'abc', 2_001);
    expect(paste.defaultPrevented).toBe(false);
    expect(windows).toHaveLength(1);
  });

  it('an input method marks the window, which goes on', () => {
    const { driver, windows, type, recording } = started({ minimumKeys: 5 });
    type('hell');
    driver.down('KeyA', 'Process', 2_000, { keyCode: 229 });
    driver.change('insertCompositionText', 'あ', 2_000, { isComposing: true });
    expect(recording.count).toBe(5);
    recording.flush();
    expect(windows[0]?.flags).toEqual({ composed: true });
  });

  it('a keyboard on glass gives presses of no class and no releases', () => {
    const { driver, windows, recording } = started({ minimumKeys: 2 });
    for (const [index, letter] of ['a', 'b'].entries()) {
      driver.send(new KeyboardEvent('keydown', { key: 'Unidentified', code: '', keyCode: 229 }), index * 200);
      driver.change('insertText', letter, index * 200);
    }
    recording.flush();
    expect(windows[0]).toMatchObject({
      keys: [
        ['38', 0, null],
        ['38', 2_000, null],
      ],
      device: 'touch',
    });
    expect(freeTextTimings(parseTypingSample(windows[0]))).toMatchObject({ reason: 'missing-releases' });
  });
});

describe('several fields', () => {
  it('share one window as the focus moves; a key held over is lost', () => {
    const [first, second] = [fieldDriver(), fieldDriver()];
    const { windows, type, recording, time } = started({ fields: [first.input, second.input], minimumKeys: 5 }, first);
    type('ab');
    first.down('KeyC', 'c', time.now);
    first.send(new FocusEvent('blur'), time.now + 10);
    second.up('KeyC', 'c', time.now + 40);
    type('de', second);
    recording.flush();
    expect(windows[0]?.keys).toEqual([
      ['11', 0, 800],
      ['12', 1_200, 2_000],
      ['13', 2_400, null],
      ['14', 2_400, 3_200],
      ['15', 3_600, 4_400],
    ]);
    expect(windows[0]?.flags).toEqual({});
  });

  it('the same key down in two fields is two presses, and each release is of the last one', () => {
    const [first, second] = [fieldDriver(), fieldDriver()];
    const { windows, recording } = started({ fields: [first.input, second.input], minimumKeys: 2 }, first);
    first.down('KeyA', 'a', 0);
    second.down('KeyA', 'a', 100);
    first.up('KeyA', 'a', 150);
    second.up('KeyA', 'a', 180);
    recording.flush();
    expect(windows[0]?.keys).toEqual([
      ['11', 0, null],
      ['11', 1_000, 1_500],
    ]);
  });

  it('of keyboards on glass are told apart, and may hold text before', () => {
    const [first, second] = [fieldDriver(), fieldDriver()];
    const { windows, recording } = started({ fields: [first.input, second.input], minimumKeys: 2 }, first);
    second.input.value = 'old';
    second.select(3, 3);
    first.change('insertText', 'a', 0);
    second.change('insertText', 'b', 200);
    first.change('insertText', 'c', 400);
    recording.flush();
    expect(windows[0]).toMatchObject({ keys: { length: 3 }, flags: {}, device: 'touch' });
    second.change('insertText', 'd', 600);
    second.change('insertText', 'e', 700);
    recording.flush();
    expect(windows[1]?.flags).toEqual({});
  });

  it('come and go while it records', () => {
    const [first, second] = [fieldDriver(), fieldDriver()];
    const { type, recording } = started({}, first);
    type('ab', second);
    expect(recording.count).toBe(0);
    recording.add(second.input);
    recording.add(second.input);
    type('ab', second);
    expect(recording.count).toBe(2);
    recording.remove(first.input);
    recording.remove(first.input);
    type('cd', first);
    expect(recording.count).toBe(2);
    second.down('KeyA', 'a', 5_000);
    hide(true);
    hide(false);
    second.up('KeyA', 'a', 5_050);
    expect(recording.count).toBe(3);
  });

  it('still hear that the page was hidden when another one is taken out', () => {
    const [first, second] = [fieldDriver(), fieldDriver()];
    const { windows, type, recording } = started({ fields: [first.input, second.input], minimumKeys: 2 }, first);
    recording.remove(first.input);
    type('ab', second);
    hide(true);
    expect(windows).toHaveLength(1);
  });

  it('leave no listener where they were when they are moved to another document', () => {
    const driver = fieldDriver();
    const other = document.implementation.createHTMLDocument();
    const count = countListeners(document, other, driver.input);
    const { recording } = started({}, driver);
    expect(count()).toEqual([1, 0, 8]);
    other.body.append(other.adoptNode(driver.input));
    expect(driver.input.ownerDocument).toBe(other);
    recording.destroy();
    expect(count()).toEqual([0, 0, 0]);
  });

  it('are at most 256', () => {
    const fields = Array.from({ length: 257 }, () => document.createElement('input'));
    expect(() => started({ fields })).toThrow(RangeError);
    const { recording } = started({ fields: fields.slice(0, 256) });
    recording.add(fields[0]!);
    expect(() => recording.add(fields[256]!)).toThrow(/256/);
    recording.remove(fields[0]!);
    recording.add(fields[256]!);
  });
});

describe('an editable element', () => {
  function editable() {
    const element = document.createElement('div');
    element.setAttribute('contenteditable', 'true');
    document.body.replaceChildren(element);
    const windows: TypingSample[] = [];
    const recording = recordFreeText({ fields: element, minimumKeys: 2, onWindow: (window) => windows.push(window) });
    recording.start();
    const send = (event: Event, time: number, target: Element = element) => target.dispatchEvent(at(event, time));
    const write = (inputType: string, data: string | null, time: number, isComposing = false) => {
      send(new InputEvent('beforeinput', { inputType, data, isComposing, bubbles: true }), time);
      send(new InputEvent('input', { inputType, data, isComposing, bubbles: true }), time);
    };
    const key = (code: string, name: string, time: number, target: Element = element) => {
      send(new KeyboardEvent('keydown', { code, key: name, bubbles: true }), time, target);
      if (target === element) {
        write(name.length === 1 ? 'insertText' : 'deleteContentBackward', name.length === 1 ? name : null, time);
      }
      send(new KeyboardEvent('keyup', { code, key: name, bubbles: true }), time + 60, target);
    };
    return { element, recording, windows, key, write, send };
  }

  it('is recorded without its text being read', () => {
    const { element, recording, windows, key } = editable();
    const read = vi.spyOn(element, 'textContent', 'get');
    key('KeyA', 'a', 0);
    key('KeyB', 'b', 100);
    recording.flush();
    expect(windows[0]).toMatchObject({
      keys: [
        ['11', 0, 600],
        ['12', 1_000, 1_600],
      ],
      flags: {},
      device: 'keyboard',
    });
    expect(read).not.toHaveBeenCalled();
  });

  it('marks corrections, pastes and text that no key wrote', () => {
    const { recording, windows, key, write } = editable();
    key('KeyA', 'a', 0);
    key('Backspace', 'Backspace', 100);
    write('insertText', '😀', 200);
    recording.flush();
    key('KeyA', 'a', 300);
    key('KeyB', 'b', 400);
    write('insertFromPaste', null, 500);
    expect(windows.map(({ flags }) => flags)).toEqual([{ corrected: true, composed: true }, { pasted: true }]);
  });

  it('a word that is composed a letter at a time by a keyboard on glass is presses', () => {
    const { recording, windows, write } = editable();
    write('insertCompositionText', 'h', 0, true);
    write('insertCompositionText', 'he', 150, true);
    write('insertText', ' ', 300);
    recording.flush();
    expect(windows[0]).toMatchObject({ keys: { length: 3 }, flags: {}, device: 'touch' });
  });

  it('takes part as a whole: a part of it, which gets no keys, is refused', () => {
    const { element, recording } = editable();
    const part = element.appendChild(document.createElement('p'));
    expect(thrown(() => recording.add(part))).toBeInstanceOf(TypeError);
    part.setAttribute('contenteditable', 'true');
    expect(thrown(() => recording.add(part))).toBeInstanceOf(TypeError);
  });

  it('does not hear the fields that are put into it', () => {
    const { element, recording, key } = editable();
    const nested = element.appendChild(document.createElement('input'));
    nested.type = 'password';
    key('KeyA', 'a', 0, nested);
    expect(recording.count).toBe(0);
  });
});

describe('what must not be recorded', () => {
  it.each([
    ['of type password', (input: HTMLInputElement) => input.setAttribute('type', 'password')],
    ['that shows its password', (input: HTMLInputElement) => input.setAttribute('autocomplete', 'section-a current-password')],
    ['for a new password', (input: HTMLInputElement) => input.setAttribute('autocomplete', 'new-password')],
  ])('a field %s is refused with what to do', (_, make) => {
    const { input } = fieldDriver();
    make(input);
    const error = thrown(() => started({ fields: [document.createElement('textarea'), input] }));
    expect(error).toBeInstanceOf(CaptureError);
    expect(error).toMatchObject({ code: 'ERR_CAPTURE_PASSWORD_FIELD', field: 'fields[1]' });
    expect((error as Error).message).toMatch(/recordTyping in mode 'secret'/);
    expect(thrown(() => started().recording.add(input))).toMatchObject({ code: 'ERR_CAPTURE_PASSWORD_FIELD', field: 'field' });
  });

  it('an area of text that is for a password is refused as well', () => {
    const area = document.createElement('textarea');
    // The tests' DOM does not reflect it, as browsers do.
    Object.defineProperty(area, 'autocomplete', { value: 'current-password' });
    expect(thrown(() => started().recording.add(area))).toMatchObject({ code: 'ERR_CAPTURE_PASSWORD_FIELD', field: 'field' });
  });

  it('a field that becomes a password is heard no more, and what was typed before is dropped', () => {
    const { driver, recording, windows, type } = started({ minimumKeys: 2 });
    type('abc');
    driver.input.type = 'password';
    type('secret');
    recording.flush();
    expect([recording.count, windows.length]).toEqual([0, 0]);
  });

  it.each([
    ['type', 'password', 'text'],
    ['autocomplete', 'current-password', 'off'],
  ])('a field whose %s was %s once is never heard again, shown or added anew', (name, secret, shown) => {
    const { driver, recording, type } = started();
    const count = countListeners(driver.input);
    driver.input.setAttribute(name, secret);
    type('se');
    driver.input.setAttribute(name, shown);
    type('cret');
    expect([recording.count, ...count()]).toEqual([0, 0]);
    for (const add of [() => recording.add(driver.input), () => started({}, driver)]) {
      expect(thrown(add)).toMatchObject({ code: 'ERR_CAPTURE_PASSWORD_FIELD' });
    }
  });

  it('a password that was refused is refused when it is shown', () => {
    const { recording } = started();
    const input = document.createElement('input');
    input.type = 'password';
    thrown(() => recording.add(input));
    input.type = 'text';
    expect(thrown(() => recording.add(input))).toMatchObject({ code: 'ERR_CAPTURE_PASSWORD_FIELD' });
  });

  it('which digit it was is not told by where a layout has it', () => {
    const { driver, recording, windows } = started({ minimumKeys: 2 });
    // Hungarian: 0 is left of 1. Neo: digits lie among the letters. Arabic digits.
    const keys = [
      ['Digit1', '1'],
      ['Backquote', '0'],
      ['KeyM', '4'],
      ['Digit2', '٢'],
      ['KeyU', '٤'],
    ] as const;
    for (const [index, [code, key]] of keys.entries()) {
      driver.down(code, key, index * 100);
      driver.up(code, key, index * 100 + 60);
    }
    recording.flush();
    expect(windows[0]?.keys).toEqual(keys.map((_, index) => ['37', index * 1_000, index * 1_000 + 600]));
  });

  it('the same timings with other digits give the same bytes, and letters go by the place of their key', () => {
    const stroke = fc.record({ digit: fc.nat(9), other: fc.nat(9), numpad: fc.boolean(), gap: fc.nat(4_000), hold: fc.nat(3_000) });
    const runs = process.env.TACIT_SOAK === '1' ? 1_000 : 50;
    const layouts = fc.constantFrom('a', 'q', 'ф', 'é');
    fc.assert(
      fc.property(fc.array(stroke, { minLength: 2, maxLength: 20 }), layouts, (strokes, written) => {
        const bytes = (keyOf: (stroke: (typeof strokes)[number]) => [code: string, key: string]) => {
          const { driver, recording, windows } = started({ minimumKeys: 2 });
          let press = 0;
          for (const typed of strokes) {
            press += typed.gap + typed.hold;
            const [code, key] = keyOf(typed);
            driver.down(code, key, press / 10);
            driver.up(code, key, (press + typed.hold) / 10);
          }
          recording.flush();
          return JSON.stringify(windows);
        };
        const digits = bytes(({ digit }) => [`Digit${digit}`, `${digit}`]);
        expect(bytes(({ other, numpad }) => [`${numpad ? 'Numpad' : 'Digit'}${other}`, `${other}`])).toBe(digits);
        expect(bytes(() => ['KeyQ', written])).toBe(bytes(() => ['KeyQ', 'q']));
        expect(digits).not.toMatch(/Digit|Key|Numpad/);
      }),
      { numRuns: runs },
    );
  });

  it('every window of any events is one that the server reads', () => {
    const event = fc.record({
      what: fc.constantFrom('down', 'up', 'blur', 'empty', 'paste', 'tap', 'hide', 'wait'),
      code: fc.constantFrom('KeyA', 'KeyB', 'Backspace', 'ShiftLeft', 'Digit1', '', '../..', '38'),
      step: fc.integer({ min: -50_000, max: 4_000_000 }),
      second: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const drivers = [fieldDriver(), fieldDriver()] as const;
        const { windows, time, recording } = started({ fields: drivers.map(({ input }) => input), keys: 10, minimumKeys: 3 }, drivers[0]);
        let stamp = 1_000;
        for (const { what, code, step, second } of events) {
          const driver = drivers[second ? 1 : 0];
          stamp += step / 1_000;
          const key = code === 'Backspace' ? code : code === 'ShiftLeft' ? 'Shift' : 'x';
          if (what === 'down') driver.down(code, key, stamp);
          else if (what === 'up') driver.up(code, key, stamp);
          else if (what === 'blur') driver.send(new FocusEvent('blur'), stamp);
          else if (what === 'paste') driver.change('insertFromPaste', 'zz', stamp);
          else if (what === 'tap') driver.change('insertText', 'y', stamp);
          else if (what === 'hide') document.dispatchEvent(new Event('visibilitychange'));
          else if (what === 'wait') time.advance(Math.abs(step));
          else driver.input.value = '';
        }
        recording.stop();
        for (const window of windows) {
          const { keys } = parseTypingSample(JSON.stringify(window));
          expect(keys.length).toBeGreaterThanOrEqual(3);
          expect(keys.length).toBeLessThanOrEqual(20);
          expect(keys.every(([key]) => String(keyClassOf(key!)) === key)).toBe(true);
        }
        expect(time.pending).toBe(0);
      }),
      { numRuns: process.env.TACIT_SOAK === '1' ? 1_000 : 60 },
    );
  });
});

describe('the page', () => {
  it('hidden hands over what has enough keys; the rest goes on when it is shown again', () => {
    const { windows, type, recording, driver } = started({ minimumKeys: 5 });
    type('hello');
    hide(true);
    expect(windows).toHaveLength(1);
    driver.down('KeyA', 'a', 5_000);
    expect(recording.count).toBe(0);
    hide(false);
    type('worl');
    hide(true);
    hide(false);
    type('d');
    recording.flush();
    expect(windows[1]?.keys).toHaveLength(5);
  });

  it('put away hands it over too, and goes on when it comes back', () => {
    const { windows, type, driver, recording } = started({ minimumKeys: 5 });
    type('hell');
    driver.down('KeyO', 'o', 3_000);
    window.dispatchEvent(new Event('pagehide'));
    expect(windows[0]?.keys.at(-1)).toEqual(['25', 20_000, null]);
    window.dispatchEvent(new Event('pageshow'));
    type('agai');
    driver.down('KeyN', 'n', 9_000);
    window.dispatchEvent(new Event('pagehide'));
    type('ag');
    driver.down('KeyN', 'n', 9_500);
    expect(recording.count).toBe(3);
    window.dispatchEvent(new Event('pagehide'));
    driver.up('KeyN', 'n', 9_580);
    type('ai');
    recording.flush();
    expect(windows[2]?.keys.map(([, , release]) => release === null)).toEqual([false, false, true, false, false]);
  });
});

describe('life', () => {
  it('listens to nothing before start() and to nothing after stop() and destroy()', () => {
    const driver = fieldDriver();
    const { input } = driver;
    const controller = new AbortController();
    const time = manualTime();
    const count = countListeners(input, document, window, document.body, controller.signal);
    const recording = recordFreeText({ fields: input, onWindow() {}, signal: controller.signal, timer: time.timer });
    expect(count()).toEqual([0, 0, 0, 0, 1]);
    typeText(driver, 'early');
    expect(recording.count).toBe(0);
    recording.start();
    recording.start();
    expect(count()).toEqual([8, 1, 1, 0, 1]);
    typeText(driver, 'abc');
    recording.stop();
    recording.stop();
    expect(count()).toEqual([0, 0, 0, 0, 1]);
    expect([recording.state, recording.count, time.pending]).toEqual(['stopped', 0, 0]);
    recording.start();
    typeText(driver, 'abc');
    recording.destroy();
    recording.destroy();
    expect(count()).toEqual([0, 0, 0, 0, 0]);
    expect([recording.state, recording.count, time.pending]).toEqual(['destroyed', 0, 0]);
  });

  it('all its listeners are passive and in the capture phase', () => {
    const driver = fieldDriver();
    const add = vi.spyOn(driver.input, 'addEventListener');
    started({}, driver);
    expect(add).toHaveBeenCalledTimes(8);
    for (const [, , options] of add.mock.calls) {
      expect(options).toEqual({ capture: true, passive: true });
    }
  });

  it('stop() hands over what has enough keys and drops the rest; destroy() drops all', () => {
    const { windows, type, recording } = started({ minimumKeys: 5 });
    type('hello');
    recording.stop();
    expect(windows).toHaveLength(1);
    recording.start();
    type('hell');
    recording.stop();
    recording.start();
    type('o');
    expect([windows.length, recording.count]).toEqual([1, 1]);
    type('hello');
    recording.destroy();
    expect(windows).toHaveLength(1);
    expect(thrown(() => recording.start())).toMatchObject({ code: 'ERR_CAPTURE_DESTROYED' });
    expect(thrown(() => recording.add(document.createElement('input')))).toMatchObject({ code: 'ERR_CAPTURE_DESTROYED' });
  });

  it('may be ended by whoever gets a window', () => {
    for (const end of ['stop', 'destroy'] as const) {
      let ended = 0;
      const setup = started({
        keys: 10,
        onWindow() {
          ended++;
          setup.recording[end]();
        },
      });
      setup.type(letters(25));
      expect([ended, setup.recording.count, setup.time.pending]).toEqual([1, 0, 0]);
    }
  });

  it('a window that was handed out does not change, and one that is refused does not come again', () => {
    const { windows, type, recording } = started({
      keys: 10,
      onWindow: (window) => {
        windows.push(window);
        throw new Error('full');
      },
    });
    const reported: unknown[] = [];
    const report = (event: ErrorEvent) => {
      event.preventDefault();
      reported.push(event.error);
    };
    window.addEventListener('error', report);
    try {
      type(letters(10));
    } catch (error) {
      reported.push(error);
    }
    window.removeEventListener('error', report);
    expect(reported).toHaveLength(1);
    const before = JSON.stringify(windows);
    expect(recording.count).toBe(0);
    type('abc');
    expect(JSON.stringify(windows)).toBe(before);
  });

  it('a refusal of the window before does not lose the key that ended the pause', () => {
    const kept: TypingSample[] = [];
    const { driver, recording, time, type } = started({
      minimumKeys: 5,
      onWindow(sample) {
        if (kept.push(sample) === 1) {
          throw new Error('full');
        }
      },
    });
    type('hello');
    time.sleep(6_000);
    const report = (event: ErrorEvent) => event.preventDefault();
    window.addEventListener('error', report);
    try {
      driver.send(new KeyboardEvent('keydown', { code: 'KeyA', key: 'a', bubbles: true }), time.now);
    } catch (error) {
      expect((error as Error).message).toBe('full');
    }
    driver.change('insertText', 'a', time.now);
    driver.up('KeyA', 'a', time.now + 60);
    window.removeEventListener('error', report);
    expect(time.pending).toBe(1);
    time.advance(100);
    type('more');
    recording.flush();
    expect(kept.map(({ keys, device, flags }) => [keys.length, device, flags])).toEqual([
      [5, 'keyboard', {}],
      [5, 'keyboard', {}],
    ]);
    expect(kept[1]?.keys[0]).toEqual(['11', 0, 600]);
  });

  it('an aborted signal destroys it, before or after', () => {
    const make = (signal: AbortSignal) => started({ signal }).recording;
    expect(thrown(() => make(AbortSignal.abort()))).toMatchObject({ code: 'ERR_CAPTURE_DESTROYED' });
    const controller = new AbortController();
    const recording = make(controller.signal);
    controller.abort();
    expect(recording.state).toBe('destroyed');
  });
});

describe('arguments', () => {
  const cases: [string, object, new (message: string) => Error][] = [
    ['onWindow', { onWindow: undefined }, TypeError],
    ['fields[0]', { fields: [document.createElement('div')] }, TypeError],
    ['fields', { fields: null }, TypeError],
    ['fields', { fields: Object.assign(document.createElement('input'), { type: 'checkbox' }) }, TypeError],
    ['field', { field: 'a b' }, RangeError],
    ['keys', { keys: 9 }, RangeError],
    ['keys', { keys: 501 }, RangeError],
    ['keys', { keys: '50' }, TypeError],
    ['minimumKeys', { minimumKeys: 51 }, RangeError],
    ['minimumKeys', { minimumKeys: 1 }, RangeError],
    ['pauseMs', { pauseMs: 30_001 }, RangeError],
    ['signal', { signal: {} }, TypeError],
    ['clock', { clock: 5 }, TypeError],
    ['timer', { timer: null }, TypeError],
  ];
  it.each(cases)('%s of a wrong kind or size is refused', (name, options, kind) => {
    const call = () => Reflect.apply(recordFreeText, undefined, [{ onWindow() {}, ...options }]);
    expect(call).toThrow(kind);
    expect(call).toThrow(name);
  });

  it('options are needed', () => {
    expect(() => Reflect.apply(recordFreeText, undefined, [undefined])).toThrow(/options/);
  });
});
