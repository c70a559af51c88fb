import {
  afterReleaseOf,
  FREQUENT_PAIRS,
  type FreeTextTable,
  type FreeTextTimings,
  holdOf,
  KEY_CLASSES,
  KEY_PAIRS,
  pressPressOf,
  TABLE_PARTS,
} from '@tacit-auth/features';
import { dequantised, NUMBER_RANGE, quantised } from './quantised-numbers';

/**
 * What keeps a person's text out of a population. A key or an ordered pair of keys counts only where times of at least `leastUsers` people were seen, and of each
 * person only the first `mostOfPair` times; whatever fewer typed is left out of everything, so it has exactly the numbers that follow from other keys and
 * pairs. Pairs are not kept in order, so no chain of them tells a word that was not already common.
 */
export const TABLE_PRIVACY = Object.freeze({ leastUsers: 10, mostOfPair: 20, mostOfKey: 150 });

/** How many values of their own a key or a pair needs to count half, against the more general number it is shrunk to. */
const SHRINKAGE = { key: 50, effect: 30, pair: 20, pairScale: 40 } as const;
const PASSES = 3;
/** Median absolute deviation to standard deviation, for normal values. */
const MAD_TO_SD = 1.4826;

/** A group of values: robust location and scale of many groups of one flat list. */
interface Transitions {
  readonly pair: Uint16Array;
  /** ln press-press, asinh release-press, asinh release-release. */
  readonly values: readonly [Float64Array, Float64Array, Float64Array];
}

/**
 * Robust locations and scales of every key and pair (Huber: medians, median absolute deviations), shrunk by how often they were seen: a pair to the sum of the effects of its two
 * keys (Tukey's median polish), a key to all keys.
 *
 * @param people the windows of each person.
 * @throws RangeError where fewer pairs than the summary needs were typed by enough people.
 */
export function trainFreeTextTable(people: readonly (readonly FreeTextTimings[])[]): FreeTextTable {
  const common = commonKeysAndPairs(people);
  const [hold, holdScale] = holdTable(people, common.keys);
  const { transitions, counts } = transitionsOf(people, common.pairs);
  const parts = transitions.values.flatMap((values) => pairTable(transitions.pair, values));
  const frequent = Array.from(counts.keys())
    .filter((pair) => counts[pair] > 0)
    .sort((a, b) => counts[b] - counts[a] || a - b)
    .slice(0, FREQUENT_PAIRS);
  if (frequent.length < FREQUENT_PAIRS) {
    throw new RangeError(
      `people must have typed at least ${FREQUENT_PAIRS} pairs of keys in common, ${TABLE_PRIVACY.leastUsers} people each`,
    );
  }
  const numbers = [hold, holdScale, ...parts];
  const table: Record<string, Float64Array | Uint16Array> = { frequentPairs: Uint16Array.from(frequent) };
  TABLE_PARTS.forEach(([name, , least, most], part) => {
    // What is stored is what is scored with.
    table[name] = dequantised(
      quantised(
        numbers[part].map((number) => Math.min(Math.max(number, least), most)),
        NUMBER_RANGE,
      ),
      NUMBER_RANGE,
    );
  });
  return table as unknown as FreeTextTable;
}

/** Keys and pairs of which enough people have a time: those whose release was not seen tell none, and would leave a number to the few who do. */
function commonKeysAndPairs(people: readonly (readonly FreeTextTimings[])[]): { keys: Uint8Array; pairs: Uint8Array } {
  const keyUsers = new Uint32Array(KEY_CLASSES);
  const pairUsers = new Uint32Array(KEY_PAIRS);
  for (const windows of people) {
    const typedKeys = new Uint8Array(KEY_CLASSES);
    const typedPairs = new Uint8Array(KEY_PAIRS);
    for (const timings of windows) {
      const { keys } = timings;
      for (let i = 0; i < keys.length; i++) {
        if (isHoldSeen(timings, i)) {
          typedKeys[keys[i]] = 1;
        }
        if (i > 0 && isTransitionSeen(timings, i)) {
          typedPairs[keys[i - 1] * KEY_CLASSES + keys[i]] = 1;
        }
      }
    }
    typedKeys.forEach((typed, key) => {
      keyUsers[key] += typed;
    });
    typedPairs.forEach((typed, pair) => {
      pairUsers[pair] += typed;
    });
  }
  const enough = (users: number) => (users >= TABLE_PRIVACY.leastUsers ? 1 : 0);
  return { keys: Uint8Array.from(keyUsers, enough), pairs: Uint8Array.from(pairUsers, enough) };
}

function isHoldSeen({ hold }: FreeTextTimings, key: number): boolean {
  return !Number.isNaN(hold[key]);
}

/** Of the transition to a key, from the one before it. */
function isTransitionSeen({ releasePress, releaseRelease }: FreeTextTimings, key: number): boolean {
  return !Number.isNaN(releasePress[key - 1]) && !Number.isNaN(releaseRelease[key - 1]);
}

