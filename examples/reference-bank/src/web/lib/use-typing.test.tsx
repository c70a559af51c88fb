import { useRef } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Rendered, render } from './render-for-test';
import { type Typing, useTyping } from './use-typing';

let rendered: Rendered | undefined;
afterEach(async () => {
  vi.restoreAllMocks();
  await rendered?.unmount();
});

let typing: Typing;
function Field({ isOn }: { isOn: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  typing = useTyping(input, { field: 'password', isOn });
  return <input ref={input} />;
}

/** The prototype that an input has its listener methods from. */
function listenerOwner(): EventTarget {
  let owner = document.createElement('input') as EventTarget;
  while (!Object.hasOwn(owner, 'addEventListener')) {
    owner = Object.getPrototypeOf(owner) as EventTarget;
  }
  return owner;
}

const keyListeners = (spy: { mock: { contexts: unknown[]; calls: unknown[][] } }): number =>
  spy.mock.calls.filter(([type], index) => type === 'keydown' && spy.mock.contexts[index] instanceof HTMLInputElement).length;

describe('useTyping', () => {
  it('adds no listener to the field where typing recognition is off', async () => {
    const added = vi.spyOn(listenerOwner(), 'addEventListener');
    rendered = await render(<Field isOn={false} />);
    expect(keyListeners(added)).toBe(0);
    await expect(typing.finish()).resolves.toBeNull();
  });

  it('records while it is on, and takes its listener away when it is turned off', async () => {
    const added = vi.spyOn(listenerOwner(), 'addEventListener');
    const removed = vi.spyOn(listenerOwner(), 'removeEventListener');
    rendered = await render(<Field isOn />);
    expect(keyListeners(added)).toBe(1);
    await expect(typing.finish()).resolves.toMatchObject({ version: 1, mode: 'secret', field: 'password', keys: [] });
    await rendered.rerender(<Field isOn={false} />);
    expect(keyListeners(removed)).toBe(keyListeners(added));
    await expect(typing.finish()).resolves.toBeNull();
  });
});
