/**
 * How alike two short texts are: 1 minus the Levenshtein distance over the longer length, on case-folded text with runs of
 * white space as one space. 1 for equal texts, 0 where nothing agrees. Costs the product of the lengths: bound them first.
 */
export function textSimilarity(a: string, b: string): number {
  const left = [...normalise(a)];
  const right = [...normalise(b)];
  const longer = Math.max(left.length, right.length);
  if (longer === 0) {
    return 1;
  }
  let previous = Uint32Array.from({ length: right.length + 1 }, (_, i) => i);
  let current = new Uint32Array(right.length + 1);
  for (let i = 1; i <= left.length; i++) {
    current[0] = i;
    for (let j = 1; j <= right.length; j++) {
      const substitution = previous[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1);
      current[j] = Math.min(substitution, previous[j]! + 1, current[j - 1]! + 1);
    }
    [previous, current] = [current, previous];
  }
  return 1 - previous[right.length]! / longer;
}

function normalise(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
}
