/**
 * Differences between an entry and a person's entries as a few numbers that mean the same for every text and person, so that a forest trained on some
 * people's texts can judge others.
 */

/** Within-person mean absolute deviation of each kind, believed until a person's own entries say otherwise; sources at KIND_CONSTANTS. */
const USUAL_DEVIATION = { hold: 0.12, flight: 0.32, press: 0.2 } as const;
/** Entries that the usual deviation weighs as. */
const PRIOR_ENTRIES = 10;
/** Most deviations that one timing can differ by, and in the distance to a single entry. */
const CAP = 8;
const NEAR_CAP = 4;
/** Shares of a kind's differences that lie below the numbers kept. */
const QUANTILES = [0.25, 0.5, 0.75] as const;
/** From so many entries on, one more is not expected to be nearer to the next. */
const COUNTED_ENTRIES = 100;
/** Mean, three quartiles, greatest and common shift of three kinds; distance to the nearest entry and to the nearest three; count of entries. */
export const DIFFERENCES = 3 * (QUANTILES.length + 3) + 3;

/** What the differences of one person are measured from. */
export interface DifferenceBase {
  readonly keys: number;
  /** Entry after entry: K log holds, K - 1 flights (asinh), K - 1 log press-press times. */
  readonly levels: Float64Array;
  readonly centre: Float64Array;
  readonly deviation: Float64Array;
}

function levelsOf(keys: number): number {
  return 3 * keys - 2;
}

/** Ends of the three kinds among the levels of an entry. */
function kindEnds(keys: number): readonly [number, number, number] {
  return [keys, 2 * keys - 1, 3 * keys - 2];
}

function writeLevels(entry: Float32Array, at: number, keys: number, levels: Float64Array, to: number): void {
  for (let i = 0; i < keys; i++) {
    levels[to + i] = Math.log(Math.max(entry[at + i], 10) / 1000);
  }
  for (let i = 0; i < keys - 1; i++) {
    const press = entry[at + keys + i];
    levels[to + keys + i] = Math.asinh((press - entry[at + i]) / 50);
    levels[to + 2 * keys - 1 + i] = Math.log(Math.max(press, 10) / 1000);
  }
}

/** The base of a person's entries (K holds and K - 1 press-press times each): medians, and mean absolute deviations drawn towards the usual. */
export function differenceBase(entries: Float32Array, keys: number): DifferenceBase {
  const times = 2 * keys - 1;
  const count = entries.length / times;
  const width = levelsOf(keys);
  const levels = new Float64Array(count * width);
  for (let i = 0; i < count; i++) {
    writeLevels(entries, i * times, keys, levels, i * width);
  }
  const centre = new Float64Array(width);
  const deviation = new Float64Array(width);
  const [holds, flights] = kindEnds(keys);
  const column = new Float64Array(count);
  for (let f = 0; f < width; f++) {
    for (let i = 0; i < count; i++) {
      column[i] = levels[i * width + f];
    }
    column.sort();
    centre[f] = (column[(count - 1) >> 1] + column[count >> 1]) / 2;
    const usual = f < holds ? USUAL_DEVIATION.hold : f < flights ? USUAL_DEVIATION.flight : USUAL_DEVIATION.press;
    let sum = PRIOR_ENTRIES * usual;
    for (let i = 0; i < count; i++) {
      sum += Math.abs(column[i] - centre[f]);
    }
    deviation[f] = sum / (PRIOR_ENTRIES + count);
  }
  return { keys, levels, centre, deviation };
}

/** The differences of the entry that begins at `at` from a base. */
export function differences(base: DifferenceBase, entry: Float32Array, at = 0): Float32Array {
  const { keys, levels, centre, deviation } = base;
  const width = levelsOf(keys);
  const own = new Float64Array(width);
  writeLevels(entry, at, keys, own, 0);
  const row = new Float32Array(DIFFERENCES);
  let next = 0;
  let from = 0;
  for (const end of kindEnds(keys)) {
    const sizes = new Float64Array(end - from);
    let sum = 0;
    let shift = 0;
    for (let f = from; f < end; f++) {
      const difference = Math.min(Math.max((own[f] - centre[f]) / deviation[f], -CAP), CAP);
      sizes[f - from] = Math.abs(difference);
      sum += sizes[f - from];
      shift += difference;
    }
    sizes.sort();
    row[next++] = sum / sizes.length;
    for (const share of QUANTILES) {
      row[next++] = sizes[Math.floor(share * sizes.length)];
    }
    row[next++] = sizes[sizes.length - 1];
    row[next++] = Math.abs(shift) / sizes.length;
    from = end;
  }
  let first = Number.POSITIVE_INFINITY;
  let second = first;
  let third = first;
  for (let i = 0; i < levels.length; i += width) {
    let sum = 0;
    for (let f = 0; f < width; f++) {
      sum += Math.min(Math.abs(own[f] - levels[i + f]) / deviation[f], NEAR_CAP);
    }
    const distance = sum / width;
    if (distance < first) {
      third = second;
      second = first;
      first = distance;
    } else if (distance < second) {
      third = second;
      second = distance;
    } else if (distance < third) {
      third = distance;
    }
  }
  row[next++] = first;
  row[next++] = (first + second + third) / 3;
  row[next] = Math.min(levels.length / width, COUNTED_ENTRIES);
  return row;
}
