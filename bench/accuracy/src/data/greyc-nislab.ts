import { fixedTextVectorFrom } from '@tacit-auth/features';
import { readCsv } from '@tacit-internal/bench-shared/read-lines';
import { People, type TextSet } from '@tacit-internal/bench-shared/text-set';

/** S. Z. Syed Idrus et al., BIOSIG 2013: three passphrases, the ten samples typed with two hands. */
export async function readGreycNislab(folder: string): Promise<TextSet[]> {
  const phrases = new Map<string, { text: string; people: People }>();
  for await (const row of readCsv(`${folder}/greyc-nislab/greyc_nislab.csv.gz`)) {
    if (row('hands') !== 'two') continue;
    const press = timesIn(row('press_ms'));
    const release = timesIn(row('release_ms'));
    const phrase = phrases.get(row('password')) ?? { text: row('text'), people: new People() };
    phrases.set(row('password'), phrase);
    phrase.people.add(
      row('user'),
      fixedTextVectorFrom({
        hold: press.map((time, i) => (release[i] ?? Number.NaN) - time),
        pressPress: press.slice(1).map((time, i) => time - (press[i] ?? Number.NaN)),
      }),
    );
  }
  return [...phrases].map(([name, { text, people }]) => ({
    id: `greyc-nislab ${name}`,
    text,
    keys: [...text].map((letter) => (letter === ' ' ? 'Space' : `Key${letter.toUpperCase()}`)),
    people: people.list(),
  }));
}

function timesIn(cell: string): number[] {
  return cell.split(' ').map(Number);
}
