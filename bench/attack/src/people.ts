import { type FixedTextVector, fixedTextVectorFrom } from '@tacit-auth/features';
import { seededUniforms } from '@tacit-auth/models/evaluation';
import { kMeans } from './k-means';

/** Entries of each person, in order of time. */
export type People = readonly (readonly FixedTextVector[])[];

/** First entry, from 0, of what a victim types after the attack: all before may be known to somebody. */
export const NOW = 200;
/** Templates, by the number of entries before {@link NOW} that they are made of. */
export const TEMPLATE_SIZES = [100, 20] as const;
/** Entries that the server keeps to find replays. */
export const HISTORY = 200;
const CENTROIDS = 100;
/** Entries of each person that a dictionary is made of: practised ones. */
const DICTIONARY = [100, 200] as const;

/** A victim, and what attackers may know. */
export interface Victim {
  readonly keys: number;
  readonly template: readonly FixedTextVector[];
  /** What the server has seen and keeps. */
  readonly history: readonly FixedTextVector[];
  /** The victim's last 100 entries. */
  readonly known: readonly FixedTextVector[];
  /** Entries of the victim that the server has not seen. */
  readonly unseen: readonly FixedTextVector[];
  /** Practised entries of half of the other people, their usual times, and their centroids. Which half: the one the victim is not of. */
  readonly others: readonly FixedTextVector[];
  readonly usual: FixedTextVector;
  readonly centroids: readonly FixedTextVector[];
  readonly novices: readonly FixedTextVector[];
  readonly practised: readonly FixedTextVector[];
}

export interface Crowd {
  readonly entries: readonly FixedTextVector[];
  readonly usual: FixedTextVector;
  readonly centroids: readonly FixedTextVector[];
}

/** What one half of the people, those of even or odd number, give away of the password. */
export function crowdOf(people: People, half: 0 | 1, seed: number): Crowd {
  const entries = people.filter((_, i) => i % 2 === half).flatMap((person) => person.slice(...DICTIONARY));
  const rows = entries.map(logTimes);
  const middle = rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
  const centroids = kMeans(rows, Math.min(CENTROIDS, rows.length), seededUniforms(seed, 0x6b_6d + half));
  const keys = entries[0]!.hold.length;
  return { entries, usual: vectorOfLogs(middle, keys), centroids: centroids.map((row) => vectorOfLogs(row, keys)) };
}

export function victimOf(people: People, at: number, size: number, crowd: Crowd): Victim {
  const own = people[at]!;
  const others = people.filter((_, i) => i !== at);
  return {
    keys: own[0]!.hold.length,
    template: own.slice(NOW - size, NOW),
    history: own.slice(NOW - (size < 100 ? size : HISTORY), NOW),
    known: own.slice(NOW - 100, NOW),
    unseen: own.slice(NOW, NOW + 100),
    others: crowd.entries,
    usual: crowd.usual,
    centroids: crowd.centroids,
    novices: others.flatMap((person) => person.slice(0, 5)),
    practised: others.flatMap((person) => person.slice(NOW - 5, NOW)),
  };
}

/** Times that are alike in proportion lie alike; under 10 ms a logarithm measures the clock. */
function logTimes({ hold, pressPress }: FixedTextVector): Float64Array {
  return Float64Array.from([...hold, ...pressPress], (time) => Math.log(Math.max(time, 10)));
}

function vectorOfLogs(row: Float64Array, keys: number): FixedTextVector {
  const times = row.map(Math.exp);
  return fixedTextVectorFrom({ hold: times.subarray(0, keys), pressPress: times.subarray(keys) });
}
