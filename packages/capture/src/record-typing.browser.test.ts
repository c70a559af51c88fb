import { fixedTextVector, isInsufficient, parseTypingSample } from '@tacit-auth/features';
import { afterEach, describe, expect, it } from 'vitest';
import { cdp, userEvent } from 'vitest/browser';
import { recordTyping } from './record-typing';

interface KeyEvent {
  type: 'keyDown' | 'rawKeyDown' | 'keyUp';
  code: string;
  key: string;
  text?: string;
  autoRepeat?: boolean;
  modifiers?: number;
  windowsVirtualKeyCode?: number;
  commands?: string[];
}

interface DevTools {
  send(method: 'Input.dispatchKeyEvent', event: KeyEvent): Promise<void>;
  send(method: 'Input.insertText', event: { text: string }): Promise<void>;
  send(method: 'Input.imeSetComposition', event: { text: string; selectionStart: number; selectionEnd: number }): Promise<void>;
}

const tools = () => cdp() as unknown as DevTools;
const press = (key: string, extra: Partial<KeyEvent> = {}) =>
  tools().send('Input.dispatchKeyEvent', { type: 'keyDown', code: `Key${key.toUpperCase()}`, key, text: key, ...extra });
const release = (key: string, extra: Partial<KeyEvent> = {}) =>
  tools().send('Input.dispatchKeyEvent', { type: 'keyUp', code: `Key${key.toUpperCase()}`, key, ...extra });
const named = (type: 'rawKeyDown' | 'keyUp', code: string, windowsVirtualKeyCode: number, extra: Partial<KeyEvent> = {}) =>
  tools().send('Input.dispatchKeyEvent', { type, code, key: code, windowsVirtualKeyCode, ...extra });

function field(type = 'password'): HTMLInputElement {
  const input = document.createElement('input');
  input.type = type;
  document.body.replaceChildren(input);
  input.focus();
  return input;
}

function started(mode: 'secret' | 'text' = 'secret', input = field()) {
  const recording = recordTyping(input, { mode, field: 'password' });
  recording.start();
  return { input, recording };
}

async function type(text: string): Promise<void> {
  for (const key of text) {
    await press(key);
    await release(key);
  }
}

afterEach(() => document.body.replaceChildren());

