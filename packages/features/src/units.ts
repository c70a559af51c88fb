/** Tenths of a millisecond, the unit of the wire, in milliseconds, the unit of every feature. */
export function toMilliseconds(tenths: number): number {
  return tenths / 10;
}

/** Milliseconds rounded to the nearest tenth of a millisecond, the unit of the wire. */
export function toTenths(milliseconds: number): number {
  return Math.round(milliseconds * 10);
}
