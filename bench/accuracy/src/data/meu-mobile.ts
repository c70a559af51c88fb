import { fixedTextVectorFrom } from '@tacit-auth/features';
import { numberIn, readCsv } from '@tacit-internal/bench-shared/read-lines';
import { People, type TextSet } from '@tacit-internal/bench-shared/text-set';

const KEYS = ['.', 't', 'i', 'e', 'Shift', '5', 'Shift', 'Caps', 'r', 'o', 'a', 'n', 'l', 'Enter'];

/** N. Al-Obaidi, M. Al-Jarrah, ICDIPC 2016: 56 people, 51 entries each, on one kind of tablet. Hold and press-press times alone. */
export async function readMeuMobile(folder: string): Promise<TextSet[]> {
  const people = new People();
  // The second shift key has a name of its own among the holds.
  const holds = KEYS.map((key, i) => (key === 'Shift' && KEYS.indexOf(key) < i ? 'Hold Shift.1' : `Hold ${key}`));
  const pairs = KEYS.slice(1).map((key, i) => `DD ${KEYS[i]}.${key}`);
  for await (const row of readCsv(`${folder}/meu-mobile/meu_mobile.csv.gz`)) {
    people.add(
      row('subject'),
      fixedTextVectorFrom({
        hold: holds.map((column) => numberIn(row, column)),
        pressPress: pairs.map((column) => numberIn(row, column)),
      }),
    );
  }
  return [{ id: 'meu-mobile', text: '.tie5Roanl', keys: KEYS.map(() => null), people: people.list() }];
}
