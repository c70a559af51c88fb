/** Training rows turned to columns, with the rank of each value among the distinct values of its column. */
export interface Columns {
  readonly count: number;
  readonly features: number;
  /** Column after column, as float32. */
  readonly values: Float32Array;
  /** Rank of each value, laid out as `values`; equal values have equal ranks. */
  readonly ranks: Uint16Array;
  /** Distinct values of each column. */
  readonly distinct: Uint32Array;
}

/** @throws RangeError for a number that is not finite as float32. */
export function columnsOf(rows: Float32Array | Float64Array, features: number): Columns {
  const count = rows.length / features;
  const values = new Float32Array(rows.length);
  const ranks = new Uint16Array(rows.length);
  const distinct = new Uint32Array(features);
  const order = new Uint16Array(count);
  for (let feature = 0; feature < features; feature++) {
    const at = feature * count;
    for (let row = 0; row < count; row++) {
      values[at + row] = rows[row * features + feature];
      if (!Number.isFinite(values[at + row])) {
        throw new RangeError('rows must hold numbers that are finite as float32');
      }
      order[row] = row;
    }
    order.sort((a, b) => values[at + a] - values[at + b]);
    let rank = 0;
    for (let place = 0; place < count; place++) {
      if (place > 0 && values[at + order[place]] !== values[at + order[place - 1]]) {
        rank++;
      }
      ranks[at + order[place]] = rank;
    }
    distinct[feature] = rank + 1;
  }
  return { count, features, values, ranks, distinct };
}
