import { describe, expect, it } from 'vitest';
import { factorsText } from './sign-ins-section';
import { typingStateText } from './typing-section';

const typing = { state: 'young', learned: 7, readyAt: 20, lastLearned: null, enrolledAt: 1, quarantined: 0 } as const;

describe('words of the security page', () => {
  it('counts what is learned while the template is young', () => {
    expect(typingStateText(typing)).toBe('Learning 7 of 20');
    expect(typingStateText({ ...typing, state: 'ready', learned: 25 })).toBe('Ready');
    expect(typingStateText({ ...typing, state: 'none', learned: 0 })).toBe('Not set up yet');
  });

  it('says by what somebody was recognised', () => {
    expect(factorsText(['password'])).toBe('Password');
    expect(factorsText(['password', 'matrix-code'])).toBe('Password and matrix card');
    expect(factorsText(['password', 'typing', 'matrix-code'])).toBe('Password, typing and matrix card');
    expect(factorsText([])).toBe('Nothing');
  });
});
