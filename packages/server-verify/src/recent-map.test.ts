import { expect, it } from 'vitest';
import { recentMap } from './recent-map';

it('holds so many, and lets the least recently used go', () => {
  const map = recentMap<number>(3);
  for (const [i, key] of ['a', 'b', 'c'].entries()) {
    map.set(key, i);
  }
  expect(map.get('a')).toBe(0);
  map.set('b', 7);
  map.set('d', 3);
  expect(['a', 'b', 'c', 'd'].map((key) => map.get(key))).toEqual([0, 7, undefined, 3]);
});

it('forgets what it is told to, which makes room', () => {
  const map = recentMap<string>(2);
  map.set('a', 'one');
  map.set('b', 'two');
  map.delete('a');
  map.delete('never');
  map.set('c', 'three');
  expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual([undefined, 'two', 'three']);
  expect([map.drain(), map.drain(), map.get('b')]).toEqual([['two', 'three'], [], undefined]);
});
