import type { TypingSample } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { type EntryToJudge, entryQuality } from './entry-quality';

const sample: TypingSample = {
  version: 1,
  mode: 'text',
  field: 'phrase',
  keys: [
    ['KeyA', 0, 800],
    ['KeyB', 1_000, 1_700],
  ],
  flags: {},
  clockStep: 1,
  device: 'keyboard',
};
const judge = (change: Partial<EntryToJudge> = {}) => entryQuality({ sample, kind: 'text', minimumKeys: 2, others: [], ...change });

describe('entryQuality', () => {
  it('is good without reasons', () => {
    expect(judge()).toEqual({ quality: 'good' });
    expect(judge({ target: 'ab', text: 'ab' })).toEqual({ quality: 'good' });
  });

  it('minds the text, letter by letter and case by case', () => {
    expect(judge({ target: 'ab', text: 'aB' })).toEqual({ quality: 'redo', reasons: ['text-differs'] });
    expect(judge({ target: 'ab' })).toEqual({ quality: 'redo', reasons: ['text-differs'] });
  });

  it('minds the number of keys of other entries for passwords only', () => {
    const others = [sample, { ...sample, keys: sample.keys.slice(1) }];
    expect(judge({ others })).toEqual({ quality: 'good' });
    expect(judge({ others, kind: 'secret' })).toEqual({ quality: 'redo', reasons: ['length-differs'] });
  });

  it('tells a lost release from a keyboard that shows none', () => {
    const keys: TypingSample['keys'] = [...sample.keys, ['KeyC', 2_000, null]];
    expect(judge({ sample: { ...sample, keys } })).toEqual({ quality: 'redo', reasons: ['missing-releases'] });
    expect(judge({ sample: { ...sample, keys, device: 'touch' } })).toEqual({ quality: 'redo', reasons: ['no-key-times'] });
  });
});
