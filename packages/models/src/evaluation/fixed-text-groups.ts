import {
  type FixedTextVector,
  fixedTextVectorFrom,
  type Insufficient,
  insufficient,
  isCharacterKey,
  isCorrectionKey,
} from '@tacit-auth/features';
import { PROFILE_LIMITS } from '../fixed-text-limits';
import type { TypingRecord } from './typing-record';

/** One entry of a text, or why there is none. */
export type FixedTextEntry = FixedTextVector | Insufficient;

export interface FixedTextPerson {
  readonly user: string;
  /** In the order of the records. */
  readonly entries: readonly FixedTextEntry[];
}

/** People who typed the same text. */
export interface FixedTextGroup {
  readonly group: string | null;
  /** Key presses of an entry that counts. */
  readonly keys: number;
  /** `every`: all keys of the records count. `characters`: modifiers, Tab, Enter and the like are left out, as capture leaves them out. */
  readonly counted: 'every' | 'characters';
  /** Whether entries have hold times; where most records tell no release, press times alone count. */
  readonly holds: boolean;
  /** In order of first appearance. */
  readonly people: readonly FixedTextPerson[];
}

/** Share of the entries that would fit by their characters, which must fit by all keys for all keys to count. */
const EVERY_KEY_FROM = 0.98;

/**
 * Sorts records into texts and people and makes vectors of them. The text of a group is what most of its records hold: an entry with other keys,
 * with a correction, or with releases that were not seen where most were, is insufficient, and never a vector of something else.
 *
 * All keys of the records count where nearly all records agree in them; otherwise those that write characters.
 */
export function fixedTextGroups(records: Iterable<TypingRecord>): FixedTextGroup[] {
  const byGroup = new Map<string | null, TypingRecord[]>();
  for (const record of records) {
    const members = byGroup.get(record.group);
    if (members === undefined) {
      byGroup.set(record.group, [record]);
    } else {
      members.push(record);
    }
  }
  return [...byGroup].map(([group, members]) => groupOf(group, members));
}

function groupOf(group: string | null, records: readonly TypingRecord[]): FixedTextGroup {
  const every = mostCommon(records.map((record) => sequenceOf(record, 'every')));
  const characters = mostCommon(records.map((record) => sequenceOf(record, 'characters')));
  const [counted, text] =
    every.count >= EVERY_KEY_FROM * characters.count ? (['every', every] as const) : (['characters', characters] as const);
  const releases = mostCommon(records.map(({ keys }) => (keys.every(([, , release]) => release === null) ? 'none' : 'some')));
  const holds = releases.value === 'some';
  const people = new Map<string, FixedTextEntry[]>();
  let length = 0;
  for (const record of records) {
    const entry =
      sequenceOf(record, counted) === text.value
        ? vectorOf(keysOf(record, counted), holds)
        : insufficient(reasonOf(record), 'other keys than the text');
    if (!('status' in entry)) {
      length = entry.pressPress.length + 1;
    }
    const entries = people.get(record.user);
    if (entries === undefined) {
      people.set(record.user, [entry]);
    } else {
      entries.push(entry);
    }
  }
  return { group, keys: length, counted, holds, people: [...people].map(([user, entries]) => ({ user, entries })) };
}

function reasonOf({ keys }: TypingRecord): 'corrected' | 'length-mismatch' {
  return keys.some(([key]) => isCorrectionKey(key)) ? 'corrected' : 'length-mismatch';
}

function keysOf({ keys }: TypingRecord, counted: FixedTextGroup['counted']): TypingRecord['keys'] {
  return counted === 'every' ? keys : keys.filter(([key]) => isCharacterKey(key));
}

/**
 * What must agree for two entries to be of one text: for all keys their names, either side of a modifier being the same; for characters their
 * number, as the server knows the text and layouts name keys differently. Corrected entries agree with none.
 */
function sequenceOf(record: TypingRecord, counted: FixedTextGroup['counted']): string | undefined {
  if (record.keys.length === 0 || record.keys.some(([key]) => isCorrectionKey(key))) {
    return undefined;
  }
  const keys = keysOf(record, counted);
  if (counted === 'characters') {
    return String(keys.length);
  }
  return keys.map(([key]) => (key === null ? '' : key.replace(/^(Shift|Control|Alt|Meta)(Left|Right)$/, '$1'))).join('\n');
}

function mostCommon(values: readonly (string | undefined)[]): { value: string | undefined; count: number } {
  const counts = new Map<string, number>();
  for (const value of values) {
    if (value !== undefined) {
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  let best: { value: string | undefined; count: number } = { value: undefined, count: 0 };
  for (const [value, count] of counts) {
    if (count > best.count) {
      best = { value, count };
    }
  }
  return best;
}

function vectorOf(keys: TypingRecord['keys'], holds: boolean): FixedTextEntry {
  const hold: number[] = [];
  const pressPress: number[] = [];
  for (let i = 0; i < keys.length; i++) {
    const [, press, release] = keys[i];
    if (holds) {
      // A release before its press cannot have been seen.
      if (release === null || release < press) {
        return insufficient('missing-releases');
      }
      hold.push(release - press);
    }
    if (i > 0) {
      pressPress.push(press - keys[i - 1][1]);
    }
  }
  if (keys.length < PROFILE_LIMITS.minKeys) {
    return insufficient('too-few-keys');
  }
  if (keys.length > PROFILE_LIMITS.maxKeys) {
    return insufficient('too-many-keys');
  }
  if ([...hold, ...pressPress].some((time) => time > PROFILE_LIMITS.maxTime)) {
    return insufficient('length-mismatch', 'a time longer than an hour');
  }
  return fixedTextVectorFrom({ hold, pressPress });
}
