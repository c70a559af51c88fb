import { StaticRouter } from 'react-router';
import { expect, it, vi } from 'vitest';
import type { OperatorAlert } from '../../api/operator-types';
import { render } from '../../lib/render-for-test';
import { AlertsContext, AlertsPage } from './alerts-page';

vi.mock('./console-context', () => ({ useConsole: () => ({ operators: {} }) }));

const alert = (id: string, changes: Partial<OperatorAlert>): OperatorAlert => ({
  id,
  at: 1,
  code: 'session-taken-over',
  customer: 'Ada L',
  email: `${id}@mail.test`,
  session: `${id}.session`,
  reasons: [],
  detail: { risk: 'high', action: 'lock' },
  acknowledged: false,
  settled: false,
  ...changes,
});

it('tells two customers of one name apart, to the eye and by ear, and says in words what was done', async () => {
  const data = [alert('ada', {}), alert('ada2', {}), alert('gone', { customer: 'Erased customer', email: null, session: null })];
  const { container, unmount } = await render(
    <StaticRouter location="/operator/alerts">
      <AlertsContext value={{ data, error: undefined, reload: () => undefined }}>
        <AlertsPage />
      </AlertsContext>
    </StaticRouter>,
  );
  const rows = [...container.querySelectorAll('li')];
  const heard = (row: Element, selector: string) =>
    [...row.querySelectorAll(selector)].map(({ textContent }) => textContent?.replace(/\s+/g, ' '));
  expect(rows.map((row) => heard(row, 'a'))).toEqual([
    ['Ada L ada@mail.test', 'See the session of Ada L, ada@mail.test'],
    ['Ada L ada2@mail.test', 'See the session of Ada L, ada2@mail.test'],
    [],
  ]);
  expect(rows.map((row) => heard(row, 'button')[0])).toEqual([
    expect.stringContaining('Ada L, ada@mail.test'),
    expect.stringContaining('Ada L, ada2@mail.test'),
    expect.stringContaining('Erased customer'),
  ]);
  const seen = rows.map((row) => row.textContent ?? '');
  expect(seen[0]).toContain('High risk; the session was locked');
  expect(seen.join()).not.toMatch(/session-taken-over|risk: |action: /);
  await unmount();
});
