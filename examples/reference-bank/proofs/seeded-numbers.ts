/** Numbers from 0 to below 1, the same for the same seed (mulberry32). For simulations only. */
export function seededUniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal numbers, bounded: people hesitate, but not for an hour. */
export function seededNormals(seed: number): () => number {
  const uniform = seededUniforms(seed);
  return () => {
    const one = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    return Math.max(-3, Math.min(3, one));
  };
}

export function seededBytes(seed: number): (length: number) => Uint8Array {
  const uniform = seededUniforms(seed);
  return (length) => Uint8Array.from({ length }, () => Math.floor(256 * uniform()));
}
