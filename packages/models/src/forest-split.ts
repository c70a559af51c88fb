import type { Columns } from './forest-columns';

/** Up to so many rows, insertion sort beats counting. */
const INSERTION_ROWS = 40;

/** The search for the split of one node. Its buffers serve every node of a forest: nothing is allocated while trees grow. */
export class SplitSearch {
  /** Best feature so far, -1 where none splits the node. */
  feature = -1;
  threshold = 0;
  /** Whether the node's rows are of one class. */
  pure = false;

  readonly #columns: Columns;
  readonly #labels: Uint16Array;
  /** Draws of each class in the node, and left of the split under trial. */
  readonly #totals: Uint32Array;
  readonly #left: Uint32Array;
  /** Rank in the upper half, row in the lower, so that sorting numbers sorts rows. */
  #keys: Uint32Array;
  #spare: Uint32Array;
  readonly #bins = new Uint32Array(256);
  readonly #held: Uint16Array;
  #members: Uint16Array = new Uint16Array(0);
  #times: Uint16Array = new Uint16Array(0);
  #start = 0;
  #end = 0;
  #weight = 0;
  #rank = 0;
  #gain = 0;

  constructor(columns: Columns, labels: Uint16Array, classes: number) {
    this.#columns = columns;
    this.#labels = labels;
    this.#totals = new Uint32Array(classes);
    this.#left = new Uint32Array(classes);
    this.#keys = new Uint32Array(columns.count);
    this.#spare = new Uint32Array(columns.count);
    this.#held = new Uint16Array(columns.count);
  }

  /** Turns to the node of `members[start..end)`, where row r counts `times[r]` times. */
  begin(members: Uint16Array, times: Uint16Array, start: number, end: number): void {
    const totals = this.#totals;
    const labels = this.#labels;
    totals.fill(0);
    let weight = 0;
    for (let i = start; i < end; i++) {
      const row = members[i];
      totals[labels[row]] += times[row];
      weight += times[row];
    }
    let squares = 0;
    for (let label = 0; label < totals.length; label++) {
      squares += totals[label] * totals[label];
    }
    this.#members = members;
    this.#times = times;
    this.#start = start;
    this.#end = end;
    this.#weight = weight;
    this.pure = squares === weight * weight;
    this.feature = -1;
    // A split has to be purer than the node, as sums of squares go.
    this.#gain = squares / weight;
  }

  canSplit(minimumLeaf: number): boolean {
    return this.#end - this.#start > 1 && this.#weight >= 2 * minimumLeaf;
  }

  /** Most frequent class of the node; of equals the first. */
  majority(): number {
    const totals = this.#totals;
    let best = 0;
    for (let label = 1; label < totals.length; label++) {
      if (totals[label] > totals[best]) {
        best = label;
      }
    }
    return best;
  }

  /** Keeps the best split of this feature where it beats those tried before. */
  tryFeature(feature: number, minimumLeaf: number): void {
    const count = this.#end - this.#start;
    this.#sort(feature);
    const keys = this.#keys;
    if (keys[0] >>> 16 === keys[count - 1] >>> 16) {
      return;
    }
    const labels = this.#labels;
    const times = this.#times;
    const totals = this.#totals;
    const left = this.#left;
    const weight = this.#weight;
    let squaresLeft = 0;
    let squaresRight = 0;
    for (let label = 0; label < totals.length; label++) {
      left[label] = 0;
      squaresRight += totals[label] * totals[label];
    }
    let weightLeft = 0;
    let bestGain = this.#gain;
    let bestPlace = -1;
    for (let i = 0; i < count - 1; i++) {
      const key = keys[i];
      const row = key & 0xffff;
      const label = labels[row];
      const draws = times[row];
      const before = left[label];
      squaresLeft += draws * (2 * before + draws);
      squaresRight -= draws * (2 * (totals[label] - before) - draws);
      left[label] = before + draws;
      weightLeft += draws;
      // Never between equal values: no threshold could part them.
      if ((keys[i + 1] ^ key) >>> 16 === 0 || weightLeft < minimumLeaf || weight - weightLeft < minimumLeaf) {
        continue;
      }
      // Least Gini impurity is the greatest sum over both sides of squared counts by size.
      const gain = squaresLeft / weightLeft + squaresRight / (weight - weightLeft);
      if (gain > bestGain) {
        bestGain = gain;
        bestPlace = i;
      }
    }
    if (bestPlace >= 0) {
      this.#gain = bestGain;
      this.feature = feature;
      this.#rank = keys[bestPlace] >>> 16;
      const { values } = this.#columns;
      const at = feature * this.#columns.count;
      this.threshold = between(values[at + (keys[bestPlace] & 0xffff)], values[at + (keys[bestPlace + 1] & 0xffff)]);
    }
  }

  /** Moves the rows of the left side before those of the right, and returns where the right begins. */
  partition(): number {
    const { ranks, count } = this.#columns;
    const at = this.feature * count;
    const members = this.#members;
    const held = this.#held;
    const rank = this.#rank;
    let middle = this.#start;
    let right = 0;
    for (let i = this.#start; i < this.#end; i++) {
      const row = members[i];
      if (ranks[at + row] <= rank) {
        members[middle++] = row;
      } else {
        held[right++] = row;
      }
    }
    for (let i = 0; i < right; i++) {
      members[middle + i] = held[i];
    }
    return middle;
  }

  /** Fills the keys with the node's rows by rising value. */
  #sort(feature: number): void {
    const { ranks, distinct } = this.#columns;
    const at = feature * this.#columns.count;
    const members = this.#members;
    const keys = this.#keys;
    const start = this.#start;
    const count = this.#end - start;
    if (count > INSERTION_ROWS) {
      for (let i = 0; i < count; i++) {
        const row = members[start + i];
        keys[i] = (ranks[at + row] << 16) | row;
      }
      this.#sortByByte(count, 16);
      if (distinct[feature] > 256) {
        this.#sortByByte(count, 24);
      }
      return;
    }
    for (let i = 0; i < count; i++) {
      const row = members[start + i];
      const key = ((ranks[at + row] << 16) | row) >>> 0;
      let place = i;
      while (place > 0 && keys[place - 1] > key) {
        keys[place] = keys[place - 1];
        place--;
      }
      keys[place] = key;
    }
  }

  /** One pass of a stable counting sort, by eight bits of the keys. */
  #sortByByte(count: number, shift: number): void {
    const bins = this.#bins;
    const from = this.#keys;
    const to = this.#spare;
    bins.fill(0);
    for (let i = 0; i < count; i++) {
      bins[(from[i] >>> shift) & 0xff]++;
    }
    let sum = 0;
    for (let bin = 0; bin < 256; bin++) {
      const size = bins[bin];
      bins[bin] = sum;
      sum += size;
    }
    for (let i = 0; i < count; i++) {
      to[bins[(from[i] >>> shift) & 0xff]++] = from[i];
    }
    this.#keys = to;
    this.#spare = from;
  }
}

/** A float32 from `low` up to but not `high`, halfway where there is one. */
export function between(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle >= low && middle < high ? middle : low;
}
