import { act } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import { formatAgo } from '../../lib/dates';
import { render } from '../../lib/render-for-test';
import { Ticking } from './ticking';

afterEach(() => {
  vi.useRealTimers();
});

it('follows the clock, and stops it when it is gone', async () => {
  vi.useFakeTimers({ now: 100_000 });
  const { container, unmount } = await render(<Ticking text={(now) => formatAgo(90_000, now)} />);
  expect(container.textContent).toBe('10 s ago');
  await act(() => vi.advanceTimersByTimeAsync(2_000));
  expect(container.textContent).toBe('12 s ago');
  await unmount();
  expect(vi.getTimerCount()).toBe(0);
});
