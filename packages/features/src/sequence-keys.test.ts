import { expect, it } from 'vitest';
import { SEQUENCE_KEY_IDS, sequenceKeyId } from './sequence-keys';

it('has 97 ids: padding, unknown and 95 keys, each once', () => {
  expect(SEQUENCE_KEY_IDS.length).toBe(97);
  expect(new Set(SEQUENCE_KEY_IDS.slice(2)).size).toBe(95);
  expect(SEQUENCE_KEY_IDS.slice(2).every((key) => /^[A-Za-z0-9]{1,24}$/.test(key))).toBe(true);
});

it('keeps the ids that trained networks know', () => {
  expect(['KeyA', 'KeyZ', 'Digit0', 'Space', 'Enter', 'Numpad0', 'Delete', 'KanaMode'].map(sequenceKeyId)).toEqual([
    2, 27, 28, 38, 53, 55, 73, 96,
  ]);
  expect(SEQUENCE_KEY_IDS.slice(2).map(sequenceKeyId)).toEqual(Array.from({ length: 95 }, (_, index) => index + 2));
});

it('takes every other key for unknown, never for padding', () => {
  expect([null, '', 'F13', 'ShiftLeft', 'Backspace', 'constructor'].map(sequenceKeyId)).toEqual([1, 1, 1, 1, 1, 1]);
});
