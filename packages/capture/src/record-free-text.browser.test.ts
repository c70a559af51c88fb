import { freeTextTimings, isInsufficient, parseTypingSample, type TypingSample } from '@tacit-auth/features';
import { afterEach, describe, expect, it } from 'vitest';
import { cdp } from 'vitest/browser';
import { recordFreeText } from './record-free-text';

interface DevTools {
  send(
    method: 'Input.dispatchKeyEvent',
    event: { type: 'keyDown' | 'rawKeyDown' | 'keyUp'; code: string; key: string; text?: string; windowsVirtualKeyCode?: number },
  ): Promise<void>;
  send(method: 'Input.insertText', event: { text: string }): Promise<void>;
}

const tools = () => cdp() as unknown as DevTools;

async function press(key: string, code = `Key${key.toUpperCase()}`): Promise<void> {
  await tools().send('Input.dispatchKeyEvent', { type: 'keyDown', code, key, text: key });
}

async function release(key: string, code = `Key${key.toUpperCase()}`): Promise<void> {
  await tools().send('Input.dispatchKeyEvent', { type: 'keyUp', code, key });
}

async function type(text: string): Promise<void> {
  for (const key of text) {
    const code = /\d/.test(key) ? `Digit${key}` : key === ' ' ? 'Space' : `Key${key.toUpperCase()}`;
    await press(key, code);
    await release(key, code);
  }
}

async function backspace(): Promise<void> {
  for (const kind of ['rawKeyDown', 'keyUp'] as const) {
    await tools().send('Input.dispatchKeyEvent', { type: kind, code: 'Backspace', key: 'Backspace', windowsVirtualKeyCode: 8 });
  }
}

function started(field: HTMLElement, ...more: HTMLElement[]) {
  document.body.replaceChildren(field, ...more);
  const windows: TypingSample[] = [];
  const recording = recordFreeText({ fields: [field, ...more], keys: 10, minimumKeys: 3, onWindow: (window) => windows.push(window) });
  recording.start();
  field.focus();
  return { recording, windows };
}

function editable(): HTMLElement {
  const element = document.createElement('div');
  element.contentEditable = 'true';
  return element;
}

afterEach(() => document.body.replaceChildren());

describe('trusted keys', () => {
  it.each([
    ['an input', () => document.createElement('input')],
    ['a text area', () => document.createElement('textarea')],
    ['an editable element', editable],
  ])('in %s give clean windows that the server can use', async (_, make) => {
    const field = make();
    const { windows, recording } = started(field);
    await type('abc 12 xyzabc');
    expect((field as Partial<HTMLInputElement>).value ?? field.textContent).toBe('abc 12 xyzabc');
    expect(windows).toHaveLength(1);
    expect(windows[0]).toMatchObject({ mode: 'window', flags: {}, device: 'keyboard' });
    expect(windows[0]?.keys.map(([key]) => key)).toEqual(['11', '12', '13', '0', '37', '37', '0', '34', '35', '36']);
    expect(isInsufficient(freeTextTimings(parseTypingSample(JSON.stringify(windows[0]))))).toBe(false);
    expect(recording.count).toBe(3);
    recording.destroy();
  });

  it.each([
    ['a text area', () => document.createElement('textarea')],
    ['an editable element', editable],
  ])('that correct %s mark the window, and text that no key wrote ends it', async (_, make) => {
    const { windows, recording } = started(make());
    await type('abc');
    await backspace();
    await type('d');
    recording.flush();
    expect(windows[0]?.flags).toEqual({ corrected: true });
    expect(windows[0]?.keys[3]?.[0]).toBe('1');
    await tools().send('Input.insertText', { text: 'words of a filler' });
    await type('abc');
    recording.flush();
    expect(windows[1]?.flags).toEqual({});
    recording.destroy();
  });

  it('go on in the next field; one that is held over has no release', async () => {
    const second = document.createElement('input');
    const { windows, recording } = started(document.createElement('input'), second);
    await type('ab');
    await press('c');
    second.focus();
    await release('c');
    await type('de');
    recording.flush();
    expect(windows[0]?.keys.map(([key, , end]) => [key, end === null])).toEqual([
      ['11', false],
      ['12', false],
      ['13', true],
      ['14', false],
      ['15', false],
    ]);
    expect(windows[0]?.flags).toEqual({});
    recording.destroy();
  });

  it.each(['open', 'closed'] as const)(
    'in fields in the %s shadow tree of a component within an editable element are not heard',
    async (mode) => {
      const field = editable();
      const { recording } = started(field);
      await type('ab');
      expect(recording.count).toBe(2);
      const host = field.appendChild(document.createElement('x-password'));
      host.contentEditable = 'false';
      const inner = host.attachShadow({ mode }).appendChild(document.createElement('input'));
      inner.type = 'password';
      inner.focus();
      await type('secret');
      expect([inner.value, recording.count]).toEqual(['secret', 2]);
      recording.destroy();
    },
  );

  it('in a field in the shadow tree of the editable element itself are not heard', async () => {
    const field = editable();
    const shadow = field.attachShadow({ mode: 'open' });
    const inner = document.createElement('input');
    inner.type = 'password';
    shadow.append(document.createElement('slot'), inner);
    const { recording } = started(field);
    inner.focus();
    await type('secret');
    expect([inner.value, recording.count]).toEqual(['secret', 0]);
    recording.destroy();
  });

  it('in fields that did not opt in are not heard, nor after destroy()', async () => {
    const other = document.createElement('input');
    const { recording } = started(document.createElement('input'));
    document.body.append(other);
    other.focus();
    await type('abc');
    expect(recording.count).toBe(0);
    recording.add(other);
    await type('abc');
    expect(recording.count).toBe(3);
    recording.destroy();
    await type('def');
    expect(recording.count).toBe(0);
  });
});
