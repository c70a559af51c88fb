import { expect, it } from 'vitest';
import { heldRecords } from './held-records';
import { testContext } from './testing-context';

const body = (...bytes: number[]) => Uint8Array.from(bytes);

it('gives what was made of these very bytes, at this place and in this context', () => {
  const [ctx, other] = [testContext(), testContext()];
  const held = heldRecords<string>(9);
  const given = body(1, 2, 3);
  held.set(ctx, 'a/1', given, 'one');
  given[0] = 9;
  expect(held.get(ctx, 'a/1', body(1, 2, 3))).toBe('one');
  for (const [context, place, bytes] of [
    [ctx, 'a/1', body(9, 2, 3)],
    [ctx, 'a/1', body(1, 2)],
    [ctx, 'a/2', body(1, 2, 3)],
    [other, 'a/1', body(1, 2, 3)],
  ] as const) {
    expect(held.get(context, place, bytes)).toBeUndefined();
  }
  held.forget(ctx, 'a/1');
  held.forget(other, 'a/1');
  expect(held.get(ctx, 'a/1', body(1, 2, 3))).toBeUndefined();
});

it('holds so many, the last ones used', () => {
  const ctx = testContext();
  const held = heldRecords<number>(2);
  held.set(ctx, 'a', body(1), 1);
  held.set(ctx, 'b', body(2), 2);
  expect(held.get(ctx, 'a', body(1))).toBe(1);
  held.set(ctx, 'c', body(3), 3);
  expect([held.get(ctx, 'a', body(1)), held.get(ctx, 'b', body(2)), held.get(ctx, 'c', body(3))]).toEqual([1, undefined, 3]);
});
