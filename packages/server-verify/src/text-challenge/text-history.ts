import { type FixedTextVector, fixedTextVectorFrom, type ParsedTypingSample, toMilliseconds } from '@tacit-auth/features';
import { z } from 'zod';
import type { Context } from '../context';
import { defineRecordKind } from '../record-kind';
import type { StoreTransaction } from '../store';

/** How many typed texts are remembered for the replay check. */
const MOST_KEPT = 20;

const shape = z.object({ pressPress: z.array(z.array(z.int().min(0))) });

/** Times between the presses of the last texts that a customer typed for a challenge, in 0.1 ms, the oldest text first; without keys or letters. */
export const textHistoryKind = defineRecordKind<{ pressPress: number[][] }>({
  kind: 'text-history',
  sealedWith: 'customer',
  parse: (value) => shape.parse(value),
});

const ID = 'recent';

export async function readTextHistory(ctx: Context, tx: StoreTransaction, subject: string): Promise<FixedTextVector[]> {
  const stored = await textHistoryKind.get(ctx, tx, subject, ID);
  return (stored?.value.pressPress ?? []).map(vectorOf);
}

/** Remembers the times of one more text. Kept as long as the samples of an enrolment. */
export async function appendTextHistory(ctx: Context, tx: StoreTransaction, subject: string, sample: ParsedTypingSample): Promise<void> {
  const times = pressPressOf(sample);
  if (times.length === 0) {
    return;
  }
  const stored = await textHistoryKind.get(ctx, tx, subject, ID);
  const pressPress = [...(stored?.value.pressPress ?? []), times].slice(-MOST_KEPT);
  const now = ctx.clock();
  await textHistoryKind.put(ctx, tx, { subject, id: ID, value: { pressPress }, at: now, due: now + ctx.policy.retention.samplesMs });
}

/** What a text is compared by, also one that was corrected: the times of all its presses; undefined for a single key. */
export function replayVector(sample: ParsedTypingSample): FixedTextVector | undefined {
  const times = pressPressOf(sample);
  return times.length === 0 ? undefined : vectorOf(times);
}

function vectorOf(times: readonly number[]): FixedTextVector {
  return fixedTextVectorFrom({ hold: [], pressPress: times.map(toMilliseconds) });
}

function pressPressOf({ keys }: ParsedTypingSample): number[] {
  return keys.slice(1).map(([, press], i) => press - keys[i]![1]);
}
