import type { Log } from '@tacit-auth/server-verify';

/** A code, a name or a route of the source: what a program wrote. Anything else may be what somebody typed. */
const WRITTEN = /^[A-Za-z0-9_./:-]{0,64}$/;

/**
 * Writes what is worth knowing of the running server as one line of JSON each: when, how bad, what, and its codes. Tacit's events hold names and codes only;
 * a text that could be anything else is left out all the same.
 */
export function createBankLog({ write, clock }: { write: (line: string) => void; clock: () => number }): Log {
  return ({ level, event, ...details }) => {
    const told = Object.entries(details).filter(([, value]) => typeof value !== 'string' || WRITTEN.test(value));
    write(`${JSON.stringify({ at: new Date(clock()).toISOString(), level, event, ...Object.fromEntries(told) })}\n`);
  };
}
