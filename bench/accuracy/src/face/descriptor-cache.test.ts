import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DescribedPicture, DescriptorCache } from './descriptor-cache';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacit-faces-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const described = (picture: string): DescribedPicture => ({
  picture,
  values: Array.from({ length: 128 }, (_, i) => i),
  score: 0.5,
  detector: 'tiny-416',
});
const none = (picture: string): DescribedPicture => ({ picture, values: null, score: null, detector: null });
const file = () => join(folder, readdirSync(folder)[0]!);

describe('DescriptorCache', () => {
  it('knows after a restart what was added before', () => {
    const cache = new DescriptorCache(folder, ['a']);
    cache.add(described('x.jpg'));
    cache.add(none('y.jpg'));
    const again = new DescriptorCache(folder, ['a']);
    expect(again.get('x.jpg')).toEqual(described('x.jpg'));
    expect(again.get('y.jpg')).toEqual(none('y.jpg'));
    expect(again.get('z.jpg')).toBeUndefined();
  });

  it('keeps what was made otherwise apart', () => {
    new DescriptorCache(folder, ['a', 'b']).add(none('x.jpg'));
    expect(new DescriptorCache(folder, ['ab']).get('x.jpg')).toBeUndefined();
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('goes on after a crash in the middle of a line', () => {
    const cache = new DescriptorCache(folder, ['a']);
    cache.add(described('x.jpg'));
    const whole = readFileSync(file(), 'utf8');
    writeFileSync(file(), whole + whole.slice(0, 40));
    const after = new DescriptorCache(folder, ['a']);
    after.add(none('y.jpg'));
    const again = new DescriptorCache(folder, ['a']);
    expect([again.get('x.jpg'), again.get('y.jpg')]).toEqual([described('x.jpg'), none('y.jpg')]);
  });

  it('passes lines over that are no descriptor', () => {
    new DescriptorCache(folder, ['a']).add(described('x.jpg'));
    for (const line of ['null', '7', '[]', '{}', '{"picture":"y.jpg","values":[1,2]}', '{"picture":"y.jpg","values":"x"}'])
      appendFileSync(file(), `${line}\n`);
    const again = new DescriptorCache(folder, ['a']);
    expect(again.get('x.jpg')).toBeDefined();
    expect(again.get('y.jpg')).toBeUndefined();
  });
});
