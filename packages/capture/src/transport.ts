export type { CoarseState, EvidenceAnswer, EvidenceBatch, EvidenceOpening } from '@tacit-auth/features';
export { CaptureError, type CaptureErrorCode, type CaptureErrorOptions } from './errors';
export {
  type ClaimedNumber,
  type EvidenceContents,
  type EvidenceQueue,
  type EvidenceQueueLimits,
  type EvidenceQueueOptions,
  evidenceQueue,
} from './evidence-queue';
export {
  type EvidenceOutcome,
  type EvidenceTransport,
  type EvidenceTransportOptions,
  evidenceTransport,
  type OpeningOutcome,
  type OverState,
} from './evidence-transport';
export type { FreeTextField } from './free-text-field';
export { type IdempotencyKeyOptions, newIdempotencyKey } from './idempotency-key';
export { type GetJsonOptions, getJson, type PostJsonOptions, postJson, type TransportOptions, type TransportResult } from './json-request';
export { type EvidenceCounts, type EvidenceStream, type StreamEvidenceOptions, streamEvidence } from './stream-evidence';
export type { Timer } from './timer';
