import type { ReactNode } from 'react';
import { MemoryRouter } from 'react-router';
import { afterEach, expect, it } from 'vitest';
import { ApiError } from '../../api/api-error';
import type { ApiRequest } from '../../api/client';
import type { FullSession } from '../../api/types';
import { enter, type Rendered, render, submit } from '../../lib/render-for-test';
import { FullSessionProvider, SessionProvider } from '../../session/session-context';
import { ChangePasswordPage } from './change-password-page';
import { EnrolTypingPage } from './enrol-typing-page';

let rendered: Rendered | undefined;
afterEach(async () => rendered?.unmount());

/** A page of a bank that wants the password typed so often. */
async function show(page: ReactNode, passwordEntries: number): Promise<Rendered> {
  const asked = { challenge: 'c', coordinates: ['B3', 'E7', 'A1'], passwordEntries };
  const session: FullSession = {
    state: 'full',
    idleAfterMs: 120_000,
    expiresAt: Number.MAX_SAFE_INTEGER,
    biometrics: 'granted',
    role: 'customer',
    name: 'Ada',
  };
  const answers: Record<string, unknown> = {
    '/auth/session': session,
    '/auth/enrol/start': { ...asked, texts: [] },
    '/auth/password/start': asked,
    '/auth/register/strength': { acceptable: true, score: 4, suggestions: [] },
  };
  const send = async ({ path }: ApiRequest): Promise<unknown> => {
    if (passwordEntries < 0 && path.endsWith('/start')) throw new ApiError({ code: 'ERR_CARD_SUSPENDED', status: 409, message: 'no' });
    return answers[path];
  };
  rendered = await render(
    <MemoryRouter>
      <SessionProvider send={send}>
        <FullSessionProvider value={session}>{page}</FullSessionProvider>
      </SessionProvider>
    </MemoryRouter>,
  );
  return rendered;
}

const field = ({ container }: Rendered, id: string) => container.querySelector<HTMLInputElement>(`#${id}`) as HTMLInputElement;
const entries = ({ container }: Rendered) => container.querySelectorAll('.entry').length;

it.each([3, 8])('has the password typed %i times where the bank asks for that, to set up typing', async (count) => {
  const page = await show(<EnrolTypingPage />, count);
  expect(page.container.textContent).toContain(`You type your password ${count} times`);
  await enter(field(page, 'current-password'), 'quiet orchard lantern 42');
  await submit(page.container);
  expect(entries(page)).toBe(count);
});

it.each([3, 8])('has the new password typed %i times where the bank asks for that', async (count) => {
  const page = await show(<ChangePasswordPage />, count);
  await enter(field(page, 'current-password'), 'quiet orchard lantern 42');
  await submit(page.container);
  await enter(field(page, 'new-password'), 'seven gulls at noon 31');
  await submit(page.container);
  expect(page.container.textContent).toContain(`type the new password ${count} times`);
  expect(entries(page)).toBe(count);
});

it('asks for nothing where there is no card to confirm it with', async () => {
  const page = await show(<EnrolTypingPage />, -1);
  expect(page.container.textContent).toContain('Your matrix card is blocked.');
  expect(field(page, 'current-password')).toBeNull();
});
