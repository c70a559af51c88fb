import type { DefaultProfile } from '@tacit-auth/models';
import type { Context } from './context';
import { defineRecordKind } from './record-kind';
import type { StoreTransaction } from './store';
import { readTemplate } from './typing-template';

/** Templates as JSON, whatever is in them. */
export const anyTemplate = defineRecordKind<Record<string, unknown>>({
  kind: 'typing-template',
  sealedWith: 'customer',
  parse: (value) => value as Record<string, unknown>,
});

/** A profile in the bytes of version 1, calibrated by the first calibration. */
export function formerBytes({ keys, samples, times, calibration }: DefaultProfile): string {
  const bytes = Buffer.alloc(10 + 26 + 4 * times.length);
  bytes.write('TCTP', 'latin1');
  bytes.set([1, 1], 4);
  bytes.writeUInt16BE(keys, 6);
  bytes.writeUInt16BE(samples, 8);
  bytes.set([1, 0], 10);
  bytes.writeDoubleBE(calibration.mean, 12);
  bytes.writeDoubleBE(calibration.deviation, 20);
  bytes.writeDoubleBE(calibration.leaveOneOut, 28);
  for (const [i, time] of times.entries()) {
    bytes.writeFloatBE(time, 36 + 4 * i);
  }
  return bytes.toString('base64url');
}

/** Puts a customer's template back into the form of the first version: schema 1, first bytes, and a ready one with an anchor that stood still. */
export async function makeFormer(ctx: Context, tx: StoreTransaction, subject: string): Promise<void> {
  const found = await readTemplate(ctx, tx, subject);
  if (found === undefined) {
    throw new Error('no template');
  }
  const { profile, anchor, learned, enrolment, enrolledAt, lastLearned } = found.template;
  const isReady = learned >= ctx.policy.typing.readyAt;
  await anyTemplate.put(ctx, tx, {
    subject,
    id: 'current',
    value: {
      schema: 1,
      detector: 'kernel/1',
      profile: formerBytes(profile),
      anchor: isReady ? formerBytes(anchor) : null,
      learned,
      enrolment,
      enrolledAt,
      lastLearned,
    },
    at: found.at,
    due: null,
  });
}
