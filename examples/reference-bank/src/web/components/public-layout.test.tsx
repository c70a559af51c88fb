import { MemoryRouter, Route, Routes } from 'react-router';
import { afterEach, expect, it } from 'vitest';
import { type Rendered, render } from '../lib/render-for-test';
import { SessionProvider } from '../session/session-context';
import { PublicLayout } from './public-layout';

let rendered: Rendered | undefined;
afterEach(async () => {
  await rendered?.unmount();
});

/** What the header offers at an address, to somebody in this session. */
async function offered(path: string, session: object): Promise<string[]> {
  rendered = await render(
    <SessionProvider send={async () => session}>
      <MemoryRouter initialEntries={[path]}>
        <Routes>
          <Route element={<PublicLayout />}>
            <Route path="*" element={null} />
          </Route>
        </Routes>
      </MemoryRouter>
    </SessionProvider>,
  );
  return [...rendered.container.querySelectorAll('.site-actions a')].map(({ textContent }) => textContent ?? '');
}

it('offers no other way in to whoever is asked for the card', async () => {
  expect(await offered('/step-up', { state: 'step-up', next: 'matrix-code' })).toEqual([]);
});

it('offers to sign in and to open an account, and the accounts to whoever is in', async () => {
  expect(await offered('/', { state: 'none' })).toEqual(['Sign in', 'Open an account']);
  await rendered?.unmount();
  const session = { state: 'full', idleAfterMs: 120_000, expiresAt: 9e15, biometrics: 'granted', role: 'customer', name: 'Ada' };
  expect(await offered('/', session)).toEqual(['My accounts']);
});
