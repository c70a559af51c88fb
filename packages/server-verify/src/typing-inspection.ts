import { FIXED_TEXT_CALIBRATION } from '@tacit-auth/models';
import type { Context } from './context';
import { sampleIds } from './typing-samples';
import { isCurrent, type Release, readTemplate, stateOf } from './typing-template';

/** What is known of a template, without anything biometric in it: no times, no scores. Times are ms since the epoch. */
export interface TypingInspection {
  state: 'young' | 'ready';
  /** Entries learned since the enrolment, which counts. */
  learned: number;
  /** Entries from which typing gives a verdict. */
  readyAt: number;
  /** Entries that the profile holds, each once: the last ones learned. */
  samples: number;
  /** Entries that the anchor holds: the last ones that an independent factor verified. */
  anchorSamples: number;
  /** Keys of the password. */
  keys: number;
  /** Whether the entries tell when keys went up. */
  hasHolds: boolean;
  /** The detector that wrote the profile. */
  detector: string;
  /** The calibration that scores are made by. */
  calibration: string;
  /** `pending`: to be renewed by the next round of jobs, or by `retrainTyping`. */
  calibrationState: 'current' | 'pending';
  enrolledAt: number;
  lastLearned: number;
  /** Entries that wait for an independent factor. */
  quarantined: number;
  /** What the last independent factor made of the quarantine; null until there was one. */
  lastReleased: Release | null;
}

/**
 * Looks at a customer's template; null where there is none.
 *
 * @param subject the record subject (`ctx.subjectOf`).
 */
export async function inspectTyping(ctx: Context, subject: string): Promise<TypingInspection | null> {
  return ctx.store.transaction(async (tx) => {
    const found = await readTemplate(ctx, tx, subject);
    if (found === undefined) {
      return null;
    }
    const { profile, anchor, learned, detector, enrolledAt, lastLearned, released } = found.template;
    const state = isCurrent(found.template) ? 'current' : 'pending';
    return {
      state: stateOf(ctx, found.template),
      learned,
      readyAt: ctx.policy.typing.readyAt,
      samples: profile.samples,
      anchorSamples: anchor.samples,
      keys: profile.keys,
      hasHolds: profile.holds,
      detector,
      calibration: FIXED_TEXT_CALIBRATION,
      calibrationState: state,
      enrolledAt,
      lastLearned,
      quarantined: (await sampleIds(tx, subject, 'quarantine')).length,
      lastReleased: released,
    };
  });
}
