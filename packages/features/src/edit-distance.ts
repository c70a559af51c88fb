/** What separates a typed text from the text that was asked for. */
export interface TextDifference {
  /** Fewest insertions, omissions and substitutions of a character that turn one text into the other (Levenshtein 1966). */
  distance: number;
  /** The characters of the target that were replaced or left out, in one of the shortest ways, from last to first. */
  mistyped: string[];
}

/**
 * Compares two texts given as characters. Work and memory are the product of the lengths of what remains
 * after the beginning and the end that the two share are cut off; lengths must be below 65,536.
 */
export function textDifference(typed: readonly string[], target: readonly string[]): TextDifference {
  let start = 0;
  let typedEnd = typed.length;
  let targetEnd = target.length;
  while (start < typedEnd && start < targetEnd && typed[start] === target[start]) {
    start++;
  }
  while (typedEnd > start && targetEnd > start && typed[typedEnd - 1] === target[targetEnd - 1]) {
    typedEnd--;
    targetEnd--;
  }
  const rows = typedEnd - start;
  const columns = targetEnd - start;
  const width = columns + 1;
  const cost = new Uint16Array((rows + 1) * width);
  for (let column = 1; column <= columns; column++) {
    cost[column] = column;
  }
  for (let row = 1; row <= rows; row++) {
    const here = row * width;
    cost[here] = row;
    const character = typed[start + row - 1];
    for (let column = 1; column <= columns; column++) {
      const substitution = cost[here - width + column - 1]! + (character === target[start + column - 1] ? 0 : 1);
      const extra = cost[here - width + column]! + 1;
      const omission = cost[here + column - 1]! + 1;
      cost[here + column] = Math.min(substitution, extra, omission);
    }
  }

  const mistyped: string[] = [];
  let row = rows;
  let column = columns;
  while (column > 0) {
    const wanted = target[start + column - 1]!;
    const same = row > 0 && typed[start + row - 1] === wanted;
    const total = cost[row * width + column]!;
    if (row > 0 && total === cost[(row - 1) * width + column - 1]! + (same ? 0 : 1)) {
      if (!same) {
        mistyped.push(wanted);
      }
      row--;
      column--;
    } else if (total === cost[row * width + column - 1]! + 1) {
      mistyped.push(wanted);
      column--;
    } else {
      row--;
    }
  }
  return { distance: cost[rows * width + columns]!, mistyped };
}
