/**
 * Centroids of rows, by Lloyd's algorithm from a k-means++ start (Arthur & Vassilvitskii, 2007).
 *
 * @param rows as many numbers each.
 * @param count how many centroids; no more than there are rows.
 * @param random uniform in [0, 1).
 */
export function kMeans(rows: readonly Float64Array[], count: number, random: () => number, rounds = 25): Float64Array[] {
  if (!(count >= 1 && count <= rows.length)) throw new RangeError('count must be from 1 to the number of rows');
  let centroids = start(rows, count, random);
  for (let round = 0; round < rounds; round++) {
    const sums = centroids.map(({ length }) => new Float64Array(length));
    const sizes = new Uint32Array(count);
    for (const row of rows) {
      const { at } = nearest(row, centroids);
      sizes[at]!++;
      for (let i = 0; i < row.length; i++) sums[at]![i]! += row[i]!;
    }
    // A centroid that nobody is near to stays where it is.
    const next = sums.map((sum, at) => (sizes[at] === 0 ? centroids[at]! : sum.map((value) => value / sizes[at]!)));
    const still = next.every((centroid, at) => squaredDistance(centroid, centroids[at]!) < 1e-12);
    centroids = next;
    if (still) break;
  }
  return centroids;
}

function start(rows: readonly Float64Array[], count: number, random: () => number): Float64Array[] {
  const chosen = [rows[Math.floor(random() * rows.length)]!];
  const distances = new Float64Array(rows.length).fill(Number.POSITIVE_INFINITY);
  while (chosen.length < count) {
    const last = chosen[chosen.length - 1]!;
    let sum = 0;
    for (let i = 0; i < rows.length; i++) {
      distances[i] = Math.min(distances[i]!, squaredDistance(rows[i]!, last));
      sum += distances[i]!;
    }
    let left = random() * sum;
    let at = 0;
    while (at < rows.length - 1 && left >= distances[at]!) left -= distances[at++]!;
    chosen.push(rows[at]!);
  }
  return chosen.map((row) => row.slice());
}

function nearest(row: Float64Array, centroids: readonly Float64Array[]): { at: number; distance: number } {
  let at = 0;
  let distance = Number.POSITIVE_INFINITY;
  for (let c = 0; c < centroids.length; c++) {
    const d = squaredDistance(row, centroids[c]!);
    if (d < distance) {
      distance = d;
      at = c;
    }
  }
  return { at, distance };
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}
