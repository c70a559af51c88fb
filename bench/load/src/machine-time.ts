import { readFileSync } from 'node:fs';

/** Time of all CPUs since the machine began, in the kernel's own units. */
export interface MachineTime {
  readonly total: number;
  /** Of it what anything that runs here used. */
  readonly busy: number;
  /** What the host gave to others, while something here wanted to run. */
  readonly steal: number;
}

/** The fields of the first line of /proc/stat that are time of their own: what is after them, of guests, is in them already. */
const FIELDS = 8;
const [IDLE, WAITING, STEAL] = [3, 4, 7];
/** Units of a second, as the kernel tells them to every program. */
const UNITS_PER_SECOND = 100;

/** @returns null for text that tells no steal */
export function machineTimeOf(stat: string): MachineTime | null {
  const numbers = /^cpu +([\d ]+)$/m.exec(stat)?.[1]?.trim().split(/ +/).slice(0, FIELDS).map(Number) ?? [];
  const steal = numbers[STEAL];
  if (steal === undefined) return null;
  const total = numbers.reduce((sum, number) => sum + number, 0);
  return { total, steal, busy: total - steal - (numbers[IDLE] ?? 0) - (numbers[WAITING] ?? 0) };
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

/** The share of all CPUs' time between two moments that programs used, less so many ms of one's own; null where that is not told. */
export function usedByOthers(from: MachineTime | null, to: MachineTime | null, ownMs: number): number | null {
  if (from === null || to === null || to.total <= from.total) return null;
  return Math.max(0, to.busy - from.busy - (ownMs * UNITS_PER_SECOND) / 1_000) / (to.total - from.total);
}
