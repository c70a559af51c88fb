import { DIGRAPH_NUMBERS, digraphSummary } from './free-text-digraph-summary';
import { framesOf } from './free-text-frames';
import { HABIT_NUMBERS, habitSummary } from './free-text-habit-summary';
import { HOLD_NUMBERS, holdSummary } from './free-text-hold-summary';
import { LATENCY_NUMBERS, latencySummary } from './free-text-latency-summary';
import { RHYTHM_NUMBERS, rhythmSummary, SPREADS_OF_RHYTHM } from './free-text-rhythm-summary';
import { assertFreeTextTable, type FreeTextTable } from './free-text-table';
import { assertFreeTextTimings, type FreeTextTimings } from './free-text-timings';

/** A family of numbers of the summary: where it begins, and how many there are. */
export interface FreeTextBlock {
  readonly name: 'hold' | 'latency' | 'rhythm' | 'digraph' | 'habits';
  readonly start: number;
  readonly length: number;
}

/** The families of {@link freeTextSummary}, in their order, without gaps. */
export const FREE_TEXT_BLOCKS: readonly FreeTextBlock[] = Object.freeze(blocks());
/** Length of a summary. */
export const FREE_TEXT_SUMMARY_LENGTH = FREE_TEXT_BLOCKS.reduce((length, block) => length + block.length, 0);

/**
 * Where a summary tells how much the deviations of holds and of press-press times differ among themselves: ln(.1 + standard deviation), in scales of the table.
 */
export const FREE_TEXT_SPREADS = Object.freeze({
  hold: spreadsStart(),
  pressPress: spreadsStart() + 1,
});

function spreadsStart(): number {
  return (FREE_TEXT_BLOCKS.find(({ name }) => name === 'rhythm')?.start ?? 0) + SPREADS_OF_RHYTHM;
}

function blocks(): FreeTextBlock[] {
  const lengths: readonly (readonly [FreeTextBlock['name'], number])[] = [
    ['hold', HOLD_NUMBERS],
    ['latency', LATENCY_NUMBERS],
    ['rhythm', RHYTHM_NUMBERS],
    ['digraph', DIGRAPH_NUMBERS],
    ['habits', HABIT_NUMBERS],
  ];
  let start = 0;
  return lengths.map(([name, length]) => {
    const block = Object.freeze({ name, start, length });
    start += length;
    return block;
  });
}

// A table is an object that lives as long as its population: it is checked once.
const checked = new WeakSet<object>();

/**
 * The summary of a window: 757 numbers that say how these keys were typed, measured against how others type the same keys and pairs, so that what was
 * typed matters little. All are finite, and of the order of one.
 *
 * @throws TypeError or RangeError for what are no timings or no table.
 */
export function freeTextSummary(timings: FreeTextTimings, table: FreeTextTable): Float64Array {
  assertFreeTextTimings(timings);
  if (!checked.has(table)) {
    assertFreeTextTable(table);
    checked.add(table);
  }
  const frames = framesOf(timings, table);
  const out = new Float64Array(FREE_TEXT_SUMMARY_LENGTH);
  let at = holdSummary(frames, out, 0);
  at = latencySummary(frames, out, at);
  at = rhythmSummary(frames, out, at);
  at = digraphSummary(frames, table, out, at);
  habitSummary(frames, out, at);
  return out;
}
