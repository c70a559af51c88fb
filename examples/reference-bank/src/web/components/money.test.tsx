import { afterEach, expect, it } from 'vitest';
import { type Rendered, render } from '../lib/render-for-test';
import { Money } from './money';

let rendered: Rendered | undefined;
afterEach(async () => {
  await rendered?.unmount();
});

async function read(amount: number): Promise<{ seen: string; heard: string }> {
  rendered = await render(<Money amount={amount} currency="EUR" isSigned />);
  const without = (selector: string): string => {
    const copy = rendered?.container.cloneNode(true) as HTMLElement;
    for (const part of copy.querySelectorAll(selector)) part.remove();
    return copy.textContent ?? '';
  };
  const texts = { seen: without('.visually-hidden'), heard: without('[aria-hidden=true]') };
  await rendered.unmount();
  return texts;
}

it('shows a true minus, and has it read as a word, once', async () => {
  expect(await read(-123450)).toEqual({ seen: '\u2212€1,234.50', heard: 'minus €1,234.50' });
  expect(await read(4200)).toEqual({ seen: '+€42.00', heard: '+€42.00' });
  expect(await read(0)).toEqual({ seen: '€0.00', heard: '€0.00' });
});
