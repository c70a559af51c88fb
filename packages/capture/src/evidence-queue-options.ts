import type { EvidenceOpening } from '@tacit-auth/features';
import { assertFunction, assertInteger, assertName, assertOptions, assertString } from './assert';
import type { CaptureError } from './errors';
import type { EvidenceQueueLimits } from './evidence-store';
import { platformRandom } from './idempotency-key';
import { assertTimer, pageTimer, type Timer } from './timer';

export interface EvidenceQueueOptions extends Pick<EvidenceOpening, 'stream' | 'next'> {
  /** The `queueKey` of the opening: 32 bytes in base64url. It is held by the platform, in memory, and written nowhere. */
  key: string;
  /** Name of the database, 1-64 characters of `[A-Za-z0-9._-]`; `tacit-evidence` by default. It keeps one stream at a time. */
  name?: string;
  limits?: EvidenceQueueLimits;
  /** The browser keeps nothing (`ERR_TRANSPORT_STORAGE`): the queue is in memory from then on. Told once. */
  onError?: (error: CaptureError) => void;
  /** So many of the oldest were given up, for want of room or because they can not be read. */
  onGivenUp?: (batches: number) => void;
  /** Where batches are kept; the page's by default. null keeps them in memory. */
  indexedDB?: IDBFactory | null;
  /** What seals them; the page's by default, which only pages of https have. null keeps them in memory: nothing is kept unsealed. */
  crypto?: Pick<Crypto, 'subtle'> | null;
  random?: (length: number) => Uint8Array;
  timer?: Timer;
}

/** What a page chooses of its queue before it knows the stream. */
export type EvidenceQueueChoices = Omit<EvidenceQueueOptions, 'stream' | 'next' | 'key'>;

export const STREAM_ID = /^[A-Za-z0-9_-]{22}$/;
export const QUEUE_KEY = /^[A-Za-z0-9_-]{43}$/;
export const MAX_SEQ = 2 ** 31;

/** The choices with what stands for those that were not made. @throws TypeError or RangeError for a wrong one. */
export function queueChoices(options: EvidenceQueueChoices) {
  assertOptions(options, 'options');
  const {
    name = 'tacit-evidence',
    limits = {},
    onError = ignore,
    onGivenUp = ignore,
    random = platformRandom,
    timer = pageTimer,
  } = options;
  assertName(name, 'name');
  assertOptions(limits, 'limits');
  const { maxBytes = 2_097_152, maxBatches = 500 } = limits;
  assertInteger(maxBytes, 'limits.maxBytes', 1_024, 67_108_864);
  assertInteger(maxBatches, 'limits.maxBatches', 1, 100_000);
  for (const [option, given] of Object.entries({ onError, onGivenUp, random })) {
    assertFunction(given, option);
  }
  assertTimer(timer);
  return { name, limits: { maxBytes, maxBatches }, onError, onGivenUp, random, timer };
}

/** @throws TypeError or RangeError unless this is of an opening. */
export function assertStream({ stream, key, next }: Pick<EvidenceQueueOptions, 'stream' | 'key' | 'next'>): void {
  assertPattern(stream, 'stream', STREAM_ID, 22);
  assertPattern(key, 'key', QUEUE_KEY, 43);
  assertInteger(next, 'next', 1, MAX_SEQ);
}

function assertPattern(value: unknown, name: string, pattern: RegExp, length: number): void {
  assertString(value, name, length, length);
  if (!pattern.test(value)) {
    throw new RangeError(`${name} must be of base64url`);
  }
}

function ignore(): void {}
