import { seededChance } from '../../../packages/capture/src/seeded-chance.test-support';

/** Numbers from 0 to below 1, the same for the same seed. For simulations only. */
export const seededUniforms = seededChance;

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
