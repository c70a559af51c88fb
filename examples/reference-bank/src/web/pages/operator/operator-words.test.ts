import { expect, it } from 'vitest';
import type { LiveSession } from '../../api/operator-types';
import {
  alertFacts,
  byUrgency,
  entryAsWritten,
  entryFacts,
  entryWords,
  levelTone,
  measureWords,
  percent,
  reasonsSentence,
  reasonWords,
} from './operator-words';

const session = (id: string, level: 'unsettled' | 'low' | 'medium' | 'high' | null, startedAt = 0): LiveSession => ({
  id,
  subject: 's',
  name: 'Ada',
  state: 'open',
  startedAt,
  expiresAt: 9,
  lastActivityAt: 0,
  risk: 'low',
  stepUpNeeded: false,
  evidence: level && {
    since: 0,
    lastAt: 0,
    level,
    levelSince: 0,
    confidence: 0.5,
    risk: 0.5,
    reasons: [],
    counts: { batches: 0, keys: 0, actions: 0, scored: 0, replayed: 0, untrusted: 0 },
    template: 'ready',
  },
});

it('puts first what needs somebody’s eyes, and leaves the rest where it was', () => {
  const sessions = [
    session('e', null),
    session('d', 'unsettled', 5),
    session('c', 'low', 2),
    session('b', 'high', 9),
    session('a', 'medium'),
  ];
  expect(sessions.sort(byUrgency).map(({ id }) => id)).toEqual(['b', 'a', 'c', 'd', 'e']);
  expect([session('y', 'low', 3), session('x', 'low', 3)].sort(byUrgency).map(({ id }) => id)).toEqual(['x', 'y']);
});

it('says what was done to a session', () => {
  const of = (state: LiveSession['state'], stepUpNeeded: boolean) => measureWords({ state, stepUpNeeded });
  expect([of('open', false), of('open', true), of('locked', true), of('ended', true)]).toEqual([null, 'Card asked for', 'Locked', 'Over']);
});

it('says codes in words, and leaves those that it does not know', () => {
  expect([reasonWords('typing-differs'), reasonWords('new-code')]).toEqual(['types otherwise than the owner', 'new-code']);
  expect([entryWords('session-ended'), entryWords('new-type')]).toEqual(['Session ended', 'new-type']);
  expect(levelTone('high')).toBe('tag tag-danger');
  expect(percent(0.3449)).toBe('34 %');
});

it('tells the reasons as a sentence, and says so where there is none', () => {
  expect(reasonsSentence(['typing-differs', 'idle'])).toBe('Types otherwise than the owner; nothing was seen for a while');
  expect(reasonsSentence([])).toBe('Nothing speaks against it');
});

it('says the details of an alert in words, and leaves those that it does not know', () => {
  expect(alertFacts({ risk: 'high', action: 'lock' })).toBe('High risk; the session was locked');
  expect(alertFacts({ byCard: false, typing: 'enrol-again' })).toBe('Signed in without the card; typing must be set up again');
  expect(alertFacts({ risk: 'odd', count: 3 })).toBe('Risk: odd; count: 3');
  expect(alertFacts({})).toBe('');
});

it('says what an entry of the log tells but for whom it names, and has it as it was written', () => {
  const looked = { type: 'customer-viewed', reason: 'searched', detail: { operator: 'o1', subject: 's1' } };
  expect(entryFacts(looked)).toBe('Found by sign-in address');
  expect(entryAsWritten(looked)).toBe('type: customer-viewed, reason: searched, operator: o1, subject: s1');
  expect(entryFacts({ type: 'alert-acknowledged', reason: null, detail: { operator: 'o1', code: 'card-lost' } })).toBe(
    'Card reported lost',
  );
  expect(entryFacts({ type: 'keys-rotated', reason: null, detail: { scanned: 7, rewrapped: 5 } })).toBe(
    '7 keys looked at; 5 now under the current key',
  );
  // One that was lifted and one that was reached are told apart.
  const throttled = (reason: string) => entryFacts({ type: 'throttled', reason, detail: {} });
  expect([throttled('lifted'), throttled('address-cap')]).toEqual(['Block of a sign-in name lifted', 'From one network address']);
  expect(entryFacts({ type: 'session-viewed', reason: null, detail: { operator: 'o1', subject: 's1', session: 'x' } })).toBe('');
  expect(entryFacts({ type: 'new-type', reason: 'new-reason', detail: { field: 'value' } })).toBe('New-reason; field: value');
});
