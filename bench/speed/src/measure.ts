/** CPU time of one operation in microseconds: the median over batches, so that a pause of the machine does not count. */
export interface Measurement {
  name: string;
  medianUs: number;
  /** Median absolute deviation of the batches. */
  spreadUs: number;
  runs: number;
}

const BATCHES = 21;
const BATCH_US = 20_000;

/** Measures a synchronous operation. Each batch runs long enough for the CPU clock to be exact. */
export function measure(name: string, operation: (run: number) => unknown): Measurement {
  let run = 0;
  const batch = (size: number) => {
    const before = process.cpuUsage();
    for (let i = 0; i < size; i += 1) operation(run++);
    return cpuSince(before) / size;
  };
  let size = 1;
  while (batch(size) * size < BATCH_US && size < 1 << 20) size *= 2;
  return summarise(
    name,
    Array.from({ length: BATCHES }, () => batch(size)),
    BATCHES * size,
  );
}

/** Measures an operation that takes many seconds: once, and hands on what it made. */
export function measureOnce<T>(name: string, operation: () => T): { made: T; measurement: Measurement } {
  const before = process.cpuUsage();
  const made = operation();
  return { made, measurement: { name, medianUs: cpuSince(before), spreadUs: 0, runs: 1 } };
}

export interface MeasureAsyncOptions<Input> {
  /** Makes what one run needs and what must not be counted, before its batch begins. */
  prepare: (run: number) => Input | Promise<Input>;
  runsPerBatch?: number;
  batches?: number;
}

/** Measures an asynchronous operation, one at a time; work on the thread pool counts too. The first batch warms up and does not count. */
export async function measureAsync<Input>(
  name: string,
  operation: (input: Input) => Promise<unknown>,
  { prepare, runsPerBatch = 20, batches = BATCHES }: MeasureAsyncOptions<Input>,
): Promise<Measurement & { wallUs: number }> {
  const cpu: number[] = [];
  const wall: number[] = [];
  for (let done = 0; done <= batches; done += 1) {
    const inputs: Input[] = [];
    for (let i = 0; i < runsPerBatch; i += 1) inputs.push(await prepare(done * runsPerBatch + i));
    const started = performance.now();
    const before = process.cpuUsage();
    for (const input of inputs) await operation(input);
    cpu.push(cpuSince(before) / runsPerBatch);
    wall.push(((performance.now() - started) * 1_000) / runsPerBatch);
  }
  return { ...summarise(name, cpu.slice(1), batches * runsPerBatch), wallUs: median(wall.slice(1)) };
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

export interface ComparedPairs {
  /** Medians in wall-clock ms. */
  firstMs: number;
  secondMs: number;
  /** Between the medians; never negative. */
  differenceMs: number;
  /** Median of first - second over the pairs. */
  medianPairMs: number;
}

/** Gets a side of a pair ready, and returns what is timed. */
export type Side = (run: number) => Promise<() => Promise<unknown>>;

/** Interleaves two operations and compares their times by a clock in ms, that on the wall unless another is given. */
export async function comparePairs(pairs: number, first: Side, second: Side, clock = () => performance.now()): Promise<ComparedPairs> {
  const firsts: number[] = [];
  const seconds: number[] = [];
  for (let run = 0; run < pairs; run += 1) {
    // Which goes first alternates: whatever the first call of a pair warms up must not favour one side.
    const sides = [
      { side: first, times: firsts },
      { side: second, times: seconds },
    ];
    for (const { side, times } of run % 2 === 0 ? sides : sides.reverse()) {
      const timed = await side(run);
      const started = clock();
      await timed();
      times.push(clock() - started);
    }
  }
  const firstMs = median(firsts);
  const secondMs = median(seconds);
  return {
    firstMs,
    secondMs,
    differenceMs: Math.abs(firstMs - secondMs),
    medianPairMs: median(firsts.map((time, i) => time - (seconds[i] ?? Number.NaN))),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

function summarise(name: string, batches: number[], runs: number): Measurement {
  const medianUs = median(batches);
  return { name, medianUs, spreadUs: median(batches.map((batch) => Math.abs(batch - medianUs))), runs };
}
