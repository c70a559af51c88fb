import type { KeyAction } from './keyboard';
import type { Typist } from './typist';

/** The wire form of a window of free text, as a page would send it: classes of keys and their times. */
export interface WireWindow {
  version: 1;
  mode: 'window';
  field: string;
  keys: Array<[string, number, number | null]>;
  flags: Record<string, true>;
  clockStep: number;
  device: 'keyboard';
}

const WORDS =
  'the of and to in is you that it he was for on are as with his they at be this have from or one had by word but not what all were we when your can said there use an each which she do how their if will up other about out many then them these so some her would make like him into time has look two more write go see number no way could people my than first water been call who oil its now find long down day did get come made may part'.split(
    ' ',
  );

/** Words in no telling order, the same for the same start. */
export function plainWords(start: number, length: number): string {
  let text = '';
  for (let i = start; text.length < length; i += 1) text += `${WORDS[(i * 37 + (i % 11) * 13) % WORDS.length]} `;
  return text.slice(0, length);
}

/** Class of a letter or a space, as a recorder names it. */
const classOf = (key: string): string => String(key === ' ' ? 0 : 11 + key.charCodeAt(0) - 97);

function windowOf(actions: readonly KeyAction[]): WireWindow {
  const keys: WireWindow['keys'] = [];
  const down = new Map<string, number>();
  for (const { at, kind, key } of actions) {
    const time = Math.round(at * 10);
    if (kind === 'down') {
      down.set(key, keys.length);
      keys.push([classOf(key), time, null]);
    } else {
      const entry = keys[down.get(key) ?? -1];
      if (entry) entry[2] = time;
    }
  }
  return { version: 1, mode: 'window', field: 'message', keys, flags: {}, clockStep: 1, device: 'keyboard' };
}

/** A window of fifty keys in the rhythm of a person. Each start gives other words. */
export function forgedWindow(typist: Typist, start: number): WireWindow {
  return windowOf(typist.plan(plainWords(start, 50)));
}
