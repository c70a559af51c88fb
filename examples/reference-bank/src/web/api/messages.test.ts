import { expect, it } from 'vitest';
import { ApiError, readApiError } from './api-error';
import { messageFor } from './messages';

it.each([
  ['a gateway that answers with a page', readApiError(502, undefined)],
  ['a server that says what is wrong with it', new ApiError({ code: 'ERR_STORE_BUSY', status: 503 })],
])('says of %s that the bank has a problem, and when to come back', (_, error) => {
  expect(messageFor(error)).toBe('The bank has a problem at the moment. Please try again in a minute. Nothing is done twice.');
});

it('says how long, where the server does', () => {
  expect(messageFor(readApiError(503, undefined, 5_000))).toContain('Please try again in 5 seconds.');
});

it('says of an answer that is no error but can not be read that it can not be read', () => {
  expect(messageFor(new ApiError({ code: 'ERR_ANSWER', status: 200 }))).toContain('cannot read');
});
