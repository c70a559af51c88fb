/** The value below which so large a share lies, by the nearest rank; 0 of no values. */
export function percentile(values: Float64Array | readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

type Points = ReadonlyArray<readonly [x: number, y: number]>;

/** A straight line through points: how much it rises, and the standard error of that as far as the points scatter about it independently. */
export interface Rise {
  readonly slope: number;
  readonly error: number;
}

/** By least squares; 0 where there are no points to draw one through, without an error where there are fewer than three. */
export function rise(points: Points): Rise {
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  if (spread === 0) return { slope: 0, error: 0 };
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const rest = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return { slope, error: points.length < 3 ? 0 : Math.sqrt(rest / (points.length - 2) / spread) };
}

/** The least of the points of each stretch of x, at the middle of the stretch. */
export function leastOf(points: Points, width: number): Array<[x: number, y: number]> {
  const least = new Map<number, number>();
  for (const [x, y] of points) {
    const stretch = Math.floor(x / width);
    least.set(stretch, Math.min(least.get(stretch) ?? y, y));
  }
  return [...least].map(([stretch, y]) => [(stretch + 0.5) * width, y]);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
