import { expect } from 'vitest';

export interface Crash {
  /** Number of the transaction that fails, from 1. */
  at: number;
  /** Before it is written, or after. */
  when: 'before' | 'after';
}

/** Every transaction of a deed fails once, before it is written and after. The deed says when there was no transaction left to fail. */
export async function forEachCrash(deed: (crash: Crash) => Promise<boolean>): Promise<number> {
  let crashes = 0;
  for (const when of ['before', 'after'] as const) {
    for (let at = 1; await deed({ at, when }); at++) {
      crashes++;
      expect(at).toBeLessThan(60);
    }
  }
  return crashes;
}
