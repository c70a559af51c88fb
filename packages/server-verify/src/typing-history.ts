import { type FixedTextVector, fixedTextVectorFrom, hasHolds, keysOf, toMilliseconds, toTenths } from '@tacit-auth/features';
import { appendToReplayHistory, type ReplayHistory, replayHistory } from '@tacit-auth/models';
import { z } from 'zod';
import type { Context } from './context';
import { isTacitServerError, TacitServerError } from './errors';
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
  return entriesOf(history).map(({ holds, times }) =>
    fixedTextVectorFrom({ hold: times.subarray(0, holds), pressPress: times.subarray(holds) }),
  );
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

/**
 * Forgets the entries that the gates of learning go by. Those of the replay check stay: a recording of an old login must be no good. A history that can
 * not be read goes altogether, so that it does not keep the customer from enrolling again.
 */
export async function forgetLearning(ctx: Context, tx: StoreTransaction, subject: string): Promise<void> {
  let read: ReadHistory;
  try {
    read = await readHistory(ctx, tx, subject);
  } catch (error) {
    if (!isTacitServerError(error, 'ERR_RECORD_CORRUPT')) {
      throw error;
    }
    await tx.delete(typingHistoryKind.kind, subject, HISTORY_ID);
    return;
  }
  const { history, entries } = read;
  if (history.quarantinedAt.length > 0 || history.consensus.length > 0) {
    await writeHistory(ctx, tx, subject, { history: { ...history, quarantinedAt: [], consensus: [] }, entries });
  }
}

function prepare(history: TypingHistory): ReadHistory {
  const entries = entriesOf(history);
  if (entries.some(({ holds }) => holds === 0)) {
    const none = replayHistory(new Float64Array(0));
    const size = Math.max(1, entries.length);
    return { history, entries: historyVectors(history).reduce((known, vector) => appendToReplayHistory(known, vector, size), none) };
  }
  const layout = new Float64Array(entries.reduce((length, { times }) => length + 1 + times.length, 0));
  let at = 0;
  for (const { keys, times } of entries) {
    layout[at] = keys;
    layout.set(times, at + 1);
    at += 1 + times.length;
  }
  return { history, entries: replayHistory(layout) };
}

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

/**
 * Numbers of seven bits a byte, the lowest first; the high bit says that more follow. An entry is its number of keys K, then K hold times and
 * K - 1 press-press times in 0.1 ms; where the device told no key-ups it is 0, K, and the K - 1 press-press times.
 */
function packEntry(vector: FixedTextVector): Uint8Array {
  const bytes: number[] = [];
  const write = (number: number) => {
    let rest = number;
    while (rest >= 128) {
      bytes.push((rest & 127) | 128);
      rest >>>= 7;
    }
    bytes.push(rest);
  };
  if (!hasHolds(vector)) {
    write(0);
  }
  write(keysOf(vector));
  for (const times of [vector.hold, vector.pressPress]) {
    for (const time of times) {
      write(toTenths(time));
    }
  }
  return Uint8Array.from(bytes);
}

const corrupt = () => new TacitServerError('ERR_RECORD_CORRUPT', { field: typingHistoryKind.kind });

/** Where the number after the one at `at` begins. */
function afterNumber(bytes: Uint8Array, at: number): number {
  let next = at;
  while (next < bytes.length && bytes[next]! >= 128) {
    next++;
  }
  if (next >= bytes.length) {
    throw corrupt();
  }
  return next + 1;
}

function numberAt(bytes: Uint8Array, at: number): number {
  let number = 0;
  for (let i = at, shift = 0; ; i++, shift += 7) {
    const byte = bytes[i];
    if (byte === undefined) {
      throw corrupt();
    }
    number += (byte & 127) * 2 ** shift;
    if (byte < 128) {
      return number;
    }
  }
}

interface PackedEntry {
  keys: number;
  /** How many hold times: `keys`, or none. */
  holds: number;
  /** Where its times begin. */
  at: number;
}

function entryAt(bytes: Uint8Array, at: number): PackedEntry {
  const first = numberAt(bytes, at);
  const afterFirst = afterNumber(bytes, at);
  if (first > 0) {
    return { keys: first, holds: first, at: afterFirst };
  }
  return { keys: numberAt(bytes, afterFirst), holds: 0, at: afterNumber(bytes, afterFirst) };
}

const timesIn = ({ keys, holds }: PackedEntry): number => holds + Math.max(0, keys - 1);

/** Where the entry after the one at `at` begins. */
function afterEntry(bytes: Uint8Array, at: number): number {
  const entry = entryAt(bytes, at);
  let next = entry.at;
  for (let i = timesIn(entry); i > 0; i--) {
    next = afterNumber(bytes, next);
  }
  return next;
}

interface UnpackedEntry {
  keys: number;
  /** How many hold times: `keys`, or none. */
  holds: number;
  /** All times in ms. */
  times: Float64Array;
}

/** The entries that are kept, oldest first. One that has fewer than it counts is no history: a recording of what is missing would pass. */
function entriesOf(history: TypingHistory): UnpackedEntry[] {
  const entries = [...unpack(history)];
  if (entries.length !== history.kept || entries.some(({ keys, holds }) => keys < (holds > 0 ? 1 : 2))) {
    throw corrupt();
  }
  return entries;
}

function* unpack({ packed }: TypingHistory): Generator<UnpackedEntry> {
  const bytes = Buffer.from(packed, 'base64url');
  for (let at = 0; at < bytes.length; ) {
    const entry = entryAt(bytes, at);
    const times = new Float64Array(Math.min(timesIn(entry), bytes.length));
    at = entry.at;
    for (let i = 0; i < times.length; i++) {
      times[i] = toMilliseconds(numberAt(bytes, at));
      at = afterNumber(bytes, at);
    }
    yield { keys: entry.keys, holds: entry.holds, times };
  }
}
