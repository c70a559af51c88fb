/** Why the server closed a socket, for the page. Its reason is the code of an error. */
export const CLOSE_CODES = Object.freeze({
  /** The message was no batch of evidence: it is not to be sent again. */
  malformed: 4400,
  /** The access token of the upgrade has run out: renew it and connect again. */
  expired: 4401,
  /** The session has ended, is locked, or may not do this. */
  ended: 4403,
  /** No answer to two pings in a row. */
  silent: 4408,
  /** Too many sockets of this session: send by HTTP. */
  tooMany: 4409,
  /** The message was too large. */
  tooLarge: 4413,
  /** Too fast, or it does not read what it is sent. */
  tooFast: 4429,
  /** The server is going down: connect again. */
  restart: 1012,
  /** The server is overloaded: connect again later. */
  overloaded: 1013,
});

export type CloseCode = (typeof CLOSE_CODES)[keyof typeof CLOSE_CODES];
