import { act } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import { ApiError } from '../api/api-error';
import { enter, type Rendered, render, submit } from '../lib/render-for-test';
import { TransactionNote } from './transaction-note';

let rendered: Rendered | undefined;
afterEach(async () => {
  await rendered?.unmount();
});

async function opened(onSave: (note: string, idempotencyKey: string) => Promise<void>): Promise<HTMLElement> {
  rendered = await render(<TransactionNote id="note-1" note="for the roof" about="Ben, 3 May" onSave={onSave} />);
  const { container } = rendered;
  await act(async () => container.querySelector('button')?.click());
  return container;
}

it('is written in place, and gives the focus back', async () => {
  const onSave = vi.fn(async () => undefined);
  const container = await opened(onSave);
  const field = container.querySelector('textarea')!;
  expect([field.value, document.activeElement]).toEqual(['for the roof', field]);
  await enter(field, 'for the gate');
  await submit(container);
  expect(onSave.mock.calls).toEqual([['for the gate', expect.any(String)]]);
  expect(container.querySelector('form')).toBeNull();
  expect(document.activeElement).toBe(container.querySelector('button'));
});

it('stays open with what was typed where it could not be saved', async () => {
  const container = await opened(async () => {
    throw new ApiError({ code: 'ERR_NETWORK', status: 0 });
  });
  await enter(container.querySelector('textarea')!, 'for the gate');
  await submit(container);
  expect(container.querySelector('textarea')?.value).toBe('for the gate');
  expect(container.textContent).toContain('We could not reach the bank.');
});
