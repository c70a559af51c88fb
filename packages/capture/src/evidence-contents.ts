import { EVIDENCE_LIMITS, type EvidenceBatch, type PointerSample, type TypingSample } from '@tacit-auth/features';
import { assertOptions } from './assert';

/** What a batch carries, before it has a number. */
export type EvidenceContents = Pick<EvidenceBatch, 'typing' | 'pointer'>;

/** Bytes of a batch's JSON beside its samples: names, stream, two numbers of ten digits. */
const FRAME_BYTES = 160;

/** Bytes of UTF-8. */
export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}

/**
 * The JSON of what a batch carries.
 *
 * @throws TypeError unless `contents` has two arrays; RangeError where they are more than a batch may hold.
 */
export function contentsText(contents: EvidenceContents): string {
  assertOptions(contents, 'contents');
  const { typing, pointer } = contents;
  if (!Array.isArray(typing) || !Array.isArray(pointer)) {
    throw new TypeError('contents.typing and contents.pointer must be arrays');
  }
  const { maxTyping, maxPointer, maxRows, maxBytes } = EVIDENCE_LIMITS;
  if (typing.length > maxTyping || pointer.length > maxPointer || rowsOf(typing, pointer) > maxRows) {
    throw new RangeError(`contents must be at most ${maxTyping} samples of typing, ${maxPointer} of the pointer and ${maxRows} rows`);
  }
  const text = JSON.stringify({ typing, pointer });
  if (bytesOf(text) + FRAME_BYTES > maxBytes) {
    throw new RangeError(`contents must have at most ${maxBytes - FRAME_BYTES} bytes of JSON`);
  }
  return text;
}

/** Shares samples out to as few batches as hold them, in order. What is too large for any batch is left out, and counted. */
export function packEvidence(samples: readonly (TypingSample | PointerSample)[]): { contents: EvidenceContents[]; leftOut: number } {
  const { maxTyping, maxPointer, maxRows, maxBytes } = EVIDENCE_LIMITS;
  const contents: EvidenceContents[] = [];
  let leftOut = 0;
  let last: EvidenceContents | undefined;
  let bytes = 0;
  let rows = 0;
  for (const sample of samples) {
    const size = bytesOf(JSON.stringify(sample)) + 1;
    const count = 'keys' in sample ? sample.keys.length : sample.events.length;
    if (size + FRAME_BYTES > maxBytes || count > maxRows) {
      leftOut++;
      continue;
    }
    const full = last !== undefined && ('keys' in sample ? last.typing.length === maxTyping : last.pointer.length === maxPointer);
    if (last === undefined || full || bytes + size > maxBytes || rows + count > maxRows) {
      last = { typing: [], pointer: [] };
      contents.push(last);
      bytes = FRAME_BYTES;
      rows = 0;
    }
    'keys' in sample ? last.typing.push(sample) : last.pointer.push(sample);
    bytes += size;
    rows += count;
  }
  return { contents, leftOut };
}

function rowsOf(typing: readonly TypingSample[], pointer: readonly PointerSample[]): number {
  return typing.reduce((sum, { keys }) => sum + keys.length, 0) + pointer.reduce((sum, { events }) => sum + events.length, 0);
}
