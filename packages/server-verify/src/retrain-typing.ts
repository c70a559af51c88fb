import { FIXED_TEXT_CALIBRATION } from '@tacit-auth/models';
import { assertFunction, assertObject } from './arguments';
import type { Context } from './context';
import { TacitServerError } from './errors';
import { everyPage } from './every-page';
import { isOfOneTemplate, type Renewal, type RenewOptions, renewTemplate } from './renew-template';
import type { StoreRecord } from './store';
import { typingTemplateKind } from './typing-template';
import { yieldToOthers } from './yield-to-others';

export type TypingRetraining =
  | {
      status: 'retrained';
      /** Entries that the profile holds. */
      samples: number;
      /** Entries learned since the enrolment, which counts. */
      learned: number;
      /** The calibration that scores are made by from now on. */
      calibration: string;
    }
  /** `unchanged`: the template was as this version would make it. `no-template`: nothing is enrolled, or no such customer. */
  | { status: 'unchanged' | 'no-template'; samples?: never; learned?: never; calibration?: never };

export interface RetrainAllTypingOptions {
  /** Called after each customer. */
  onProgress?: (progress: { done: number; total: number }) => void;
  /** Ends the run; what was retrained until then stays, and the next run goes on from there. */
  signal?: AbortSignal;
}

export interface TypingRetrainings {
  /** Templates that were written anew. */
  retrained: number;
  /** Templates that were as this version would make them. */
  unchanged: number;
  /** Templates that can not be read and not be made anew, or that learned during every try; each is logged by its code. */
  failed: number;
}

/** How often a template that learns at the same moment is begun again. */
const TRIES = 20;
const PAGE = 100;

/** @param subject the record subject (`ctx.subjectOf`). */
export async function retrainTyping(ctx: Context, subject: string, options: RenewOptions = {}): Promise<TypingRetraining> {
  for (let tries = 0; tries < TRIES; tries++) {
    const renewal: Renewal = await renewTemplate(ctx, subject, { ...options, audited: true });
    switch (renewal.status) {
      case 'renewed': {
        const { profile, learned } = renewal.template;
        return { status: 'retrained', samples: profile.samples, learned, calibration: FIXED_TEXT_CALIBRATION };
      }
      case 'current':
        return { status: 'unchanged' };
      case 'none':
        return { status: 'no-template' };
      default:
      // It learned in between: once more, on what it holds now.
    }
  }
  throw new TacitServerError('ERR_RECORD_CONFLICT', { field: 'typing-template' });
}

/**
 * Retrains every customer, one after another and each in a transaction of his own. May be broken off and run again: those who are done are
 * passed over.
 */
export async function retrainAllTyping(ctx: Context, options: RetrainAllTypingOptions = {}): Promise<TypingRetrainings> {
  assertObject(options, 'options');
  const { onProgress, signal }: RetrainAllTypingOptions = options;
  if (options.onProgress !== undefined) {
    assertFunction(options.onProgress, 'onProgress');
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError('signal must be an AbortSignal');
  }
  const made: TypingRetrainings = { retrained: 0, unchanged: 0, failed: 0 };
  let total = 0;
  for await (const _ of subjectsWithTemplate(ctx, signal)) {
    total++;
  }
  let done = 0;
  for await (const subject of subjectsWithTemplate(ctx, signal)) {
    const outcome = await attempt(ctx, subject, signal);
    if (outcome === 'aborted') {
      break;
    }
    if (outcome !== 'no-template') {
      made[outcome]++;
    }
    done++;
    // Others may have enrolled since they were counted.
    total = Math.max(total, done);
    onProgress?.({ done, total });
    await yieldToOthers();
  }
  return made;
}

/** Customers with a template in use, until the signal ends it. */
async function* subjectsWithTemplate(ctx: Context, signal: AbortSignal | undefined): AsyncGenerator<string> {
  const pages = everyPage<StoreRecord>(PAGE, (options) => ctx.store.transaction((tx) => tx.listKind(typingTemplateKind.kind, options)));
  for await (const page of pages) {
    for (const { subject, id } of page) {
      if (signal?.aborted) {
        return;
      }
      if (id === 'current') {
        yield subject;
      }
    }
  }
}

async function attempt(
  ctx: Context,
  subject: string,
  signal: AbortSignal | undefined,
): Promise<'retrained' | 'unchanged' | 'no-template' | 'failed' | 'aborted'> {
  try {
    return (await retrainTyping(ctx, subject, { signal })).status;
  } catch (error) {
    if (signal?.aborted && error === signal.reason) {
      return 'aborted';
    }
    if (!isOfOneTemplate(error)) {
      throw error;
    }
    ctx.log({ level: 'error', event: 'retrain-failed', code: error.code });
    return 'failed';
  }
}
