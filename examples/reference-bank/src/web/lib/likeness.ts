/** How alike two texts are: 1 minus the Levenshtein distance over the longer length. 1 for equal texts. */
export function likeness(a: string, b: string): number {
  const left = [...a.normalize().trim()];
  const right = [...b.normalize().trim()];
  let row = right.map((_, index) => index + 1);
  row.unshift(0);
  for (const [i, letter] of left.entries()) {
    const next = [i + 1];
    for (const [j, other] of right.entries()) {
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return 1 - row[right.length]! / Math.max(1, left.length, right.length);
}
