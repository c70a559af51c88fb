/**
 * A stream of standard normal numbers that depends on `seed` and `stream` alone: the sfc32 generator behind the Box-Muller transform.
 * For simulation only; nothing secret may come from it.
 *
 * @param seed any 32-bit integer.
 * @param stream any 32-bit integer; streams of one seed are independent.
 */
export function seededNormals(seed: number, stream: number): () => number {
  const uniform = seededUniforms(seed, stream);
  let spare = Number.NaN;
  return () => {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = Number.NaN;
      return value;
    }
    // 1 - u lies in (0, 1], so that the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** Uniform numbers in [0, 1) by sfc32 (Doty-Humphrey, PractRand), warmed up. */
export function seededUniforms(seed: number, stream: number): () => number {
  let a = seed | 0;
  let b = stream | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 15; i++) {
    next();
  }
  return () => next() / 4294967296;
}
