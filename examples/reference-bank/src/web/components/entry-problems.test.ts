import { describe, expect, it } from 'vitest';
import type { TypingSample } from '../lib/typing-sample';
import { entryAdvice, textQuality } from './entry-problems';

const target = 'Fresh bread, ripe tomatoes and a little salt.';
const keys = [...target].map((_, index): [string, number, number] => ['KeyA', index * 1500, index * 1500 + 900]);
const sample: TypingSample = { version: 1, mode: 'text', field: 'text', keys, flags: {}, clockStep: 1, device: 'keyboard' };
const judge = (text: string, flags: TypingSample['flags'] = {}) =>
  textQuality({ sample: { ...sample, flags }, kind: 'text', target, text, minimumKeys: 8, others: [] });

describe('textQuality', () => {
  it('takes a text that was corrected, or has a slip or two', () => {
    expect(judge(target, { corrected: true })).toEqual({ quality: 'good' });
    expect(judge('Fresh bread, ripe tomatoes and a litle salt.')).toEqual({ quality: 'good' });
    expect(judge('Fresh bread, ripe tomatoes ans a little salt.')).toEqual({ quality: 'good' });
  });

  it('wants the whole text, typed by hand', () => {
    expect(judge(target.slice(0, 20))).toEqual({ quality: 'redo', reasons: ['text-differs'] });
    expect(judge(target, { pasted: true })).toEqual({ quality: 'redo', reasons: ['pasted'] });
    expect(judge(target, { corrected: true, autofilled: true })).toEqual({ quality: 'redo', reasons: ['autofilled'] });
  });
});

describe('entryAdvice', () => {
  it('says one thing to do', () => {
    expect(entryAdvice(['pasted', 'too-short'])).toBe('Please type it instead of pasting it.');
  });
});
