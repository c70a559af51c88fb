import { act } from 'react';
import { MemoryRouter } from 'react-router';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiRequest } from '../../api/client';
import type { Security, SignIn, SignInDisputed } from '../../api/types';
import { enter, type Rendered, render, submit } from '../../lib/render-for-test';
import { SessionProvider } from '../../session/session-context';
import { CARD_SECTION } from './card-section';
import { SecurityPage } from './security-page';

const DAY = 86_400_000;
const NOW = Date.now();
const signIn = (id: string, changes: Partial<SignIn> = {}): SignIn => ({
  id,
  at: NOW - DAY,
  outcome: 'signed-in',
  factors: ['password', 'typing'],
  reason: 'normal',
  wordsPerMinute: 61,
  confirmed: false,
  disputed: false,
  ...changes,
});

/** A bank of one customer, as far as this page asks it. */
function bank() {
  const requests: ApiRequest[] = [];
  const signIns = [signIn('own'), signIn('strange', { at: NOW - 2 * DAY }), signIn('old', { confirmed: true, at: NOW - 3 * DAY })];
  const security: Security = {
    biometrics: { state: 'granted', since: NOW - 12 * DAY, version: '2026-11' },
    typing: {
      state: 'young',
      learned: 7,
      readyAt: 20,
      enrolledAt: NOW - 12 * DAY,
      lastLearned: NOW - DAY,
      released: { at: NOW - DAY, learned: 3, dropped: 1 },
    },
    checks: { consent: 'declined', sessions: [] },
    face: { consent: 'granted', state: 'enrolled', enrolledAt: NOW - 3 * DAY },
    card: { state: 'active', issuedAt: NOW - 12 * DAY, wrongInARow: 0 },
    sessions: [{ id: 's', current: true, startedAt: NOW, lastActivityAt: NOW, state: 'full' }],
    signIns,
  };
  const answers: Record<string, (body: Record<string, unknown>) => unknown> = {
    '/auth/session': () => ({
      state: 'full',
      idleAfterMs: 120_000,
      expiresAt: NOW + DAY,
      biometrics: 'granted',
      role: 'customer',
      name: 'Ada',
    }),
    '/auth/security': () => structuredClone(security),
    '/auth/history': () => ({ signIns: structuredClone(signIns), next: null }),
    '/auth/step-up/start': () => ({ challenge: 'c', coordinates: ['B3', 'E7', 'A1'] }),
    '/auth/step-up': () => ({ status: 'confirmed', confirmation: 'by-card' }),
    '/auth/sign-ins/confirm': () => {
      for (const each of signIns) each.confirmed ||= !each.disputed;
      security.typing = { ...security.typing, learned: 8, released: { at: NOW, learned: 1, dropped: 1 } };
      return { status: 'confirmed', signIns: 2, learned: 1, dropped: 1 };
    },
    '/auth/face/delete': () => {
      security.face = { ...security.face, state: 'none', enrolledAt: null };
      return structuredClone(security);
    },
    '/auth/consent': () => {
      security.face = { ...security.face, consent: 'declined' };
      return structuredClone(security);
    },
    '/auth/sign-ins/dispute': ({ signIn: id }) => {
      for (const each of signIns) each.disputed ||= each.id === id;
      return disputed;
    },
  };
  let disputed: SignInDisputed = { status: 'disputed', already: false, byCard: false, typing: 'rolled-back', sessionsEnded: 1 };
  return {
    requests,
    answerDispute: (answer: Partial<SignInDisputed>) => {
      disputed = { ...disputed, ...answer };
    },
    send: async (request: ApiRequest) => {
      requests.push(request);
      const answer = answers[request.path];
      if (answer === undefined) throw new Error(`nobody answers ${request.path}`);
      return answer(request.body as Record<string, unknown>);
    },
  };
}

let world: ReturnType<typeof bank>;
let rendered: Rendered;
beforeEach(async () => {
  world = bank();
  rendered = await render(
    <MemoryRouter>
      <SessionProvider send={world.send}>
        <SecurityPage />
      </SessionProvider>
    </MemoryRouter>,
  );
});
afterEach(() => rendered.unmount());

const text = () => (rendered.container.textContent ?? '').replace(/\s+/g, ' ');
const all = <E extends Element>(selector: string) => [...rendered.container.querySelectorAll<E>(selector)];
const buttons = (name: string) => all<HTMLButtonElement>('button').filter(({ textContent }) => textContent?.startsWith(name));
const press = (button: HTMLButtonElement | undefined) => act(async () => button?.click());
async function answerCard(): Promise<void> {
  const [first] = all<HTMLInputElement>('dialog input');
  if (!first) throw new Error('no card is asked for');
  await enter(first, 'A7B2C3');
  await submit(rendered.container.querySelector('dialog') as HTMLElement);
}
const rows = () => all('tbody tr').map(({ textContent }) => textContent ?? '');
const sent = (path: string) => world.requests.filter((request) => request.path === path);

