import { formatWait } from '../lib/dates';
import { ApiError } from './api-error';

const TEXTS: Record<string, string> = {
  ERR_NETWORK: 'We could not reach the bank. Check your connection and try again. Nothing is done twice.',
  ERR_CREDENTIALS: 'The e-mail address or the password is not right.',
  ERR_TYPING_AUTOMATED: 'We could not accept this sign-in. Please type your password yourself and try again.',
  ERR_CHALLENGE_BUSY: 'We are still working on your last try. Please try again in a few seconds.',
  ERR_CARD_SUSPENDED: 'Your matrix card is blocked. Please contact the bank to get a new one.',
  ERR_PASSWORD_WEAK: 'This password is too easy to guess. Please choose another one.',
  ERR_ENROLMENT_FACE: 'We could not get to know your face. You can begin again, with your face or without it.',
  ERR_CONSENT_MISSING: 'Please agree to it first.',
  ERR_FUNDS_INSUFFICIENT: 'There is not enough money in this account for that transfer.',
  ERR_SESSION_LOCKED: 'Your session is locked. Please enter your password to go on.',
  ERR_SESSION_SCOPE: 'Please confirm with your card first.',
  ERR_SESSION_NONE: 'You are signed out. Please sign in again.',
  ERR_SESSION_EXPIRED: 'You are signed out. Please sign in again.',
  ERR_SESSION_ENDED: 'Your session has ended. Please sign in again.',
  ERR_STEP_UP_NEEDED: 'Please show first that it is you. Your card is asked for at the top of the page.',
  ERR_TEXT_UNAVAILABLE: 'A text can not help here. Please use your card.',
  ERR_CONFIRMATION_NEEDED: 'Please confirm with your card.',
  ERR_CONFIRMATION: 'That took too long. Please confirm with your card again.',
  ERR_REGISTRATION_ENDED: 'This registration has ended. Please start again.',
  ERR_RESET_ENDED: 'This reset has ended. Please ask for a new code.',
  ERR_ANSWER: 'The bank gave an answer that this page cannot read. Please try again.',
};

const STALE = new Set(['ERR_CHALLENGE_USED', 'ERR_CHALLENGE_INVALID', 'ERR_CHALLENGE_EXPIRED', 'ERR_CHALLENGE_MISMATCH']);

/** Whether the server wants a new challenge before it looks at anything. */
export const isStale = (error: unknown): boolean => error instanceof ApiError && STALE.has(error.code);

/** How many tries are left, where the bank says so. */
export const triesLeft = (error: unknown): string => {
  const left = error instanceof ApiError ? error.left : undefined;
  return left === undefined ? '' : left === 1 ? ' 1 try is left.' : ` ${left} tries are left.`;
};

/** What to tell a person about a failed request: what happened and what to do. Never what the server measured. */
export function messageFor(error: unknown): string {
  if (!(error instanceof ApiError)) {
    return 'Something went wrong on this page. Please load it again.';
  }
  if (error.code === 'ERR_CODE_WRONG') {
    return `That code is not right. Please check it and try again.${triesLeft(error)}`;
  }
  if (error.code === 'ERR_CREDENTIALS' && error.left !== undefined) {
    return `The password is not right.${triesLeft(error)}`;
  }
  if (error.code === 'ERR_THROTTLED' || error.status === 429) {
    return `Too many tries. Please wait ${formatWait(error.retryAfter ?? 30)} and try again.`;
  }
  if (isStale(error)) {
    return 'That took too long. Please try again.';
  }
  // A gateway that stands before the bank answers in words of its own.
  const text = error.code === 'ERR_ANSWER' && error.status >= 500 ? undefined : TEXTS[error.code];
  if (text !== undefined) {
    return text;
  }
  if (error.status >= 500) {
    const wait = error.retryAfter === undefined ? 'in a minute' : `in ${formatWait(Math.max(1, error.retryAfter))}`;
    return `The bank has a problem at the moment. Please try again ${wait}. Nothing is done twice.`;
  }
  // A validation message of the server names the field and the remedy.
  return error.message !== error.code && error.message !== ''
    ? error.message
    : 'The bank could not do that. Please check what you entered.';
}
