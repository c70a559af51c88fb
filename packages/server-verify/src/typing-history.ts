import { type FixedTextVector, fixedTextVectorFrom, toMilliseconds, toTenths } from '@tacit-auth/features';
import { appendToReplayHistory, type ReplayHistory, replayHistory } from '@tacit-auth/models';
import { z } from 'zod';
import type { Context } from './context';
import { createRecordCache } from './record-cache';
import { defineRecordKind } from './record-kind';
import type { StoreTransaction } from './store';

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
export function historyVectors(history: TypingHistory): FixedTextVector[] {
  const times = unpack(history);
  const vectors: FixedTextVector[] = [];
  for (let at = 0; at < times.length; at += 2 * times[at]!) {
    const split = at + 1 + times[at]!;
    vectors.push(fixedTextVectorFrom({ hold: times.subarray(at + 1, split), pressPress: times.subarray(split, at + 2 * times[at]!) }));
  }
  return vectors;
}

/** A history as it is at work. */
export interface ReadHistory {
  readonly history: TypingHistory;
  /** Its entries, made ready for the replay check. */
  readonly entries: ReplayHistory;
}

const readHistories = createRecordCache<ReadHistory>();

/** Drops what is held in memory of a customer's history. */
export function forgetHistory(ctx: Context, subject: string): void {
  readHistories.forget(ctx, subject);
}

/** Drops all histories held in memory. */
export function forgetHistories(ctx: Context): void {
  readHistories.forgetAll(ctx);
}

/** The history in use. The record is read each time; opening and unpacking it is spared when its bytes are those of last time. */
export async function readHistory(ctx: Context, tx: StoreTransaction, subject: string): Promise<ReadHistory> {
  const record = await tx.get(typingHistoryKind.kind, subject, HISTORY_ID);
  if (record === undefined) {
    forgetHistory(ctx, subject);
    return prepare(emptyHistory());
  }
  const known = readHistories.get(ctx, subject, record.body);
  if (known !== undefined) {
    return known;
  }
  const read = prepare((await typingHistoryKind.open(ctx, tx, record)).value);
  readHistories.set(ctx, subject, record.body, read);
  return read;
}

export async function writeHistory(ctx: Context, tx: StoreTransaction, subject: string, read: ReadHistory): Promise<void> {
  const record = await typingHistoryKind.close(ctx, tx, { subject, id: HISTORY_ID, value: read.history, at: ctx.clock(), due: null });
  await tx.put(record);
  readHistories.set(ctx, subject, record.body, read);
}

const prepare = (history: TypingHistory): ReadHistory => ({ history, entries: replayHistory(unpack(history)) });

/** The history with one more entry; at most `size` are kept. */
export function appendEntry({ history, entries }: ReadHistory, vector: FixedTextVector, size: number): ReadHistory {
  return { history: appendToHistory(history, vector, size), entries: appendToReplayHistory(entries, vector, size) };
}

/** The same, of a history that is only to be stored. */
export function appendToHistory(history: TypingHistory, vector: FixedTextVector, size: number): TypingHistory {
  const old = Buffer.from(history.packed, 'base64url');
  const surplus = Math.max(0, history.kept + 1 - size);
  let from = 0;
  for (let i = 0; i < surplus; i++) {
    from = afterEntry(old, from);
  }
  const packed = Buffer.concat([old.subarray(from), packEntry(vector)]).toString('base64url');
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

/** For each entry its number of keys K, K hold times and K - 1 press-press times, in ms. */
function unpack({ packed }: TypingHistory): Float64Array {
  const bytes = Buffer.from(packed, 'base64url');
  let count = 0;
  for (let at = 0; at < bytes.length; at++) {
    count += bytes[at]! < 128 ? 1 : 0;
  }
  const numbers = new Float64Array(count);
  let number = 0;
  let shift = 0;
  let next = 0;
  /** Where the entry ends. */
  let end = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    number += (byte & 127) * 2 ** shift;
    shift += 7;
    if (byte >= 128) {
      continue;
    }
    if (next === end) {
      numbers[next++] = number;
      end += 2 * number;
    } else {
      numbers[next++] = toMilliseconds(number);
    }
    number = 0;
    shift = 0;
  }
  if (next !== end || shift !== 0) {
    throw new RangeError('history is cut off');
  }
  return numbers;
}

/** Where the entry after the one at `at` begins. */
function afterEntry(bytes: Uint8Array, at: number): number {
  let numbers = 0;
  let next = at;
  let keys = 0;
  for (let shift = 0; numbers === 0 || numbers < 2 * keys; next++) {
    const byte = bytes[next];
    if (byte === undefined) {
      throw new RangeError('history is cut off');
    }
    if (numbers === 0) {
      keys += (byte & 127) * 2 ** shift;
      shift += 7;
    }
    numbers += byte < 128 ? 1 : 0;
  }
  return next;
}
