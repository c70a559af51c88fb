import { readFileSync } from 'node:fs';

/** Time of all CPUs since the machine began, in the kernel's own units. */
export interface MachineTime {
  readonly total: number;
  /** What the host gave to others, while something here wanted to run. */
  readonly steal: number;
}

/** The fields of the first line of /proc/stat that are time of their own: what is after them, of guests, is in them already. */
const FIELDS = 8;
const STEAL = 7;

/** @returns null for text that tells no steal */
export function machineTimeOf(stat: string): MachineTime | null {
  const numbers = /^cpu +([\d ]+)$/m.exec(stat)?.[1]?.trim().split(/ +/).slice(0, FIELDS).map(Number) ?? [];
  const steal = numbers[STEAL];
  return steal === undefined ? null : { total: numbers.reduce((sum, number) => sum + number, 0), steal };
}

/** Null on systems that do not tell. */
export function machineTime(): MachineTime | null {
  try {
    return machineTimeOf(readFileSync('/proc/stat', 'utf8'));
  } catch {
    return null;
  }
}

/** The share of all CPUs' time between two moments that the host gave to others; null where that is not told. */
export function stolen(from: MachineTime | null, to: MachineTime | null): number | null {
  return from === null || to === null || to.total <= from.total ? null : (to.steal - from.steal) / (to.total - from.total);
}
