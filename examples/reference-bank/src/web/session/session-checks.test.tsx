import { expect, it } from 'vitest';
import type { Session } from '../api/types';
import { planOf, shownState } from './session-checks';

const full: Session = { state: 'full', idleAfterMs: 120_000, expiresAt: 9, biometrics: 'granted', role: 'customer', name: 'Ada' };

it.each<[string, Session | undefined, boolean, ReturnType<typeof planOf>]>([
  ['a customer who is signed in', full, true, 'record'],
  ['a browser that was told not to', full, false, 'pause'],
  ['a customer without biometrics', { ...full, biometrics: 'declined' }, true, 'pause'],
  ['an operator', { ...full, role: 'operator' }, true, 'pause'],
  ['a locked session', { state: 'locked', biometrics: 'granted', name: 'Ada', cause: 'idle' }, true, 'pause'],
  ['a session that is not known yet', undefined, true, 'pause'],
  ['nobody', { state: 'none' }, true, 'erase'],
  ['a sign-in that waits for the card', { state: 'step-up', next: 'matrix-code' }, true, 'erase'],
])('plans for %s', (_who, session, listens, plan) => {
  expect(planOf(session, listens)).toBe(plan);
});

it('claims no checks while the bank can not be reached, and keeps its question', () => {
  const states = ['off', 'on', 'checking', 'confirm'] as const;
  expect(states.map((state) => shownState(state, true))).toEqual(states);
  expect(states.map((state) => shownState(state, false))).toEqual(['off', 'paused', 'paused', 'confirm']);
});
