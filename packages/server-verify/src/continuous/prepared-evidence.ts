import { createHash } from 'node:crypto';
import {
  freeTextTimings,
  isInsufficient,
  type ParsedEvidenceBatch,
  type ParsedPointerSample,
  type ParsedTypingSample,
  type PointerActions,
  pointerActions,
} from '@tacit-auth/features';
import type { FreeTextEvidence } from '@tacit-auth/models';
import { yieldToOthers } from '../yield-to-others';
import { amountsOf } from './evidence-budget';
import type { SessionModels } from './session-models';

/** Fewest keys, and pointer events, of what is told from a repetition: less may come again by chance. */
const LEAST_COMPARED = 20;

/** A window of typing, worked out before it is known whose it is. */
export interface TypingWindow {
  readonly keys: number;
  /** Short digest of its times; undefined for one too short to be told from another. */
  readonly digest: number | undefined;
  /** Made by a script, or as no person types. */
  readonly untrusted: boolean;
  /** Nothing but typing is in it. */
  readonly teachable: boolean;
  /** Undefined where it can not be compared. */
  readonly evidence: FreeTextEvidence | undefined;
}

/** A stretch of the pointer. */
export interface PointerStretch {
  readonly digest: number | undefined;
  readonly untrusted: boolean;
  /** Undefined where there are none, or none that can be compared. */
  readonly actions: PointerActions | undefined;
}

export interface PreparedEvidence {
  readonly typing: readonly TypingWindow[];
  readonly pointer: readonly PointerStretch[];
  /** All keys, and all pointer events, of the batch. */
  readonly keys: number;
  readonly events: number;
}

/** Does the costly part of a batch, which is bounded by `EVIDENCE_LIMITS`, sample by sample, so that others are served between two. */
export async function prepareEvidence(batch: ParsedEvidenceBatch, models: SessionModels): Promise<PreparedEvidence> {
  const typing: TypingWindow[] = [];
  const pointer: PointerStretch[] = [];
  for (const sample of batch.typing) {
    typing.push(windowOf(sample, models));
    await yieldToOthers();
  }
  for (const sample of batch.pointer) {
    pointer.push(stretchOf(sample, models));
    await yieldToOthers();
  }
  return { typing, pointer, ...amountsOf(batch) };
}

function windowOf(sample: ParsedTypingSample, { freeText }: SessionModels): TypingWindow {
  const { keys, flags } = sample;
  const timings = freeTextTimings(sample);
  const evidence = isInsufficient(timings) ? timings : freeText.evidence([timings]);
  const degenerate = isInsufficient(evidence) && evidence.reason === 'degenerate-input' && !isNearlyOneKey(keys);
  return {
    keys: keys.length,
    digest: keys.length < LEAST_COMPARED ? undefined : digestOf(numbersOfKeys(keys)),
    untrusted: flags.untrusted === true || degenerate,
    teachable: !flags.untrusted && !flags.pasted && !flags.dropped && !flags.autofilled && !flags.composed,
    evidence: isInsufficient(evidence) ? undefined : evidence,
  };
}

/** Whether most keys are of one class, as in a column of numbers, whose digits are all one: that is no text, and says nothing of who, or what, typed it. */
function isNearlyOneKey(keys: ParsedTypingSample['keys']): boolean {
  const counts = new Map<string | null, number>();
  for (const [key] of keys) {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Math.max(...counts.values()) > keys.length / 2;
}

function stretchOf(sample: ParsedPointerSample, { pointerPopulation }: SessionModels): PointerStretch {
  const { events, flags, device } = sample;
  const comparable = pointerPopulation !== null && device === pointerPopulation.device;
  const actions = comparable ? pointerActions(sample, { gridMs: pointerPopulation.gridMs }) : undefined;
  return {
    digest: events.length < LEAST_COMPARED ? undefined : digestOf(numbersOfEvents(events)),
    untrusted: flags.untrusted === true,
    actions: actions === undefined || isInsufficient(actions) ? undefined : actions,
  };
}

/** What a digest is made of: row by row, without an array for each. */
export function numbersOfKeys(keys: ParsedTypingSample['keys']): Int32Array {
  const numbers = new Int32Array(3 * keys.length);
  let at = 0;
  for (const [key, press, release] of keys) {
    numbers[at] = Number(key ?? -1);
    numbers[at + 1] = press;
    numbers[at + 2] = release ?? -1;
    at += 3;
  }
  return numbers;
}

export function numbersOfEvents(events: ParsedPointerSample['events']): Int32Array {
  const numbers = new Int32Array(4 * events.length);
  let at = 0;
  for (const [kind, time, x, y] of events) {
    numbers[at] = kind;
    numbers[at + 1] = time;
    numbers[at + 2] = x;
    numbers[at + 3] = y;
    at += 4;
  }
  return numbers;
}

function digestOf(numbers: Int32Array): number {
  return createHash('sha256').update(numbers).digest().readUInt32LE(0);
}
