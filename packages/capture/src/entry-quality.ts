import type { TypingSample } from '@tacit-auth/features';

/** Why an entry should be typed again. */
export type EntryProblem =
  | 'corrected'
  | 'pasted'
  | 'dropped'
  | 'autofilled'
  | 'composed'
  | 'untrusted'
  /** Fewer keys than the step asks for. */
  | 'too-short'
  /** Another number of keys than the other entries of the same password. */
  | 'length-differs'
  /** A key-up was never seen. */
  | 'missing-releases'
  /** The text typed is not the target. */
  | 'text-differs'
  /** The keyboard shows no key-ups, as keyboards on glass do: typing it again does not help, offer another way to enrol. */
  | 'no-key-times';

export type EntryQuality =
  | { readonly quality: 'good'; readonly reasons?: never }
  | { readonly quality: 'redo'; readonly reasons: readonly EntryProblem[] };

export interface EntryToJudge {
  readonly sample: TypingSample;
  readonly kind: 'secret' | 'text';
  /** What the step asks for, and what the field held. Both or neither. */
  readonly target?: string | undefined;
  readonly text?: string | undefined;
  /** Fewest keys of an entry. */
  readonly minimumKeys: number;
  /** Samples of the good entries so far of the same kind; entries of a password must have equally many keys. */
  readonly others: readonly TypingSample[];
}

const FLAGS = ['corrected', 'pasted', 'dropped', 'autofilled', 'composed', 'untrusted'] as const;

/** The quality of one entry by the rules of this package: `good`, or `redo` with every reason that applies. */
export function entryQuality({ sample, kind, target, text, minimumKeys, others }: EntryToJudge): EntryQuality {
  const reasons: EntryProblem[] = FLAGS.filter((flag) => sample.flags[flag]);
  if (sample.keys.length < minimumKeys) {
    reasons.push('too-short');
  }
  if (kind === 'secret' && others.some((other) => other.keys.length !== sample.keys.length)) {
    reasons.push('length-differs');
  }
  if (sample.device === 'touch') {
    reasons.push('no-key-times');
  } else if (sample.keys.some(([, , release]) => release === null)) {
    reasons.push('missing-releases');
  }
  if (target !== undefined && text?.normalize() !== target.normalize()) {
    reasons.push('text-differs');
  }
  return reasons.length === 0 ? { quality: 'good' } : { quality: 'redo', reasons };
}
