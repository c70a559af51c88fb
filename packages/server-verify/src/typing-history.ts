import { type FixedTextVector, fixedTextVectorFrom, toMilliseconds, toTenths } from '@tacit-auth/features';
import { z } from 'zod';
import { defineRecordKind } from './record-kind';

/**
 * What changes at every login, kept apart from the template so that an accepted login does not rewrite it: the times of the last entries that
 * were judged, whatever the verdict, for the replay check; and when samples went into quarantine, for the weekly cap.
 */
export interface TypingHistory {
  /** Entries judged since enrolment. */
  total: number;
  /** How many of them, the last ones, are packed. */
  kept: number;
  /** Base64url of the packed times, oldest first. */
  packed: string;
  quarantinedAt: number[];
  /** Consensus distances of the last entries that were learned or quarantined, oldest first. */
  consensus: number[];
}

const shape = z.object({
  total: z.int().min(0),
  kept: z.int().min(0),
  packed: z.string(),
  quarantinedAt: z.array(z.number()),
  consensus: z.array(z.number()),
});

export const typingHistoryKind = defineRecordKind<TypingHistory>({
  kind: 'typing-history',
  sealedWith: 'customer',
  parse: (value) => shape.parse(value),
});

export const HISTORY_ID = 'recent';

export const emptyHistory = (): TypingHistory => ({ total: 0, kept: 0, packed: '', quarantinedAt: [], consensus: [] });

/** The entries that are kept, oldest first. */
export function historyVectors({ packed }: TypingHistory): FixedTextVector[] {
  const bytes = Buffer.from(packed, 'base64url');
  const reader = { bytes, at: 0 };
  const vectors: FixedTextVector[] = [];
  while (reader.at < bytes.length) {
    const keys = readNumber(reader);
    const hold = new Float64Array(keys);
    const pressPress = new Float64Array(keys - 1);
    for (let i = 0; i < keys; i++) {
      hold[i] = toMilliseconds(readNumber(reader));
    }
    for (let i = 0; i < keys - 1; i++) {
      pressPress[i] = toMilliseconds(readNumber(reader));
    }
    vectors.push(fixedTextVectorFrom({ hold, pressPress }));
  }
  return vectors;
}

/** The history with one more entry; at most `size` are kept. */
export function appendToHistory(history: TypingHistory, vector: FixedTextVector, size: number): TypingHistory {
  const old = Buffer.from(history.packed, 'base64url');
  const reader = { bytes: old, at: 0 };
  const surplus = Math.max(0, history.kept + 1 - size);
  for (let i = 0; i < surplus; i++) {
    skipEntry(reader);
  }
  const packed = Buffer.concat([old.subarray(reader.at), packEntry(vector)]).toString('base64url');
  return { ...history, total: history.total + 1, kept: history.kept + 1 - surplus, packed };
}

/** Seven bits a byte, the lowest first; the high bit says that more follow. */
function packEntry({ hold, pressPress }: FixedTextVector): Uint8Array {
  const bytes: number[] = [];
  const write = (number: number) => {
    let rest = number;
    while (rest >= 128) {
      bytes.push((rest & 127) | 128);
      rest >>>= 7;
    }
    bytes.push(rest);
  };
  write(hold.length);
  for (const time of hold) {
    write(toTenths(time));
  }
  for (const time of pressPress) {
    write(toTenths(time));
  }
  return Uint8Array.from(bytes);
}

interface Reader {
  bytes: Uint8Array;
  at: number;
}

function readNumber(reader: Reader): number {
  let number = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined) {
      break;
    }
    number |= (byte & 127) << shift;
    if (byte < 128) {
      return number;
    }
  }
  throw new RangeError('history is cut off');
}

function skipEntry(reader: Reader): void {
  const times = 2 * readNumber(reader) - 1;
  for (let i = 0; i < times; i++) {
    readNumber(reader);
  }
}
