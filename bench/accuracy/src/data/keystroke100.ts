import { fixedTextVectorFrom } from '@tacit-auth/features';
import { numberIn, readCsv } from '@tacit-internal/bench-shared/read-lines';
import { People, type TextSet } from '@tacit-internal/bench-shared/text-set';

const LATENCIES = ['d1', 'd2', 'd3', 'd4', 'd5', 'd6', 'd7'];

/** C. C. Loy et al., 2007: 100 people, ten entries each, press-press times alone, on a clock of about 15.6 ms. */
export async function readKeystroke100(folder: string): Promise<TextSet[]> {
  const people = new People();
  for await (const row of readCsv(`${folder}/keystroke100/latency.csv`)) {
    people.add(row('user'), fixedTextVectorFrom({ hold: [], pressPress: LATENCIES.map((column) => numberIn(row, column)) }));
  }
  const keys = ['KeyT', 'KeyR', 'KeyY', 'Digit4', 'Minus', 'KeyM', 'KeyB', 'KeyS'];
  return [{ id: 'keystroke100', text: 'try4-mbs', keys, people: people.list() }];
}
