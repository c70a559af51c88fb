const WORDS: Record<string, string> = {
  'typing-mismatch': 'Right password, other typing',
  'typing-automated': 'Right password, typed by a program',
  'typing-replayed': 'Right password, a recorded sign-in',
  'face-mismatch': 'Right password, another face',
  'face-not-live': 'Right password, a face that did not do what was asked',
  'face-replayed': 'Right password, a recorded face',
  'step-up-failed': 'Wrong card code after the right password',
  'step-up-abandoned': 'No card code after the right password',
  'reauthentication-failed': 'Failed to unlock the session',
  'throttle-cap': 'Too many failed tries',
  'sign-in-disputed': 'A sign-in was disputed',
  'session-reuse': 'A copied session was used',
  'card-lost': 'Card reported lost',
  'card-suspended': 'Card blocked after wrong codes',
  'session-doubt': 'A session does not look like its owner',
  'session-taken-over': 'Somebody else seems to be in a session',
  'password-changed': 'Password changed',
  'password-reset': 'Password reset',
};

/** What an alert means, in words for an operator; a code that this page does not know stands for itself. */
export const alertText = (code: string): string => WORDS[code] ?? code;
