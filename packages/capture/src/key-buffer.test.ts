import { describe, expect, it } from 'vitest';
import { createKeyBuffer, MAX_HOLD, MAX_KEYS } from './key-buffer';

const whole = (code: string | null) => code;
const nothing = () => null;

describe('createKeyBuffer', () => {
  it('pairs by code and counts what is down', () => {
    const buffer = createKeyBuffer(whole);
    expect(buffer.press('KeyA', 100)).toBe(true);
    buffer.press('KeyB', 150);
    expect(buffer.held).toBe(2);
    buffer.release('KeyB', 170);
    buffer.release('KeyB', 999);
    expect(buffer.held).toBe(1);
    expect(buffer.toKeys()).toEqual([
      ['KeyA', 0, null],
      ['KeyB', 500, 700],
    ]);
  });

  it('names a key as it is told to, and pairs by its code', () => {
    const buffer = createKeyBuffer(nothing);
    buffer.press('KeyA', 0);
    buffer.release('KeyA', 50);
    expect(buffer.toKeys()).toEqual([[null, 0, 500]]);
    const classes = createKeyBuffer((code) => String(code?.length));
    classes.press('Digit1', 0);
    classes.press('Digit2', 10);
    classes.release('Digit1', 50);
    expect(classes.toKeys()).toEqual([
      ['6', 0, 500],
      ['6', 100, null],
    ]);
  });

  it('forgets everything when cleared', () => {
    const buffer = createKeyBuffer(whole);
    buffer.press('KeyA', 0);
    buffer.clear();
    expect([buffer.count, buffer.held, buffer.toKeys()]).toEqual([0, 0, []]);
    buffer.release('KeyA', 10);
    buffer.press('KeyB', 5_000);
    expect(buffer.toKeys()).toEqual([['KeyB', 0, null]]);
  });

  it('repairs times that run backwards', () => {
    const buffer = createKeyBuffer(whole);
    buffer.press('KeyA', 100);
    buffer.press('KeyB', 90);
    buffer.release('KeyA', 50);
    expect(buffer.toKeys()).toEqual([
      ['KeyA', 0, 0],
      ['KeyB', 0, null],
    ]);
  });

  it('a hold at the bound is kept, after rounding too', () => {
    for (const [press, release, seen] of [
      [0, 60_000, true],
      [0.06, 60_000.1, true],
      [0.04, 60_000.06, false],
    ] as const) {
      const buffer = createKeyBuffer(nothing);
      buffer.press('KeyZ', 0);
      buffer.press('KeyA', press);
      buffer.release('KeyA', release);
      const [, start, end] = buffer.toKeys()[1]!;
      expect(end === null ? null : end - start <= MAX_HOLD).toBe(seen ? true : null);
    }
  });

  it('refuses the key after the last', () => {
    const buffer = createKeyBuffer(nothing);
    for (let i = 0; i < MAX_KEYS; i++) {
      expect(buffer.press(null, i)).toBe(true);
    }
    expect(buffer.press(null, MAX_KEYS)).toBe(false);
    expect(buffer.count).toBe(MAX_KEYS);
  });
});
