import { MemoryRouter } from 'react-router';
import { afterEach, expect, it } from 'vitest';
import { ApiError } from '../../api/api-error';
import type { ApiRequest } from '../../api/client';
import type { FullSession } from '../../api/types';
import { type Rendered, render } from '../../lib/render-for-test';
import { FullSessionProvider, SessionProvider } from '../../session/session-context';
import { EnrolFacePage } from './enrol-face-page';

let rendered: Rendered | undefined;
afterEach(async () => {
  await rendered?.unmount();
});

const session: FullSession = { state: 'full', idleAfterMs: 120_000, expiresAt: 9e15, biometrics: 'granted', role: 'customer', name: 'Ada' };

/** What the page says before the camera, to the owner of a face in this state, or where nobody says in which. */
async function lead(state: 'none' | 'enrolled' | 'outdated' | undefined): Promise<string> {
  const send = async ({ path }: ApiRequest) => {
    if (path === '/auth/session') return session;
    if (path === '/auth/security' && state !== undefined) return { face: { consent: 'granted', state, enrolledAt: null } };
    throw new ApiError({ code: 'ERR_NETWORK', status: 0 });
  };
  rendered = await render(
    <MemoryRouter>
      <SessionProvider send={send}>
        <FullSessionProvider value={session}>
          <EnrolFacePage />
        </FullSessionProvider>
      </SessionProvider>
    </MemoryRouter>,
  );
  const text = rendered.container.querySelector('.lead')?.textContent ?? '';
  await rendered.unmount();
  return text;
}

it('speaks of a face that is replaced only where there is one', async () => {
  const first = 'When you sign in, you look into the camera after your password.';
  expect(await lead('none')).toBe(first);
  expect(await lead('enrolled')).toBe(`${first} What we know of your face from before is replaced.`);
  expect(await lead('outdated')).toBe(await lead('enrolled'));
  expect(await lead(undefined)).toBe(`${first} If you have set up a face before, it is replaced.`);
});
