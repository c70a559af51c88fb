import { expect, it } from 'vitest';
import { everyPage } from './every-page';

async function walk(all: readonly number[], size: number): Promise<{ pages: (readonly number[])[]; asked: object[] }> {
  const asked: object[] = [];
  const pages: (readonly number[])[] = [];
  const reading = everyPage<number>(size, async (options) => {
    asked.push(options);
    const { limit, after = 0 } = options;
    return all.filter((each) => each > after).slice(0, limit);
  });
  for await (const page of reading) {
    pages.push(page);
  }
  return { pages, asked };
}

it.each([
  [[], [[]]],
  [[1], [[1]]],
  [
    [1, 2],
    [[1, 2], []],
  ],
  [
    [1, 2, 3],
    [[1, 2], [3]],
  ],
])('%j comes a page of two at a time', async (all, pages) => {
  expect((await walk(all, 2)).pages).toEqual(pages);
});

it('each page is asked for after the last record of the one before', async () => {
  expect((await walk([1, 2, 3, 4, 5], 2)).asked).toEqual([{ limit: 2 }, { limit: 2, after: 2 }, { limit: 2, after: 4 }]);
});

it('reads no further than its caller walks', async () => {
  let reads = 0;
  for await (const _ of everyPage<number>(1, async () => [++reads])) {
    if (reads === 3) {
      break;
    }
  }
  expect(reads).toBe(3);
});

it('passes on what a page can not be read for', async () => {
  const reading = everyPage<number>(2, () => Promise.reject(new Error('the store is gone')));
  await expect(reading.next()).rejects.toThrow('the store is gone');
});
