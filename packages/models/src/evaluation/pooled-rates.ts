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

/**
 * Scores of many people sorted once, so that the rates of a resample of the people cost one walk. With everybody counted once the rates are
 * those of `equalErrorRate`, `auc` and `fnmrAtFmr` on all scores together.
 */
export class PooledScores {
  /** Sorted ascending. */
  readonly #scores: Float64Array;
  /** 2 x person, + 1 where the attempt was genuine. */
  readonly #owners: Uint32Array;
  readonly #people: readonly PooledPerson[];

  constructor(people: readonly PooledPerson[]) {
    const count = people.reduce((sum, { genuine, impostor }) => sum + genuine.length + impostor.length, 0);
    const scores = new Float64Array(count);
    const owners = new Uint32Array(count);
    let at = 0;
    people.forEach(({ genuine, impostor }, person) => {
      for (const [values, kind] of [
        [genuine, 1],
        [impostor, 0],
      ] as const) {
        scores.set(values, at);
        owners.fill(2 * person + kind, at, at + values.length);
        at += values.length;
      }
    });
    const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[a] - scores[b]);
    this.#scores = Float64Array.from(order, (i) => scores[i]);
    this.#owners = Uint32Array.from(order, (i) => owners[i]);
    this.#people = people;
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
    const fnmrAt = new Array<number>(targets.length).fill(Number.NaN);
    const acceptedAt = new Array<number>(targets.length).fill(Number.NaN);
    if (genuineTotal === 0 || impostorTotal === 0) {
      return { equalErrorRate: Number.NaN, auc: Number.NaN, fnmrAt, acceptedAt };
    }
    const scores = this.#scores;
    const owners = this.#owners;
    const end = scores.length;
    let equalErrorRate = Number.NaN;
    let crossed = false;
    let target = 0;
    // Twice the area, in attempts: integers, so that nothing is rounded on the way.
    let area = 0;
    let genuineBelow = 0;
    let impostorAbove = impostorTotal;
    let genuineBefore = 0;
    let impostorBefore = impostorTotal;
    // One step for each distinct score, from the operating point that accepts everybody to the one that accepts nobody.
    for (let i = 0; ; ) {
      area += (impostorBefore - impostorAbove) * (2 * genuineTotal - genuineBefore - genuineBelow);
      if (!crossed && genuineBelow * impostorTotal >= impostorAbove * genuineTotal) {
        crossed = true;
        const gapBefore = impostorBefore / impostorTotal - genuineBefore / genuineTotal;
        const gapAfter = genuineBelow / genuineTotal - impostorAbove / impostorTotal;
        const share = gapBefore / (gapBefore + gapAfter);
        equalErrorRate = (impostorBefore + share * (impostorAbove - impostorBefore)) / impostorTotal;
      }
      while (target < targets.length && impostorAbove / impostorTotal <= targets[target]) {
        fnmrAt[target] = genuineBelow / genuineTotal;
        acceptedAt[target] = impostorAbove;
        target++;
      }
      if (i === end) {
        return { equalErrorRate, auc: area / (2 * genuineTotal * impostorTotal), fnmrAt, acceptedAt };
      }
      genuineBefore = genuineBelow;
      impostorBefore = impostorAbove;
      const score = scores[i];
      do {
        const weight = drawn[owners[i] >>> 1];
        if ((owners[i] & 1) === 1) {
          genuineBelow += weight;
        } else {
          impostorAbove -= weight;
        }
        i++;
      } while (i < end && scores[i] === score);
    }
  }
}
