import type { Context } from './context';
import type { Timer } from './job-runner';
import type { Job } from './jobs';
import type { Verifier } from './verifier';

interface Internals {
  context: Context;
  jobs: Job[];
  timer: Timer;
  /** What the layers above do when the verifier closes, before its store does. */
  closing: Array<() => Promise<void>>;
}

const internals = new WeakMap<object, Internals>();

export function registerVerifier(verifier: Verifier, entry: Internals): void {
  internals.set(verifier, entry);
}

function internalsOf(verifier: Verifier): Internals {
  const found = typeof verifier === 'object' && verifier !== null ? internals.get(verifier) : undefined;
  if (found === undefined) {
    throw new TypeError('verifier must come from createVerifier');
  }
  return found;
}

/**
 * What a verifier works with, for the layers above it. Not part of the package's interface.
 *
 * @throws TypeError for anything that `createVerifier` did not make
 */
export function verifierContext(verifier: Verifier): Context {
  return internalsOf(verifier).context;
}

/** Has a verifier run one more job with its own; before `start`. */
export function addVerifierJob(verifier: Verifier, job: Job): void {
  internalsOf(verifier).jobs.push(job);
}

/** Where a verifier's waiting comes from. */
export function verifierTimer(verifier: Verifier): Timer {
  return internalsOf(verifier).timer;
}

/** Has a verifier do something when it closes. */
export function beforeClose(verifier: Verifier, work: () => Promise<void>): void {
  internalsOf(verifier).closing.push(work);
}
