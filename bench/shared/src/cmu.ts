import { fixedTextVectorFrom } from '@tacit-auth/features';
import { numberIn, readCsv } from './read-lines';
import { People, type TextSet } from './text-set';

const KEYS = ['period', 't', 'i', 'e', 'five', 'Shift.r', 'o', 'a', 'n', 'l', 'Return'];
const CODES = ['Period', 'KeyT', 'KeyI', 'KeyE', 'Digit5', 'KeyR', 'KeyO', 'KeyA', 'KeyN', 'KeyL', 'Enter'];

/** K. Killourhy, R. Maxion, DSN 2009: 51 people, 400 entries each. Times in seconds; press-press is called down-down. */
export async function readCmu(folder: string): Promise<TextSet[]> {
  const people = new People();
  for await (const row of readCsv(`${folder}/cmu/DSL-StrongPasswordData.csv`)) {
    people.add(
      row('subject'),
      fixedTextVectorFrom({
        hold: KEYS.map((key) => 1_000 * numberIn(row, `H.${key}`)),
        pressPress: KEYS.slice(1).map((key, i) => 1_000 * numberIn(row, `DD.${KEYS[i]}.${key}`)),
      }),
    );
  }
  return [{ id: 'cmu', text: '.tie5Roanl', keys: CODES, people: people.list() }];
}
