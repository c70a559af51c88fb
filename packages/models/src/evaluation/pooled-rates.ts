/** Rates of one threshold for all people together. */
export interface PooledRates {
  readonly equalErrorRate: number;
  readonly auc: number;
  /** Least FNMR where FMR is at most each target. */
  readonly fnmrAt: readonly number[];
  /** Impostor attempts accepted at those thresholds. */
  readonly acceptedAt: readonly number[];
}

export interface PooledPerson {
  readonly genuine: Float64Array;
  readonly impostor: Float64Array;
}

/** Scores of one kind, ascending, and whose they are. */
interface Sorted {
  readonly scores: Float64Array;
  readonly owners: Uint32Array;
}

/**
 * Scores of many people sorted once, so that the rates of a resample of the people cost one walk. With everybody counted once the rates are
 * those of `equalErrorRate`, `auc` and `fnmrAtFmr` on all scores together.
 *
 * Genuine scores are few and impostors' many: the impostors between two genuine scores are only added up, but where a rate that is looked for lies among them.
 */
export class PooledScores {
  readonly #genuine: Sorted;
  readonly #impostor: Sorted;
  /** Of each distinct genuine score: the end of its attempts, and the first impostor attempt that is not below it and the first that is above. */
  readonly #genuineEnd: Uint32Array;
  readonly #notBelow: Uint32Array;
  readonly #above: Uint32Array;
  readonly #people: readonly PooledPerson[];

