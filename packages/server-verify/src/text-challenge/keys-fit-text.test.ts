import { parseTypingSample, type TypingSample } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { CHALLENGE_SENTENCES } from './challenge-text';
import { keysFitText, namesKeys } from './keys-fit-text';
import { codeOf, textTypist } from './testing-texts';

const [FIRST = '', SECOND = ''] = [CHALLENGE_SENTENCES.slice(0, 3).join(' '), CHALLENGE_SENTENCES.slice(100, 103).join(' ')];
const typist = textTypist(1);
const fits = (sample: TypingSample, typed: string) => keysFitText(parseTypingSample(sample), typed);
const codes = [...FIRST].map(codeOf);

describe('keysFitText', () => {
  it('takes what was typed as it reads, with Shift, Enter and in capitals', () => {
    expect(fits(typist.sample(FIRST), FIRST)).toBe(true);
    expect(fits(typist.keys(['ShiftLeft', ...codes, 'Enter']), FIRST)).toBe(true);
    expect(fits(typist.sample(FIRST), FIRST.toUpperCase())).toBe(true);
  });

  it('takes corrections: key by key, by a key held down, and in the middle of the text', () => {
    const wrong = ['KeyX', 'KeyY', 'KeyZ'];
    expect(fits(typist.keys([...codes.slice(0, 50), ...wrong, ...wrong.map(() => 'Backspace'), ...codes.slice(50)]), FIRST)).toBe(true);
    expect(fits(typist.keys([...codes.slice(0, 50), ...wrong, 'Backspace', ...codes.slice(50)]), FIRST)).toBe(true);
    expect(fits(typist.keys([...codes, 'ArrowLeft', 'ArrowLeft', 'Delete', 'KeyE']), FIRST)).toBe(true);
  });

  it('takes neighbours of QWERTY, and other layouts whose keys stand for one letter each', () => {
    const azerty: Readonly<Record<string, string>> = { KeyA: 'KeyQ', KeyQ: 'KeyA', KeyZ: 'KeyW', KeyW: 'KeyZ', KeyM: 'Semicolon' };
    expect(fits(typist.keys(codes.map((code) => azerty[code] ?? code)), FIRST)).toBe(true);
    const dvorak = codes.map((code) => (code.startsWith('Key') ? `Key${'XBCDEFGHIJKLMNOPQRSTUVWAYZ'[code.charCodeAt(3) - 65]}` : code));
    expect(fits(typist.keys(dvorak), FIRST)).toBe(true);
    const cyrillic = codes.map((code) => (code.startsWith('Key') ? `Key${'QWERTYUIOPASDFGHJKLZXCVBNM'[code.charCodeAt(3) - 65]}` : code));
    expect(fits(typist.keys(cyrillic), FIRST)).toBe(true);
  });

  it('refuses a recording that is taken back again, key by key, before the text', () => {
    const recorded = [...SECOND].map(codeOf);
    expect(fits(typist.keys([...recorded, ...recorded.map(() => 'Backspace'), ...codes]), FIRST)).toBe(false);
    expect(fits(typist.keys([...codes.flatMap((code) => [code, 'ShiftLeft'])]), FIRST)).toBe(false);
    // One key in seven is mistyped.
    const clumsy = codes.flatMap((code, i) => (i % 7 === 0 ? ['KeyX', 'Backspace', code] : [code]));
    expect(fits(typist.keys(clumsy), FIRST)).toBe(true);
  });

  it('refuses keys of another text, in number or in order, and the times of another text under any names', () => {
    expect(fits(typist.sample(SECOND), FIRST)).toBe(false);
    expect(fits(typist.sample(FIRST.slice(0, 90)), FIRST)).toBe(false);
    expect(fits(typist.keys(codes.toReversed()), FIRST)).toBe(false);
    expect(fits(typist.keys([...codes, ...codes]), FIRST)).toBe(false);
    expect(fits(typist.keys(codes.map(() => 'KeyA')), FIRST)).toBe(false);
    expect(fits(typist.keys(codes.map((_, i) => `F${i}`)), FIRST)).toBe(false);
    expect(fits(typist.keys([...SECOND].slice(0, codes.length).map(codeOf)), FIRST)).toBe(false);
    expect(fits(typist.keys(codes.map((_, i) => `Key${String.fromCharCode(65 + ((7 * i) % 26))}`)), FIRST)).toBe(false);
    expect(fits({ ...typist.sample(FIRST), keys: [] }, FIRST)).toBe(false);
  });
});

it('says whether the device names its keys', () => {
  const sample = typist.sample(FIRST);
  const nameless = (from: number) =>
    parseTypingSample({ ...sample, keys: sample.keys.map(([key, ...times], i) => [i < from ? key : null, ...times]) });
  expect(namesKeys(nameless(sample.keys.length))).toBe(true);
  expect(namesKeys(nameless(Math.floor(0.8 * sample.keys.length)))).toBe(false);
  expect(namesKeys(parseTypingSample({ ...sample, keys: [] }))).toBe(false);
});
