import type { Interval } from '@tacit-auth/models/evaluation';
import { seededUniforms } from '@tacit-auth/models/evaluation';
import type { DescribedPicture } from './descriptor-cache';
import { percentiles } from './pair-figures';

/** All pairs of pictures of a set, by distance. Pairs are not independent: each picture is in many. */
export interface CrossPairs {
  readonly people: readonly string[];
  /** Pictures of each person. */
  readonly pictures: Uint32Array;
  readonly genuine: PairList;
  readonly impostor: PairList;
}

/** Distances, and the places of the two people of each pair. */
export interface PairList {
  readonly distance: Float32Array;
  readonly first: Uint16Array;
  readonly second: Uint16Array;
}

/** Rates at one distance over all pairs; intervals resample the people. */
export interface CrossRates {
  readonly distance: number;
  /** Null where there are no such pairs. */
  readonly fmr: number | null;
  readonly fmr_ci: Interval | null;
  readonly fnmr: number | null;
  readonly fnmr_ci: Interval | null;
}

const UNIT = 10_000;

/** Every picture with a descriptor against every other one, of those people that are `wanted`. */
export function crossPairs(
  described: Iterable<DescribedPicture>,
  personOf: (picture: string) => string,
  wanted: (person: string) => boolean = () => true,
): CrossPairs {
  const known = [...described].filter((each) => each.values !== null && wanted(personOf(each.picture)));
  const people = [...new Set(known.map(({ picture }) => personOf(picture)))];
  const places = new Map(people.map((person, place) => [person, place]));
  const owner = Uint16Array.from(known, ({ picture }) => places.get(personOf(picture)) ?? 0);
  const pictures = new Uint32Array(people.length);
  for (const place of owner) pictures[place]! += 1;
  const vectors = known.map(({ values }) => Float64Array.from(values ?? [], (value) => value / UNIT));
  const genuineCount = pictures.reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  const genuine = pairList(genuineCount);
  const impostor = pairList((known.length * (known.length - 1)) / 2 - genuineCount);
  let [ownPairs, otherPairs] = [0, 0];
  for (let i = 1; i < vectors.length; i++) {
    for (let j = 0; j < i; j++) {
      const same = owner[i] === owner[j];
      const list = same ? genuine : impostor;
      const place = same ? ownPairs++ : otherPairs++;
      list.distance[place] = distance(vectors[i]!, vectors[j]!);
      list.first[place] = owner[i]!;
      list.second[place] = owner[j]!;
    }
  }
  return { people, pictures, genuine, impostor };
}

function pairList(length: number): PairList {
  return { distance: new Float32Array(length), first: new Uint16Array(length), second: new Uint16Array(length) };
}

export function distance(a: Float64Array, b: Float64Array): number {
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(squares);
}

/** Rates where a distance of at most `limit` is a match. Interval: people drawn with replacement; a pair counts as often as both its people are drawn together. */
export function ratesAt(pairs: CrossPairs, limit: number, { seed, resamples }: { seed: number; resamples: number }): CrossRates {
  const accepted = picked(pairs.impostor, (value) => value <= limit);
  const refused = picked(pairs.genuine, (value) => value > limit);
  const all = new Float64Array(pairs.people.length).fill(1);
  const uniform = seededUniforms(seed, STREAM);
  const drawn: { fmr: number; fnmr: number }[] = [];
  for (let r = 0; r < resamples; r++) {
    const times = new Float64Array(pairs.people.length);
    for (let i = 0; i < times.length; i++) times[Math.floor(uniform() * times.length)]! += 1;
    drawn.push(ratesOf(pairs, accepted, refused, times));
  }
  const { fmr, fnmr } = ratesOf(pairs, accepted, refused, all);
  const numbers = (values: number[]) => percentiles(values.filter((value) => !Number.isNaN(value)));
  return {
    distance: limit,
    fmr: numberOrNull(fmr),
    fmr_ci: numbers(drawn.map((each) => each.fmr)),
    fnmr: numberOrNull(fnmr),
    fnmr_ci: numbers(drawn.map((each) => each.fnmr)),
  };
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

const STREAM = 0x63_72_6f_73;

function picked({ distance, first, second }: PairList, wanted: (value: number) => boolean): (readonly [number, number])[] {
  const list: [number, number][] = [];
  for (let i = 0; i < distance.length; i++) if (wanted(distance[i]!)) list.push([first[i]!, second[i]!]);
  return list;
}

type PeopleOfPairs = readonly (readonly [number, number])[];

function ratesOf(
  { pictures }: CrossPairs,
  accepted: PeopleOfPairs,
  refused: PeopleOfPairs,
  times: Float64Array,
): { fmr: number; fnmr: number } {
  let [whole, own, genuine] = [0, 0, 0];
  for (let i = 0; i < pictures.length; i++) {
    const weight = pictures[i]! * times[i]!;
    whole += weight;
    own += weight * weight;
    genuine += (times[i]! * pictures[i]! * (pictures[i]! - 1)) / 2;
  }
  const impostor = (whole * whole - own) / 2;
  const sumOf = (list: PeopleOfPairs, weight: (a: number, b: number) => number) =>
    list.reduce((sum, [a, b]) => sum + weight(times[a]!, times[b]!), 0);
  return { fmr: sumOf(accepted, (a, b) => a * b) / impostor, fnmr: sumOf(refused, (a) => a) / genuine };
}

/** The largest distance within which at most that share of the strangers' pairs lie. */
export function distanceAtFmr({ impostor }: CrossPairs, rate: number): number {
  const sorted = impostor.distance.slice().sort();
  return sorted[Math.max(Math.floor(rate * sorted.length) - 1, 0)] ?? Number.NaN;
}
