import type { TypingSample } from '@tacit-auth/features';
import { assertFunction, assertInteger, assertMode, assertName, assertOptionalTarget, assertOptions } from './assert';
import { type EntryQuality, type EntryToJudge, entryQuality } from './entry-quality';
import { CaptureError } from './errors';

/** One entry to be typed. */
export interface EnrolmentStep {
  /** 1-64 characters of `[A-Za-z0-9._-]`, unique among the steps. */
  readonly id: string;
  readonly kind: 'secret' | 'text';
  /** The text to be typed, 1-2,000 characters; kind `text` only. */
  readonly target?: string;
  /** Fewest keys of an entry; 8 by default, or fewer where the target is shorter. */
  readonly minimumKeys?: number;
}

export interface EnrolmentOptions {
  /** 1-50 steps; five entries of a password by default. See {@link secretSteps} and {@link textSteps}. */
  steps?: readonly EnrolmentStep[];
  /** Judges an entry in place of {@link entryQuality}. */
  qualityOf?: (entry: EntryToJudge) => EntryQuality;
}

export interface EnrolmentStepState extends EnrolmentStep {
  /** `done` has a good entry, `redo` had one that must be typed again, `open` had none. */
  readonly status: 'open' | 'redo' | 'done';
  /** Of the latest entry. */
  readonly quality: EntryQuality | undefined;
}

export interface EnrolmentState {
  readonly status: 'in-progress' | 'complete';
  readonly steps: readonly EnrolmentStepState[];
  /** The step that the next entry belongs to; undefined when complete. */
  readonly current: EnrolmentStepState | undefined;
  readonly done: number;
  /** Share of the steps that are done: 0-1. */
  readonly progress: number;
}

/** Keeps the entries of one enrolment; it touches no element and no network. */
export interface Enrolment {
  /** A new object after each change and the same one between changes. */
  readonly state: EnrolmentState;
  /**
   * Judges an entry of the current step. A good one ends the step; after one to redo the step stays.
   *
   * @param entry.text What the field held. Wanted where the step has a target; it is compared and not kept.
   * @throws CaptureError `ERR_ENROLMENT_COMPLETE`; TypeError for a wrong argument.
   */
  submit(entry: { sample: TypingSample; text?: string }): EntryQuality;
  /**
   * Opens one step again and drops its entry.
   *
   * @throws CaptureError `ERR_ENROLMENT_STEP` for an unknown id.
   */
  restart(id: string): void;
  /**
   * The samples in order of the steps.
   *
   * @throws CaptureError `ERR_ENROLMENT_INCOMPLETE`.
   */
  samples(): TypingSample[];
  /** Calls `listener` after each change. Returns the function that ends it. */
  subscribe(listener: (state: EnrolmentState) => void): () => void;
}

const DEFAULT_MINIMUM_KEYS = 8;
const MAX_STEPS = 50;
const MAX_KEYS = 2_000;

/** Steps for `count` (1-50, 5 by default) entries of one password. */
export function secretSteps(count = 5): EnrolmentStep[] {
  assertInteger(count, 'count', 1, MAX_STEPS);
  return Array.from({ length: count }, (_, index) => ({ id: `secret-${index + 1}`, kind: 'secret' }));
}

/** A step for each of the texts, which the server hands out; three are usual. */
export function textSteps(targets: readonly string[]): EnrolmentStep[] {
  if (!Array.isArray(targets)) {
    throw new TypeError('targets must be an array');
  }
  return targets.map((target: string, index) => ({ id: `text-${index + 1}`, kind: 'text', target }));
}

/**
 * A state machine for enrolment: which entry comes next, how good each one was, and the samples at the end.
 *
 * @throws TypeError or RangeError for a wrong argument.
 */
