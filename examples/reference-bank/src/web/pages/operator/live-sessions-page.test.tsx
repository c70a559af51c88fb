import { StaticRouter } from 'react-router';
import { afterEach, expect, it, vi } from 'vitest';
import type { LiveSession } from '../../api/operator-types';
import { render } from '../../lib/render-for-test';
import { SessionTable } from './live-sessions-page';

const drawn = vi.hoisted(() => ({ rows: 0 }));
vi.mock('./risk-bar', () => ({
  RiskBar: () => {
    drawn.rows += 1;
    return null;
  },
}));

const session = (index: number, keys = 100): LiveSession => ({
  id: `session-${index}`,
  subject: 'a',
  name: `Customer ${index}`,
  state: 'open',
  startedAt: index,
  expiresAt: 9e15,
  lastActivityAt: 0,
  risk: 'low',
  stepUpNeeded: false,
  evidence: {
    since: 0,
    lastAt: 1,
    level: 'low',
    levelSince: 0,
    confidence: 0.9,
    risk: 0.1,
    reasons: [],
    counts: { batches: 1, keys, actions: 0, scored: 1, replayed: 0, untrusted: 0 },
    template: 'ready',
  },
});

const table = (sessions: LiveSession[]) => (
  <StaticRouter location="/operator">
    <SessionTable sessions={sessions} />
  </StaticRouter>
);

afterEach(() => {
  vi.useRealTimers();
});

it('draws one row again where one of two hundred sessions has changed, and none as time goes by', async () => {
  vi.useFakeTimers();
  const sessions = Array.from({ length: 200 }, (_, index) => session(index));
  const { container, rerender, unmount } = await render(table(sessions));
  expect([container.querySelectorAll('tbody tr').length, drawn.rows]).toEqual([200, 200]);
  await rerender(table(Array.from({ length: 200 }, (_, index) => session(index, index === 7 ? 150 : 100))));
  expect(drawn.rows).toBe(201);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(drawn.rows).toBe(201);
  await unmount();
  expect(vi.getTimerCount()).toBe(0);
});
