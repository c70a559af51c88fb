export { CaptureError, type CaptureErrorCode, type CaptureErrorOptions } from './errors';
export { type IdempotencyKeyOptions, newIdempotencyKey } from './idempotency-key';
export { type GetJsonOptions, getJson, type PostJsonOptions, postJson, type TransportOptions, type TransportResult } from './json-request';
