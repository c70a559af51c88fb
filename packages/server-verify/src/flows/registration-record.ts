import { z } from 'zod';
import { defineRecordKind } from '../record-kind';
import type { SessionTokens } from '../tokens';
import type { FlowResult, LoginOutcome } from './types';

/**
 * A registration from the first submit to its end. Everything biometric and personal is in the pending customer's own records.
 *
 * - `pending`: waits for both codes.
 * - `confirming`: both were right, and the sign-in name is taken; from here it is rolled forward, never back, unless the host refuses for
 *   as long as a registration may live.
 * - `done`: activated.
 */
export interface Registration {
  state: 'pending' | 'confirming' | 'done';
  hostSubject: string;
  /** Normalised. */
  identifier: string;
  passwordHash: string;
  emailCode: string;
  /** Wrong answers so far. */
  tries: number;
  /** The identifier belonged to somebody else: everything is as always, but no code is ever right. */
  decoy: boolean;
  /** Pseudonym of the browser's cookie; empty where the host makes the person, who has no browser yet. */
  browser: string;
  /** Digest of the answer that was right, so that the same answer may be repeated after a crash. */
  answer: string | null;
  expiresAt: number;
  /** What was replied, for a repetition. */
  outcome: FlowResult<LoginOutcome> | null;
}

const shape = z.object({
  state: z.enum(['pending', 'confirming', 'done']),
  hostSubject: z.string(),
  identifier: z.string(),
  passwordHash: z.string(),
  emailCode: z.string(),
  tries: z.int(),
  decoy: z.boolean(),
  browser: z.string(),
  answer: z.string().nullable(),
  expiresAt: z.number(),
  outcome: z.custom<FlowResult<LoginOutcome> & { tokens?: SessionTokens }>((value) => typeof value === 'object').nullable(),
});

/** Under the pending customer's pseudonym, sealed under the root key. */
export const registrationKind = defineRecordKind<Registration>({
  kind: 'registration',
  sealedWith: 'root',
  parse: (value) => shape.parse(value),
});

export const REGISTRATION_ID = 'registration';