export function createEnrolment(options: EnrolmentOptions = {}): Enrolment {
  assertOptions(options, 'options');
  const { steps = secretSteps(), qualityOf = entryQuality } = options;
  assertSteps(steps);
  assertFunction(qualityOf, 'qualityOf');

  const entries = steps.map((step) => ({ step: { ...step } as const, sample: undefined, quality: undefined }) as Entry);
  const listeners = new Set<(state: EnrolmentState) => void>();
  // Of the latest password that had another length than the one good entry before it.
  let contradiction: number | undefined;
  let state = toState();

  function toState(): EnrolmentState {
    const states = entries.map(
      ({ step, sample, quality }): EnrolmentStepState => ({ ...step, status: sample ? 'done' : quality ? 'redo' : 'open', quality }),
    );
    const done = states.filter(({ status }) => status === 'done').length;
    const current = states.find(({ status }) => status !== 'done');
    return { status: current ? 'in-progress' : 'complete', steps: states, current, done, progress: done / states.length };
  }

  function changed(): void {
    state = toState();
    for (const listener of [...listeners]) {
      listener(state);
    }
  }

  /**
   * Two entries agree with each other and not with the only good one: that one was mistyped, and nobody could get past it. It is opened
   * again and the new entry is judged without it.
   */
  function withoutOutvoted(entry: EntryToJudge, quality: EntryQuality): EntryQuality {
    const [only] = entry.others;
    const length = entry.sample.keys.length;
    if (quality.quality === 'good' || quality.reasons.join() !== 'length-differs' || entry.others.length !== 1) {
      return quality;
    }
    if (contradiction !== length) {
      contradiction = length;
      return quality;
    }
    contradiction = undefined;
    const outvoted = entries.find(({ sample }) => sample === only)!;
    outvoted.sample = undefined;
    outvoted.quality = { quality: 'redo', reasons: ['length-differs'] };
    return qualityOf({ ...entry, others: [] });
  }

  return {
    get state() {
      return state;
    },
    submit(submitted) {
      assertOptions(submitted, 'entry');
      const { sample, text } = submitted;
      assertSample(sample);
      const entry = entries.find((candidate) => candidate.sample === undefined);
      if (entry === undefined) {
        throw new CaptureError('ERR_ENROLMENT_COMPLETE', 'every step is done: restart one');
      }
      const { step } = entry;
      if (sample.mode !== step.kind) {
        throw new TypeError(`entry.sample must be of mode '${step.kind}'`);
      }
      if (step.target !== undefined && typeof text !== 'string') {
        throw new TypeError(`entry.text must be a string where the step has a target`);
      }
      const others = entries.flatMap((other) => (other.step.kind === step.kind && other.sample ? [other.sample] : []));
      const minimumKeys = step.minimumKeys ?? Math.min(DEFAULT_MINIMUM_KEYS, step.target?.length ?? DEFAULT_MINIMUM_KEYS);
      const toJudge: EntryToJudge = {
        sample,
        kind: step.kind,
        minimumKeys,
        others,
        target: step.target,
        text,
      };
      const quality = withoutOutvoted(toJudge, qualityOf(toJudge));
      entry.quality = quality;
      entry.sample = quality.quality === 'good' ? sample : undefined;
      changed();
      return quality;
    },
    restart(id) {
      const entry = entries.find(({ step }) => step.id === id);
      if (entry === undefined) {
        throw new CaptureError('ERR_ENROLMENT_STEP', 'no step has this id', { field: 'id' });
      }
      entry.sample = undefined;
      entry.quality = undefined;
      changed();
    },
    samples() {
      return entries.map(({ sample, step }) => {
        if (sample === undefined) {
          throw new CaptureError('ERR_ENROLMENT_INCOMPLETE', 'a step has no good entry yet', { field: step.id });
        }
        return sample;
      });
    },
    subscribe(listener) {
      assertFunction(listener, 'listener');
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

interface Entry {
  readonly step: EnrolmentStep;
  sample: TypingSample | undefined;
  quality: EntryQuality | undefined;
}

function assertSteps(steps: readonly EnrolmentStep[]): void {
  if (!Array.isArray(steps)) {
    throw new TypeError('steps must be an array');
  }
  if (steps.length < 1 || steps.length > MAX_STEPS) {
    throw new RangeError(`steps must have 1 to ${MAX_STEPS} entries`);
  }
  const ids = new Set<string>();
  steps.forEach((step: EnrolmentStep, index) => {
    const name = `steps[${index}]`;
    assertOptions(step, name);
    assertName(step.id, `${name}.id`);
    assertMode(step.kind, `${name}.kind`);
    assertOptionalTarget(step.target, `${name}.target`, step.kind);
    if (step.minimumKeys !== undefined) {
      assertInteger(step.minimumKeys, `${name}.minimumKeys`, 1, MAX_KEYS);
    }
    if (ids.has(step.id)) {
      throw new RangeError(`${name}.id must be unique`);
    }
    ids.add(step.id);
  });
}

function assertSample(sample: TypingSample): void {
  assertOptions(sample, 'entry.sample');
  if (!Array.isArray(sample.keys) || typeof sample.flags !== 'object' || sample.flags === null) {
    throw new TypeError('entry.sample must be a typing sample');
  }
}