function holdTable(people: readonly (readonly FreeTextTimings[])[], common: Uint8Array): [Float64Array, Float64Array] {
  const keys: number[] = [];
  const values: number[] = [];
  for (const windows of people) {
    const taken = new Uint16Array(KEY_CLASSES);
    for (const timings of windows) {
      for (let i = 0; i < timings.keys.length; i++) {
        const key = timings.keys[i];
        if (common[key] === 1 && isHoldSeen(timings, i) && taken[key]++ < TABLE_PRIVACY.mostOfKey) {
          keys.push(key);
          values.push(holdOf(timings.hold[i]));
        }
      }
    }
  }
  const all = Float64Array.from(values);
  const middle = median(all);
  const spread = deviationAbout(all, middle);
  const groups = grouped(Uint16Array.from(keys), all, KEY_CLASSES);
  const location = Float64Array.from(groups, (own) => shrunk(own.length === 0 ? middle : median(own), middle, own.length, SHRINKAGE.key));
  const scale = Float64Array.from(groups, (own, key) =>
    shrunk(own.length === 0 ? spread : deviationAbout(own, location[key]), spread, own.length, SHRINKAGE.key),
  );
  return [location, scale];
}

function transitionsOf(people: readonly (readonly FreeTextTimings[])[], common: Uint8Array) {
  const pairs: number[] = [];
  const lists: [number[], number[], number[]] = [[], [], []];
  const counts = new Uint32Array(KEY_PAIRS);
  for (const windows of people) {
    const taken = new Uint16Array(KEY_PAIRS);
    for (const timings of windows) {
      const { keys, pressPress, releasePress, releaseRelease } = timings;
      for (let i = 1; i < keys.length; i++) {
        const pair = keys[i - 1] * KEY_CLASSES + keys[i];
        if (common[pair] === 1 && isTransitionSeen(timings, i) && taken[pair]++ < TABLE_PRIVACY.mostOfPair) {
          counts[pair]++;
          pairs.push(pair);
          lists[0].push(pressPressOf(pressPress[i - 1]));
          lists[1].push(afterReleaseOf(releasePress[i - 1]));
          lists[2].push(afterReleaseOf(releaseRelease[i - 1]));
        }
      }
    }
  }
  const values = lists.map((list) => Float64Array.from(list)) as [Float64Array, Float64Array, Float64Array];
  return { transitions: { pair: Uint16Array.from(pairs), values } satisfies Transitions, counts };
}

function pairTable(pairs: Uint16Array, values: Float64Array): [Float64Array, Float64Array] {
  const middle = median(values);
  const first = pairs.map((pair) => Math.floor(pair / KEY_CLASSES));
  const second = pairs.map((pair) => pair % KEY_CLASSES);
  const firstEffect = new Float64Array(KEY_CLASSES);
  const secondEffect = new Float64Array(KEY_CLASSES);
  const baseOf = (a: number, b: number) => middle + firstEffect[a] + secondEffect[b];
  const residuals = new Float64Array(values.length);
  for (let pass = 0; pass < PASSES; pass++) {
    for (const [effect, key] of [
      [firstEffect, first],
      [secondEffect, second],
    ] as const) {
      for (let i = 0; i < values.length; i++) {
        residuals[i] = values[i] - baseOf(first[i], second[i]) + effect[key[i]];
      }
      grouped(key, residuals, KEY_CLASSES).forEach((own, id) => {
        effect[id] = own.length === 0 ? 0 : shrunk(median(own), 0, own.length, SHRINKAGE.effect);
      });
    }
  }
  for (let i = 0; i < values.length; i++) {
    residuals[i] = values[i] - baseOf(first[i], second[i]);
  }
  const own = grouped(pairs, residuals, KEY_PAIRS);
  const shift = Float64Array.from(own, (rest) => (rest.length === 0 ? 0 : shrunk(median(rest), 0, rest.length, SHRINKAGE.pair)));
  const spread = deviationAbout(
    Float64Array.from(residuals, (rest, i) => rest - shift[pairs[i]]),
    0,
  );
  const location = Float64Array.from(shift, (moved, pair) => baseOf(Math.floor(pair / KEY_CLASSES), pair % KEY_CLASSES) + moved);
  const scale = Float64Array.from(own, (rest, pair) =>
    shrunk(rest.length === 0 ? spread : deviationAbout(rest, shift[pair]), spread, rest.length, SHRINKAGE.pairScale),
  );
  return [location, scale];
}

/** The values of each group. */
function grouped(groupOf: Uint16Array, values: Float64Array, groups: number): Float64Array[] {
  const sizes = new Uint32Array(groups);
  for (const group of groupOf) {
    sizes[group]++;
  }
  const out = Array.from(sizes, (size) => new Float64Array(size));
  sizes.fill(0);
  for (let i = 0; i < values.length; i++) {
    out[groupOf[i]][sizes[groupOf[i]]++] = values[i];
  }
  return out;
}

function shrunk(own: number, general: number, count: number, shrinkage: number): number {
  return general + ((own - general) * count) / (count + shrinkage);
}

function median(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function deviationAbout(values: Float64Array, centre: number): number {
  return MAD_TO_SD * median(values.map((value) => Math.abs(value - centre)));
}
