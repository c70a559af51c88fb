import { FIXED_TEXT_CALIBRATION } from '@tacit-auth/models';
import type { Context } from './context';
import type { StoreTransaction } from './store';
import { readHistory } from './typing-history';
import { sampleIds } from './typing-samples';
import { isCurrent, type Release, readTemplate, stateOf } from './typing-template';
import { isUnreadable, orUnreadable, type UnreadableOf } from './unreadable-record';

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
  /** Of the entries that the replay check goes by. `unreadable`: each sign-in asks for the code until typing is enrolled again. */
  historyState: 'readable' | 'unreadable';
}

/** A template that can not be read: each sign-in asks for the code. A damaged one is made anew by the jobs, where its enrolment is still kept; else it is enrolled again. */
export type UnreadableTyping = UnreadableOf<TypingInspection>;

/**
 * Looks at a customer's template; null where there is none. One that can not be read is told by its code.
 *
 * @param subject the record subject (`ctx.subjectOf`).
 */
export function inspectTyping(ctx: Context, subject: string): Promise<TypingInspection | UnreadableTyping | null> {
  return ctx.store.transaction((tx) => orUnreadable(inspect(ctx, tx, subject)));
}

async function inspect(ctx: Context, tx: StoreTransaction, subject: string): Promise<TypingInspection | null> {
  const found = await readTemplate(ctx, tx, subject);
  if (found === undefined) {
    return null;
  }
  const { profile, anchor, learned, detector, enrolledAt, lastLearned, released } = found.template;
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
    calibrationState: isCurrent(found.template) ? 'current' : 'pending',
    enrolledAt,
    lastLearned,
    quarantined: (await sampleIds(tx, subject, 'quarantine')).length,
    lastReleased: released,
    historyState: await historyState(ctx, tx, subject),
  };
}

async function historyState(ctx: Context, tx: StoreTransaction, subject: string): Promise<TypingInspection['historyState']> {
  try {
    await readHistory(ctx, tx, subject);
    return 'readable';
  } catch (error) {
    if (!isUnreadable(error)) {
      throw error;
    }
    return 'unreadable';
  }
}