describe('trusted keys', () => {
  it('typed one after the other give a clean sample that the server can use', async () => {
    const { input, recording } = started();
    await type('correcthorse');
    expect(input.value).toBe('correcthorse');
    const sample = recording.finish();
    expect(sample).toMatchObject({ flags: {}, device: 'keyboard', keys: { length: 12 } });
    expect(sample.keys.every(([key, start, end]) => key === null && Number.isInteger(start) && end !== null && end >= start)).toBe(true);
    expect(isInsufficient(fixedTextVector(parseTypingSample(JSON.stringify(sample))))).toBe(false);
  });

  it('are paired under roll-over', async () => {
    const { recording } = started('text', field('text'));
    await press('a');
    await press('b');
    await release('a');
    await press('c');
    await release('c');
    await release('b');
    const { keys, flags } = recording.finish();
    expect(keys.map(([key]) => key)).toEqual(['KeyA', 'KeyB', 'KeyC']);
    const [[, , endOfA], [, startOfB, endOfB], [, startOfC, endOfC]] = keys as [(typeof keys)[0], (typeof keys)[0], (typeof keys)[0]];
    expect(endOfA! >= startOfB && endOfA! <= startOfC && endOfC! <= endOfB!).toBe(true);
    expect(flags).toEqual({});
  });

  it('that repeat while held are one press', async () => {
    const { input, recording } = started();
    await press('a');
    await press('a', { autoRepeat: true });
    await press('a', { autoRepeat: true });
    await release('a');
    expect(input.value).toBe('aaa');
    expect(recording.finish()).toMatchObject({ keys: { length: 1 }, flags: {} });
  });

  it('whose release is lost to another field have none', async () => {
    const { input, recording } = started();
    const other = document.body.appendChild(document.createElement('input'));
    await press('a');
    other.focus();
    await release('a');
    input.focus();
    // Focus selects nothing here: the caret stays behind the text.
    input.setSelectionRange(1, 1);
    await type('b');
    const { keys } = recording.finish();
    expect(keys.map(([, , end]) => end === null)).toEqual([true, false]);
  });

  it('that correct set corrected; emptying the field begins anew', async () => {
    const { input, recording } = started();
    await type('abc');
    await named('rawKeyDown', 'Backspace', 8);
    await named('keyUp', 'Backspace', 8);
    expect(input.value).toBe('ab');
    await named('rawKeyDown', 'ControlLeft', 17, { key: 'Control', modifiers: 2 });
    await named('rawKeyDown', 'KeyA', 65, { key: 'a', modifiers: 2, commands: ['selectAll'] });
    await named('keyUp', 'KeyA', 65, { key: 'a', modifiers: 2 });
    await named('keyUp', 'ControlLeft', 17, { key: 'Control' });
    await named('rawKeyDown', 'Delete', 46);
    await named('keyUp', 'Delete', 46);
    expect(input.value).toBe('');
    expect(recording.count).toBe(0);
    await type('xyz');
    expect(recording.finish()).toMatchObject({ keys: { length: 3 }, flags: {} });
    recording.start();
    input.value = '';
    await type('abc');
    await named('rawKeyDown', 'Backspace', 8);
    await named('keyUp', 'Backspace', 8);
    expect(recording.finish().flags).toEqual({ corrected: true });
  });

  it('behind a click into the text set corrected', async () => {
    const { input, recording } = started();
    await type('abcdefgh');
    await userEvent.click(input, { position: { x: 4, y: 8 } });
    expect(input.selectionStart).toBeLessThan(8);
    await type('x');
    expect(recording.finish().flags).toEqual({ corrected: true });
  });

  it('of the last letter are waited for when Enter comes first', async () => {
    const { recording } = started();
    await type('abcdefg');
    await press('h');
    await named('rawKeyDown', 'Enter', 13);
    const waiting = recording.finishWhenReleased({ timeoutMs: 5_000 });
    await release('h');
    const sample = await waiting;
    expect(sample.keys).toHaveLength(8);
    expect(sample.keys.at(-1)?.[2]).not.toBeNull();
  });
});

describe('text that no key wrote', () => {
  it('is autofilled', async () => {
    const { input, recording } = started();
    await tools().send('Input.insertText', { text: 'hunter2hunter2' });
    expect(input.value).toBe('hunter2hunter2');
    expect(recording.finish()).toMatchObject({ keys: [], flags: { autofilled: true }, device: 'unknown' });
  });

  it('is composed', async () => {
    const { recording } = started('text', field('text'));
    await tools().send('Input.imeSetComposition', { text: 'にほ', selectionStart: 2, selectionEnd: 2 });
    await tools().send('Input.insertText', { text: '日本' });
    expect(recording.finish().flags).toMatchObject({ composed: true });
  });

  it('is pasted or dropped, and goes in all the same', () => {
    const { input, recording } = started();
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', 'pasted');
    const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    expect(input.dispatchEvent(paste)).toBe(true);
    expect(recording.finish().flags).toEqual({ pasted: true, untrusted: true });
  });

  it('is untrusted when a script makes the keys', () => {
    const { input, recording } = started();
    input.dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyA', key: 'a' }));
    input.dispatchEvent(new KeyboardEvent('keyup', { code: 'KeyA', key: 'a' }));
    expect(recording.finish()).toMatchObject({ keys: { length: 1 }, flags: { untrusted: true } });
  });
});

describe('the page', () => {
  it('reads the clock step of this browser as 0.1 ms', async () => {
    const { recording } = started();
    await type('abcdefghijkl');
    expect(recording.finish().clockStep).toBe(1);
  });

  it('knows that a field is filled by a selector that it understands', () => {
    expect(() => field().matches(':is(:autofill, :-webkit-autofill)')).not.toThrow();
    expect(CSS.supports('selector(:autofill)')).toBe(true);
  });

  it('gets nothing more after destroy()', async () => {
    const { recording } = started();
    await type('abc');
    recording.destroy();
    await type('def');
    expect([recording.state, recording.count]).toEqual(['destroyed', 0]);
  });
});
