import { describe, expect, it } from 'vitest';
import { formatAge } from '../../lib/dates';
import { faceStateWords } from './face-section';
import { factorsText } from './sign-in-table';
import { confirmedText } from './sign-ins-section';
import { releasedText, typingStateText } from './typing-section';

const typing = { state: 'young', learned: 7, readyAt: 20, lastLearned: null, enrolledAt: 1, released: null } as const;

describe('words of the security page', () => {
  it('counts what is learned while the template is young', () => {
    expect(typingStateText(typing)).toBe('Learning 7 of 20');
    expect(typingStateText({ ...typing, state: 'ready', learned: 25 })).toBe('Ready');
    expect(typingStateText({ ...typing, state: 'none', learned: 0 })).toBe('Not set up yet');
  });

  it('says what a face is good for', () => {
    const face = { consent: 'granted', enrolledAt: 1 } as const;
    expect(faceStateWords({ ...face, state: 'enrolled' })).toMatchObject({ tag: 'On', text: expect.stringContaining('or take your card') });
    expect(faceStateWords({ ...face, state: 'outdated' }).text).toMatch(/set it up again.*card/);
    expect(faceStateWords({ ...face, state: 'none' })).toMatchObject({ tag: 'Off', look: 'tag' });
  });

  it('says by what somebody was recognised', () => {
    expect(factorsText(['password'])).toBe('Password');
    expect(factorsText(['password', 'matrix-code'])).toBe('Password and matrix card');
    expect(factorsText(['password', 'typing', 'matrix-code'])).toBe('Password, typing and matrix card');
    expect(factorsText(['password', 'typing', 'face'])).toBe('Password, typing and face');
    expect(factorsText([])).toBe('Nothing');
  });

  it('counts what a card code made of the entries that waited', () => {
    expect(releasedText({ learned: 3, dropped: 1 })).toBe('3 learned, 1 deleted');
    expect(releasedText({ learned: 3, dropped: 0 })).toBe('3 learned');
    expect(releasedText({ learned: 0, dropped: 2 })).toBe('2 deleted');
    expect(releasedText({ learned: 0, dropped: 0 })).toBe('Nothing was waiting');
    expect(confirmedText({ learned: 1, dropped: 0 })).toBe('We learned from 1 entry.');
    expect(confirmedText({ learned: 2, dropped: 1 })).toBe('We learned from 2 entries. We deleted 1 entry without learning from it.');
    expect(confirmedText({ learned: 0, dropped: 2 })).toBe('We deleted 2 entries without learning from them.');
    expect(confirmedText({ learned: 0, dropped: 0 })).toBe('They are marked as yours.');
  });

  it('tells the age of a template by the calendar', () => {
    const now = new Date(2026, 2, 30, 9).getTime();
    expect(formatAge(new Date(2026, 2, 30, 0, 5).getTime(), now)).toBe('today');
    expect(formatAge(new Date(2026, 2, 29, 23, 55).getTime(), now)).toBe('yesterday');
    // The clocks of much of the world change in between.
    expect(formatAge(new Date(2026, 2, 1, 12).getTime(), now)).toBe('29 days ago');
    expect(formatAge(now + 1_000, now)).toBe('today');
  });
});
