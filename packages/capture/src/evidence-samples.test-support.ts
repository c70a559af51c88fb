import type { EvidenceBatch, EvidenceOpening, TypingSample } from '@tacit-auth/features';
import type { EvidenceContents } from './evidence-contents';

export const STREAM = 'AAAAAAAAAAAAAAAAAAAAAA';
export const QUEUE_KEY = 'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE';

/** A window of two keys that tells batches apart. */
export function windowOf(id: number): TypingSample {
  const keys: TypingSample['keys'] = [
    ['11', 0, 900],
    ['12', id, null],
  ];
  return { version: 1, mode: 'window', field: 'free-text', keys, flags: {}, clockStep: 1, device: 'keyboard' };
}

export function contentsOf(id: number): EvidenceContents {
  return { typing: [windowOf(id)], pointer: [] };
}

export function idOf({ typing }: Pick<EvidenceBatch, 'typing'>): number {
  return typing[0]?.keys[1]?.[1] ?? Number.NaN;
}

export function openingOf(change: Partial<EvidenceOpening> = {}): EvidenceOpening {
  return { version: 1, stream: STREAM, queueKey: QUEUE_KEY, next: 1, state: 'on', everyMs: 2_000, ...change };
}
