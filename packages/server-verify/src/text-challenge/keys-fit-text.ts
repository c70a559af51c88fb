import { isCharacterKey, isCorrectionKey, type ParsedTypingSample } from '@tacit-auth/features';
import { textSimilarity } from '../text-similarity';

/** Least likeness of what the keys write to what was typed. A correction held down, or made by the mouse, is not seen in the keys. */
const LEAST_LIKENESS = 0.75;
/** Least share of the keys that agree with a keyboard layout of some kind. */
const LEAST_AGREEMENT = 0.9;
/** Least share of all keys that are still there in the end: what is typed and taken back again tells how, but is none of the text that was asked for. */
const LEAST_LEFT = 0.6;
/** Fewest keys that have a name. */
const LEAST_NAMED = 0.9;

const MARKS: ReadonlyMap<string, string> = new Map([
  ['Space', ' '],
  ['Period', '.'],
  ['Comma', ','],
  ['Quote', "'"],
  ['Semicolon', ';'],
  ['Minus', '-'],
  ['Slash', '/'],
]);
/** Stands for a key of which nothing is known: no text holds it. */
const UNKNOWN = '\u0000';

/** Whether the device names its keys. A touch keyboard often does not, and then rhythm can not be told from letters. */
export function namesKeys({ keys }: ParsedTypingSample): boolean {
  const named = keys.filter(([key]) => key !== null).length;
  return keys.length > 0 && named >= LEAST_NAMED * keys.length;
}

/**
 * Whether the keys of a sample write a text: in number and in order, on a QWERTY keyboard or one near to it; or on any layout whose keys stand
 * for one letter each, where nothing is lost by a correction that the keys do not show. Who takes the recorded times of another text fails here, unless
 * he gives them the names of other keys, and then they are the times of the wrong ones.
 */
export function keysFitText({ keys }: ParsedTypingSample, typed: string): boolean {
  const written: string[] = [];
  for (const [key] of keys) {
    if (key === 'Backspace') {
      written.pop();
    } else if (isCharacterKey(key) && !isCorrectionKey(key)) {
      written.push(key ?? UNKNOWN);
    }
  }
  if (written.length < LEAST_LEFT * keys.length) {
    return false;
  }
  return textSimilarity(written.map(onQwerty).join(''), typed) >= LEAST_LIKENESS || fitsSomeLayout(written, [...typed.toLowerCase()]);
}

function onQwerty(code: string): string {
  const letter = /^Key([A-Z])$/.exec(code)?.[1] ?? /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  return letter?.toLowerCase() ?? MARKS.get(code) ?? UNKNOWN;
}

/** Each key for one letter, and each letter by one key. */
function fitsSomeLayout(codes: readonly string[], letters: readonly string[]): boolean {
  return (
    codes.length > 0 &&
    codes.length === letters.length &&
    agreement(codes, letters) >= LEAST_AGREEMENT &&
    agreement(letters, codes) >= LEAST_AGREEMENT
  );
}

/** Share of places at which the second is what most often goes with the first. */
function agreement(first: readonly string[], second: readonly string[]): number {
  const counts = new Map<string, Map<string, number>>();
  for (const [i, one] of first.entries()) {
    const partners = counts.get(one) ?? new Map<string, number>();
    counts.set(one, partners);
    const other = second[i]!;
    partners.set(other, (partners.get(other) ?? 0) + 1);
  }
  let agreed = 0;
  for (const partners of counts.values()) {
    agreed += Math.max(...partners.values());
  }
  return agreed / first.length;
}