describe('My security', () => {
  it('tells how old the template is, what was learned, what waits, and what the last code made of it', () => {
    expect(text()).toContain('How you type');
    expect(text()).toContain('Learning 7 of 20');
    expect(text()).toMatch(/Set up on.* 12 days ago/);
    expect(text()).toContain('Learned so far7 entries');
    expect(text()).toContain('Sign-ins without your cardNot learned from');
    expect(text()).toMatch(/At your last card code3 learned, 1 deleted, /);
    const progress = rendered.container.querySelector('progress');
    expect([progress?.value, progress?.max, progress?.getAttribute('aria-label')]).toEqual([7, 20, 'Entries learned']);
    expect(all('a').map((link) => link.getAttribute('href'))).toContain('/security/typing');
    expect(text()).not.toMatch(/score|threshold|mismatch|%/i);
  });

  it('names each sign-in that can be disputed for those who do not see the row', () => {
    const names = buttons('This was not me').map(({ textContent }) => textContent);
    expect(names).toHaveLength(3);
    expect(new Set(names).size).toBe(3);
  });

  it('disputes one sign-in behind a card code, says what was done, and marks it', async () => {
    await press(buttons('This was not me')[1]);
    expect(rendered.container.querySelector('dialog')?.textContent).toContain('This was not you?');
    expect(sent('/auth/sign-ins/dispute')).toEqual([]);
    await answerCard();
    expect(sent('/auth/sign-ins/dispute').map(({ body }) => body)).toEqual([{ confirmation: 'by-card', signIn: 'strange' }]);
    expect(document.activeElement?.textContent).toMatch(/We signed out 1 other browser. We forgot.*Change your password now/);
    // No class of its own that takes away the outline of what has the focus.
    expect(document.activeElement?.className).toBe('');
    expect(document.activeElement?.textContent).not.toMatch(/Your card was used|set up your typing again/);
    expect(rows().map((row) => row.includes('Not you'))).toEqual([false, true, false]);
    expect(buttons('This was not me')).toHaveLength(2);
  });

  it('advises to report the card, and to enrol again, where that is so', async () => {
    world.answerDispute({ byCard: true, typing: 'enrol-again' });
    await press(buttons('This was not me')[0]);
    await answerCard();
    expect(document.activeElement?.textContent).toMatch(/Your card was used in that sign-in.*set up your typing again/);
    expect(document.activeElement?.querySelector(`a[href="#${CARD_SECTION}"]`)?.textContent).toBe('Report it as lost');
    expect(document.getElementById(CARD_SECTION)?.textContent).toContain('Report my card as lost');
  });

  it('says only what was done', async () => {
    world.answerDispute({ typing: 'unchanged', sessionsEnded: 0 });
    await press(buttons('This was not me')[0]);
    await answerCard();
    expect(document.activeElement?.textContent).toContain('Nobody else was signed in. We had learned nothing of your typing');
    expect(document.activeElement?.textContent).not.toMatch(/signed out|We forgot|is gone/);
    world.answerDispute({ already: true });
    await press(buttons('This was not me')[0]);
    await answerCard();
    expect(document.activeElement?.textContent).toContain('You had told us of it before');
    expect(document.activeElement?.textContent).not.toMatch(/e-mail|Nobody else|forgot/);
  });

  it.each([
    [['This was not me'], 'sign-ins/dispute:own'],
    [['These were all me'], 'sign-ins/confirm'],
    [['Turn off typing recognition'], 'consent:declined'],
    [['Delete my face'], 'face:delete'],
    [['Export my data'], 'export'],
    [['Erase my account', 'Go on to erase'], 'erase'],
  ])('asks for a code at %j that is good for that alone', async (names, binding) => {
    for (const name of names) await press(buttons(name)[0]);
    expect(sent('/auth/step-up/start').map(({ body }) => body)).toEqual([{ purpose: 'settings', binding }]);
  });

  it('does nothing where the dialog is left', async () => {
    await press(buttons('This was not me')[0]);
    await press(buttons('Cancel')[0]);
    expect(rendered.container.querySelector('dialog')).toBeNull();
    expect(sent('/auth/sign-ins/dispute')).toEqual([]);
    expect(rows().some((row) => row.includes('Not you'))).toBe(false);
  });

  it('tells of the face, deletes it behind a card code, and then takes back the consent', async () => {
    const face = () => rendered.container.querySelector('[aria-labelledby=face-title]')?.textContent ?? '';
    expect(face()).toMatch(/^Your faceOn.*Set up on.*3 days ago.*Set up my face again.*Delete my face$/);
    await press(buttons('Delete my face')[0]);
    await answerCard();
    expect(sent('/auth/face/delete').map(({ body }) => body)).toEqual([{ confirmation: 'by-card' }]);
    expect(face()).toMatch(/^Your faceOff.*Nothing about your face.*Add my face.*You agreed/);
    await press(buttons('Withdraw my consent')[0]);
    await answerCard();
    expect(sent('/auth/consent').map(({ body }) => body)).toEqual([{ face: 'declined', confirmation: 'by-card' }]);
    expect(sent('/auth/step-up/start').at(-1)?.body).toEqual({ purpose: 'settings', binding: 'consent:face-declined' });
    expect(face()).not.toContain('You agreed');
  });

  it('confirms them all behind a card code, and says what was learned of it and what was not', async () => {
    await press(buttons('These were all me')[0]);
    await answerCard();
    expect(sent('/auth/sign-ins/confirm').map(({ body }) => body)).toEqual([{ confirmation: 'by-card' }]);
    expect(document.activeElement?.textContent).toBe('Thank youWe learned from 1 entry. We deleted 1 entry without learning from it.');
    expect(rows().every((row) => row.includes('confirmed by you'))).toBe(true);
    expect(buttons('These were all me')).toEqual([]);
    expect(text()).toContain('Learned so far8 entries');
  });
});
