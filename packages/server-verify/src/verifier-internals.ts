import type { Context } from './context';
import type { Job } from './jobs';
import type { Verifier } from './verifier';

interface Internals {
  context: Context;
  jobs: Job[];
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
