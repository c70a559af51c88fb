import { distance } from './cross-pairs';
import type { DescribedPicture } from './descriptor-cache';

/** One person's pictures against another's, or against each other. */
export interface PeopleCell {
  readonly a: string;
  readonly b: string;
  readonly pairs: number;
  readonly least: number;
  readonly most: number;
  /** Pairs within each of the distances asked for. */
  readonly within: readonly number[];
}

/** Every person against every other, and each against the own other pictures. */
export function peopleTable(
  described: readonly DescribedPicture[],
  personOf: (picture: string) => string,
  limits: readonly number[],
): PeopleCell[] {
  const vectors = new Map<string, Float64Array[]>();
  for (const { picture, values } of described) {
    if (values === null) continue;
    const own = vectors.get(personOf(picture)) ?? [];
    own.push(Float64Array.from(values, (value) => value / 10_000));
    vectors.set(personOf(picture), own);
  }
  const people = [...vectors.keys()].toSorted();
  return people.flatMap((a, i) => people.slice(i).map((b) => cellOf(a, b, vectors.get(a) ?? [], vectors.get(b) ?? [], limits)));
}

function cellOf(a: string, b: string, ofA: readonly Float64Array[], ofB: readonly Float64Array[], limits: readonly number[]): PeopleCell {
  const distances = ofA.flatMap((x, i) => (a === b ? ofB.slice(i + 1) : ofB).map((y) => distance(x, y)));
  return {
    a,
    b,
    pairs: distances.length,
    least: Math.min(...distances),
    most: Math.max(...distances),
    within: limits.map((limit) => distances.filter((value) => value <= limit).length),
  };
}
