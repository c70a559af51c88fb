import { assertHostSubject, assertObject, assertText } from './arguments';
import { issueChallenge } from './challenges';
import type { Context } from './context';

export interface ChallengeOptions {
  /** The host's id of the customer, 1-512 characters. */
  subject: string;
  /**
   * What it is good for: `login`, `enrol-typing` for `enrolTyping`, `enrol-card` for `enrolMatrixCard`, or a word of the host's own, 1-40 characters
   * of `[a-z0-9-]`. Default `login`.
   */
  purpose?: string;
  /** What the answer must come from or be about (browser, session, transfer), 1-256 characters; the same must be given with the answer. */
  binding?: string;
}

export interface IssuedChallenge {
  /** To be sent to the browser and back. */
  challenge: string;
  /** Ms since the epoch. */
  expiresAt: number;
}

/** What every verb that consumes a challenge takes. */
export interface ChallengeUse {
  /** The host's id of the customer, as the challenge was issued for. */
  subject: string;
  /** The token, as it came back from the browser. */
  challenge: unknown;
  /** As given when the challenge was issued. */
  binding?: string;
  /** 1-64 characters of `[A-Za-z0-9_-]`: the same submit with the same key gets the same result for 60 s. */
  idempotencyKey?: string;
}

export const DEFAULT_PURPOSE = 'login';
export const ENROL_TYPING = 'enrol-typing';
export const ENROL_CARD = 'enrol-card';

const PURPOSE = /^[a-z][a-z0-9-]{0,39}$/;
const RESERVED: readonly string[] = [ENROL_TYPING, ENROL_CARD];

function assertWord(purpose: unknown): asserts purpose is string {
  assertText(purpose, 'purpose', 1, 40);
  if (!PURPOSE.test(purpose)) {
    throw new RangeError('purpose must be 1-40 characters of a-z 0-9 -, the first a letter');
  }
}

/** A purpose for which a factor may be verified. */
export function assertPurpose(purpose: unknown): asserts purpose is string {
  assertWord(purpose);
  if (RESERVED.includes(purpose)) {
    throw new RangeError('purpose must not be one of an enrolment');
  }
}

/** Purposes of this layer have prefixes of their own: a token of the flows above is never good here. */
export const factorPurpose = (purpose: string): string => `factor-${purpose}`;
export const codePurpose = (purpose: string): string => `card-factor-${purpose}`;

export function subjectOf(ctx: Context, hostSubject: unknown): string {
  assertHostSubject(hostSubject);
  return ctx.subjectOf(hostSubject);
}

/** What reading and judging take from the options of a verb. */
export function once({ binding, idempotencyKey }: ChallengeUse): { binding?: string; replayable: boolean } {
  return { ...(binding === undefined ? {} : { binding }), replayable: idempotencyKey !== undefined };
}

export async function issueChallengeVerb(ctx: Context, options: ChallengeOptions): Promise<IssuedChallenge> {
  assertObject(options, 'options');
  const { purpose = DEFAULT_PURPOSE, binding } = options;
  assertWord(purpose);
  return issueChallenge(ctx, {
    purpose: factorPurpose(purpose),
    subject: subjectOf(ctx, options.subject),
    ...(binding === undefined ? {} : { binding }),
  });
}
