/** What a code means to an HTTP client, and the message where the place of the error knows no better one. */
export interface ErrorCodeEntry {
  /** HTTP status, 400-599. */
  readonly status: number;
  /** Says what happened and what to do. Never repeats a value. */
  readonly message: string;
}

/** Every code that `@tacit-auth/server-verify` throws. */
export const ERROR_CODES = Object.freeze({
  // Start, keys and store
  ERR_NOT_STARTED: { status: 503, message: 'The verifier has not been started: await start() first.' },
  ERR_CLOSED: { status: 503, message: 'The verifier is closed: create and start a new one.' },
  ERR_KEY_WRONG: { status: 500, message: 'The root key in the store can not be unwrapped: give the key provider that wrapped it.' },
  ERR_KEY_PROVIDER: { status: 500, message: 'The key provider failed: see the cause, and make the key reachable.' },
  ERR_DATA_KEY_ERASED: { status: 410, message: 'The key of this customer was erased, so the record can never be opened again.' },
  ERR_RECORD_CORRUPT: {
    status: 500,
    message: 'A stored record can not be opened or has another shape than its kind: restore it from a backup.',
  },
  ERR_TEMPLATE_VERSION: {
    status: 500,
    message: 'The typing template was written by a later version: run that version, or a later one.',
  },
  ERR_RECORD_CONFLICT: { status: 409, message: 'The record was changed by somebody else: read it again and repeat.' },
  ERR_STORE_BUSY: { status: 503, message: 'The store stayed locked by another process for too long: try again.' },
  ERR_STORE_FAILED: { status: 503, message: 'The store failed: see the cause. Nothing was written.' },
  ERR_STORE_CLOSED: { status: 503, message: 'The store is closed: open a new one.' },
  ERR_STORE_NESTED: { status: 500, message: 'A transaction was begun inside another one: pass the outer transaction on instead.' },
  ERR_STORE_TRANSACTION_ENDED: {
    status: 500,
    message: 'The transaction has ended: use it only inside its work function, and await every verb.',
  },
  ERR_STORE_SCHEMA: {
    status: 500,
    message: 'The schema of the store is newer than this version: run the version that wrote it, or a later one.',
  },
  ERR_STORE_NOT_MIGRATED: { status: 503, message: 'The store has no schema yet: await migrate() first.' },

  // One judgement per challenge
  ERR_CHALLENGE_INVALID: { status: 400, message: 'The challenge is not one of this server: ask for a new one.' },
  ERR_CHALLENGE_EXPIRED: { status: 400, message: 'The challenge has expired: ask for a new one.' },
  ERR_CHALLENGE_MISMATCH: { status: 400, message: 'The challenge was issued for something else: ask for a new one.' },
  ERR_CHALLENGE_USED: { status: 409, message: 'The challenge was used already: ask for a new one.' },
  ERR_CHALLENGE_BUSY: { status: 409, message: 'This submit is being judged: repeat it unchanged after the time given.' },
  ERR_THROTTLED: { status: 429, message: 'Too many attempts: wait for the time given.' },
  ERR_IDEMPOTENCY_KEY: { status: 400, message: 'The idempotency key must be 1-64 characters of A-Z a-z 0-9 _ -.' },

  // Factors
  ERR_CREDENTIALS: { status: 401, message: 'The name or the password is wrong.' },
  ERR_CODE_WRONG: { status: 401, message: 'The code is wrong.' },
  ERR_CARD_SUSPENDED: { status: 409, message: 'The matrix card is suspended: ask the bank for a new one.' },
  ERR_TYPING_AUTOMATED: { status: 422, message: 'The entry was not typed by a person: type it by hand.' },
  ERR_PASSWORD_WEAK: { status: 422, message: 'The password is too easy to guess: choose a longer or less common one.' },
  ERR_ENROLMENT_QUALITY: { status: 422, message: 'The entries can not be enrolled: type each one without correction.' },
  ERR_TEXT_UNAVAILABLE: { status: 409, message: 'There is nothing yet to compare a text with: ask for the code of the matrix card.' },
  ERR_ENROLMENT_FACE: { status: 422, message: 'The face can not be enrolled: begin again, or go on without it.' },
  ERR_CONSENT_MISSING: { status: 403, message: 'The customer has not granted the use of biometrics: record a consent first.' },
  ERR_SUBJECT_UNKNOWN: { status: 404, message: 'No such customer.' },

  // Sessions
  ERR_SESSION_NONE: { status: 401, message: 'No session: sign in.' },
  ERR_SESSION_SCOPE: { status: 403, message: 'The session does not allow this yet: answer the step-up first.' },
  ERR_SESSION_LOCKED: { status: 423, message: 'The session is locked: re-authenticate.' },
  ERR_SESSION_EXPIRED: { status: 401, message: 'The access token has expired: refresh the session and repeat.' },
  ERR_STEP_UP_NEEDED: { status: 403, message: 'This needs a code of the matrix card first: answer one, then repeat.' },
  ERR_SESSION_ENDED: { status: 401, message: 'The session has ended: sign in again.' },

  ERR_CONFIRMATION: { status: 403, message: 'This needs a fresh confirmation by matrix code: ask for one and repeat.' },
  ERR_EVENTS_LIMIT: { status: 429, message: 'Too many event streams are open: close one, or try again after the time given.' },
  ERR_ROLE: { status: 403, message: 'The session has not the role that this needs.' },

  // Flows
  ERR_BIOMETRICS_DECLINED: { status: 422, message: 'Typing data was sent although the use of biometrics was declined: leave it out.' },
  ERR_REGISTRATION_ENDED: { status: 410, message: 'The registration has ended: begin a new one.' },
  ERR_RESET_ENDED: { status: 410, message: 'The reset has ended: begin a new one.' },
  ERR_HOST: { status: 503, message: 'The application could not complete its part yet: repeat the same request after the time given.' },

  // Requests
  ERR_FIELD_INVALID: { status: 422, message: 'A field is missing or has another shape than expected.' },
  ERR_BODY_INVALID: { status: 400, message: 'The body is not JSON.' },
  ERR_BODY_SIZE: { status: 413, message: 'The body is larger than 512 KiB.' },
  ERR_CONTENT_TYPE: { status: 415, message: 'The content type must be application/json.' },
  ERR_ORIGIN: { status: 403, message: 'The request comes from another origin.' },
  ERR_NOT_FOUND: { status: 404, message: 'No such resource.' },
  ERR_METHOD: { status: 405, message: 'The method is not allowed here.' },
  ERR_INTERNAL: { status: 500, message: 'Something failed on the server.' },
  ERR_HEADER_SIZE: { status: 431, message: 'The headers of the request are larger than 32 KiB.' },
  ERR_BODY_READ: { status: 500, message: 'The body was read before Tacit could: mount its routes before every body parser.' },

  // WebSockets
  ERR_UPGRADE: { status: 426, message: 'This address takes WebSocket connections of version 13 only.' },
  ERR_SOCKET_LIMIT: { status: 429, message: 'Too many connections of this session or network: close one, or wait for the time given.' },
  ERR_SOCKET_SLOW: { status: 429, message: 'The connection does not take what is sent to it: connect again.' },
  ERR_SOCKET_HEARTBEAT: { status: 408, message: 'The connection did not answer: connect again.' },
  ERR_OVERLOADED: { status: 503, message: 'The server has no room for this connection now: wait for the time given.' },
  ERR_SERVER_CLOSING: { status: 503, message: 'The server is going down: connect again.' },

  // Mail
  ERR_MAIL_DELIVERY: { status: 502, message: 'The mail could not be handed to the mail server.' },
  ERR_MAIL_UNKNOWN: { status: 404, message: 'No such message in the outbox.' },

  // Evidence of a session
  ERR_EVIDENCE_TYPE: { status: 400, message: 'The batch of evidence is neither JSON text nor an object.' },
  ERR_EVIDENCE_SIZE: { status: 413, message: 'The batch of evidence is too large: send what was recorded in several.' },
  ERR_EVIDENCE_JSON: { status: 400, message: 'The batch of evidence is not JSON.' },
  ERR_EVIDENCE_VERSION: { status: 400, message: 'The batch of evidence is of a version that this server does not read.' },
  ERR_EVIDENCE_PROPERTY: { status: 400, message: 'The batch of evidence has a property that its version does not know.' },
  ERR_EVIDENCE_STREAM: { status: 400, message: 'The stream is not what a stream is named by: open one.' },
  ERR_EVIDENCE_SEQ: { status: 400, message: 'The number of the batch is not one that a batch can have.' },
  ERR_EVIDENCE_FLOOR: { status: 400, message: 'The floor of the batch is not below its number.' },
  ERR_EVIDENCE_TYPING: { status: 400, message: 'The typing of the batch can not be read: send samples of windows, as they were recorded.' },
  ERR_EVIDENCE_POINTER: { status: 400, message: 'The pointer of the batch can not be read: send samples as they were recorded.' },
  ERR_EVIDENCE_GAP: { status: 409, message: 'Batches are missing before this one: send on from the number given.' },
  ERR_EVIDENCE_UNKNOWN: { status: 409, message: 'The stream is not one of this session, or not any more: open one.' },
  ERR_EVIDENCE_RATE: { status: 429, message: 'This is more than a person types or points in the time: wait for the time given.' },

  // Alerts
  ERR_ALERT_DELIVERY: { status: 502, message: 'The alert could not be handed to its sink: see that its address can be reached.' },
  ERR_ALERT_REFUSED: { status: 502, message: 'The sink answered the alert with another status than 2xx: see its own log.' },
  ERR_ALERT_TIMEOUT: { status: 504, message: 'The sink did not take the alert in time.' },
  ERR_ALERT_SINK_UNKNOWN: { status: 500, message: 'This server has no alert sink of that name: give it, or let the delivery be given up.' },
  ERR_ALERT_DELIVERY_UNKNOWN: { status: 404, message: 'No such alert delivery that was given up.' },
} as const satisfies Record<string, ErrorCodeEntry>);

export type ServerErrorCode = keyof typeof ERROR_CODES;