  constructor(people: readonly PooledPerson[]) {
    this.#people = people;
    this.#genuine = sorted(people.map(({ genuine }) => genuine));
    this.#impostor = sorted(people.map(({ impostor }) => impostor));
    this.#genuineEnd = groupEnds(this.#genuine.scores);
    this.#notBelow = new Uint32Array(this.#genuineEnd.length);
    this.#above = new Uint32Array(this.#genuineEnd.length);
    const { scores } = this.#impostor;
    let at = 0;
    this.#genuineEnd.forEach((end, group) => {
      const score = this.#genuine.scores[end - 1];
      while (at < scores.length && scores[at] < score) {
        at++;
      }
      this.#notBelow[group] = at;
      while (at < scores.length && scores[at] === score) {
        at++;
      }
      this.#above[group] = at;
    });
  }

  /**
   * @param drawn how often each person counts.
   * @param targets false match rates, falling.
   * @returns NaN where nobody genuine or no impostor is left.
   */
  rates(drawn: Uint32Array, targets: readonly number[]): PooledRates {
    let genuineTotal = 0;
    let impostorTotal = 0;
    this.#people.forEach(({ genuine, impostor }, person) => {
      genuineTotal += drawn[person] * genuine.length;
      impostorTotal += drawn[person] * impostor.length;
    });
    const walk = new RateWalk(genuineTotal, impostorTotal, targets);
    if (genuineTotal === 0 || impostorTotal === 0) {
      return { equalErrorRate: Number.NaN, auc: Number.NaN, fnmrAt: walk.fnmrAt, acceptedAt: walk.acceptedAt };
    }
    const genuineOwners = this.#genuine.owners;
    const { scores, owners } = this.#impostor;
    walk.pass(0, 0);
    // Twice the area, in attempts: integers, so that nothing is rounded on the way.
    let area = 0;
    let genuineAt = 0;
    let impostorAt = 0;
    for (let group = 0; group < this.#genuineEnd.length; group++) {
      const below = timesDrawn(owners, drawn, impostorAt, this.#notBelow[group]);
      area += below * 2 * (genuineTotal - walk.genuineBelow);
      walk.passImpostors(below, scores, owners, drawn, impostorAt, this.#notBelow[group]);
      const genuine = timesDrawn(genuineOwners, drawn, genuineAt, this.#genuineEnd[group]);
      const tied = timesDrawn(owners, drawn, this.#notBelow[group], this.#above[group]);
      area += tied * (2 * (genuineTotal - walk.genuineBelow) - genuine);
      walk.pass(genuine, tied);
      genuineAt = this.#genuineEnd[group];
      impostorAt = this.#above[group];
    }
    walk.passImpostors(walk.impostorAbove, scores, owners, drawn, impostorAt, owners.length);
    const { equalErrorRate, fnmrAt, acceptedAt } = walk;
    return { equalErrorRate, auc: area / (2 * genuineTotal * impostorTotal), fnmrAt, acceptedAt };
  }
}

/** Walks the operating points, from the one that accepts everybody to the one that accepts nobody, and keeps the rates that it comes by. */
class RateWalk {
  equalErrorRate = Number.NaN;
  readonly fnmrAt: number[];
  readonly acceptedAt: number[];
  genuineBelow = 0;
  impostorAbove: number;
  readonly #genuineTotal: number;
  readonly #impostorTotal: number;
  readonly #targets: readonly number[];
  #crossed = false;
  #target = 0;

  constructor(genuineTotal: number, impostorTotal: number, targets: readonly number[]) {
    this.fnmrAt = new Array<number>(targets.length).fill(Number.NaN);
    this.acceptedAt = new Array<number>(targets.length).fill(Number.NaN);
    this.impostorAbove = impostorTotal;
    this.#genuineTotal = genuineTotal;
    this.#impostorTotal = impostorTotal;
    this.#targets = targets;
  }

  /** Goes on to the point that so many attempts more lie below. */
  pass(genuine: number, impostor: number): void {
    const genuineBefore = this.genuineBelow;
    const impostorBefore = this.impostorAbove;
    const genuineBelow = genuineBefore + genuine;
    const impostorAbove = impostorBefore - impostor;
    this.genuineBelow = genuineBelow;
    this.impostorAbove = impostorAbove;
    const genuineTotal = this.#genuineTotal;
    const impostorTotal = this.#impostorTotal;
    if (!this.#crossed && this.#isCrossed(genuineBelow, impostorAbove)) {
      this.#crossed = true;
      const gapBefore = impostorBefore / impostorTotal - genuineBefore / genuineTotal;
      const gapAfter = genuineBelow / genuineTotal - impostorAbove / impostorTotal;
      const share = gapBefore / (gapBefore + gapAfter);
      this.equalErrorRate = (impostorBefore + share * (impostorAbove - impostorBefore)) / impostorTotal;
    }
    while (this.#isAtTarget(impostorAbove)) {
      this.fnmrAt[this.#target] = genuineBelow / genuineTotal;
      this.acceptedAt[this.#target] = impostorAbove;
      this.#target++;
    }
  }

  /** Goes past the impostor attempts `from` to `to` (exclusive), which count `total` together: a score at a time where a rate lies among them. */
  passImpostors(total: number, scores: Float64Array, owners: Uint32Array, drawn: Uint32Array, from: number, to: number): void {
    const last = this.impostorAbove - total;
    if (!this.#isAtTarget(last) && (this.#crossed || !this.#isCrossed(this.genuineBelow, last))) {
      this.impostorAbove = last;
      return;
    }
    let weight = 0;
    for (let i = from; i < to; i++) {
      weight += drawn[owners[i]];
      if (i + 1 === to || scores[i + 1] !== scores[i]) {
        this.pass(0, weight);
        weight = 0;
      }
    }
  }

  #isCrossed(genuineBelow: number, impostorAbove: number): boolean {
    return genuineBelow * this.#impostorTotal >= impostorAbove * this.#genuineTotal;
  }

  #isAtTarget(impostorAbove: number): boolean {
    return this.#target < this.#targets.length && impostorAbove / this.#impostorTotal <= this.#targets[this.#target];
  }
}

/** How often the owners of the attempts `from` to `to` (exclusive) were drawn, together. */
function timesDrawn(owners: Uint32Array, drawn: Uint32Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) {
    sum += drawn[owners[i]];
  }
  return sum;
}

/** Numbers are sorted by themselves, which is far quicker than with their owners; then each owner goes to a place of an equal number. */
function sorted(parts: readonly Float64Array[]): Sorted {
  const scores = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    scores.set(part, at);
    at += part.length;
  }
  scores.sort();
  const owners = new Uint32Array(scores.length);
  const taken = new Uint32Array(scores.length);
  parts.forEach((part, owner) => {
    for (const score of part) {
      const place = firstNotBelow(scores, score);
      owners[place + taken[place]++] = owner;
    }
  });
  return { scores, owners };
}

/** The first place of a number that is among sorted ones. */
function firstNotBelow(scores: Float64Array, score: number): number {
  let low = 0;
  let high = scores.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (scores[middle] < score) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** The ends of the groups of equal numbers among sorted ones. */
function groupEnds(scores: Float64Array): Uint32Array {
  const ends = new Uint32Array(scores.length);
  let groups = 0;
  for (let end = 1; end <= scores.length; end++) {
    if (scores[end] !== scores[end - 1]) {
      ends[groups++] = end;
    }
  }
  return ends.subarray(0, groups);
}
