import { describe, expect, it } from 'vitest';
import type { Session } from '../api/types';
import { initialSessionState, nextSessionState, type SessionEvent } from './session-state';

const full: Session = { state: 'full', idleAfterMs: 120_000, expiresAt: 9, biometrics: 'granted', role: 'customer', name: 'Ada' };
const run = (...events: SessionEvent[]) => events.reduce(nextSessionState, initialSessionState);

describe('nextSessionState', () => {
  it('keeps the question of a sign-in for the step-up page', () => {
    const state = run({
      type: 'outcome',
      outcome: { status: 'step-up', next: 'matrix-code', challenge: 'c', coordinates: ['A1', 'B2', 'C3'] },
    });
    expect(state.session).toEqual({ state: 'step-up', next: 'matrix-code' });
    expect(state.question).toEqual({ challenge: 'c', coordinates: ['A1', 'B2', 'C3'] });
  });

  it('drops the question once signed in, and starts a new epoch', () => {
    const state = run(
      { type: 'outcome', outcome: { status: 'step-up', next: 'matrix-code', challenge: 'c', coordinates: [] } },
      { type: 'outcome', outcome: { status: 'signed-in', session: full } },
    );
    expect(state).toEqual({ session: full, question: null, face: null, over: null, epoch: 1 });
  });

  it('keeps what a sign-in asks for before the camera, until something else is asked for', () => {
    const asked = { challenge: 'c', actions: [{ kind: 'turn' as const, to: 'left' as const }], expiresAt: 9 };
    const waiting = run({ type: 'outcome', outcome: { status: 'step-up', next: 'face', retry: 'unstable', ...asked } });
    expect(waiting).toMatchObject({ session: { state: 'step-up', next: 'face' }, face: asked, question: null });
    // Another tab said that something has changed: it has not.
    expect(nextSessionState(waiting, { type: 'loaded', session: { state: 'step-up', next: 'face' } }).face).toEqual(asked);
    const code = { status: 'step-up', next: 'matrix-code', challenge: 'm', coordinates: ['A1'] } as const;
    expect(nextSessionState(waiting, { type: 'outcome', outcome: { ...code, coordinates: ['A1'] } })).toMatchObject({
      session: { state: 'step-up', next: 'matrix-code' },
      face: null,
      question: { challenge: 'm', coordinates: ['A1'] },
    });
    expect(nextSessionState(waiting, { type: 'over', reason: 'expired' }).face).toBeNull();
  });

  it('keeps name and consent under the lock, and nothing else', () => {
    const state = run({ type: 'loaded', session: full }, { type: 'locked' });
    expect(state.session).toEqual({ state: 'locked', biometrics: 'granted', name: 'Ada', cause: 'idle' });
    expect(state.epoch).toBe(1);
  });

  it('locks only a full session', () => {
    expect(run({ type: 'loaded', session: { state: 'none' } }, { type: 'locked' }).session).toEqual({ state: 'none' });
  });

  it('starts a new epoch when the lock opens, not when the same session is read again', () => {
    expect(run({ type: 'loaded', session: full }, { type: 'loaded', session: full }).epoch).toBe(1);
    expect(
      run({ type: 'loaded', session: full }, { type: 'locked' }, { type: 'outcome', outcome: { status: 'signed-in', session: full } })
        .epoch,
    ).toBe(2);
  });

  it('says that a session ended, and not that an own sign-out expired', () => {
    expect(run({ type: 'loaded', session: full }, { type: 'over', reason: 'expired' }).over).toBe('expired');
    expect(run({ type: 'loaded', session: full }, { type: 'loaded', session: { state: 'none' } }).over).toBe('expired');
    expect(run({ type: 'loaded', session: full }, { type: 'over', reason: 'signed-out' }, { type: 'over', reason: 'expired' }).over).toBe(
      'signed-out',
    );
    expect(run({ type: 'loaded', session: { state: 'none' } }).over).toBeNull();
  });
});

it('says that the bank ended a session, also where a request found out first that there is none', () => {
  const signedIn = nextSessionState(initialSessionState, { type: 'loaded', session: full });
  const ended = { type: 'loaded', session: { state: 'none', ended: true } } as const;
  expect(nextSessionState(signedIn, ended)).toMatchObject({ session: { state: 'none' }, over: 'ended' });
  const told = nextSessionState(signedIn, { type: 'over', reason: 'expired' });
  expect(nextSessionState(told, ended).over).toBe('ended');
  const left = nextSessionState(signedIn, { type: 'over', reason: 'signed-out' });
  expect(nextSessionState(left, ended).over).toBe('signed-out');
});
