import { describe, expect, it } from 'vitest';
import { defaultFreeTextPopulation } from './default-population';
import { bytesOfBase64 } from './free-text/base64';
import { DEFAULT_FREE_TEXT_POPULATION } from './free-text/default-population-bytes';
import { serializeFreeTextPopulation } from './free-text/population-bytes';

describe('defaultFreeTextPopulation', () => {
  const population = defaultFreeTextPopulation();

  it('says whence it comes', () => {
    expect(population.users).toBe(81);
    expect(population.source).toBe('villani-freetext and monaco-fable: Pace University, released by J. V. Monaco 2016 under a BSD licence');
    expect(defaultFreeTextPopulation()).toBe(population);
  });

  it('is small, and is what its bytes say', () => {
    const bytes = bytesOfBase64(DEFAULT_FREE_TEXT_POPULATION);
    expect(serializeFreeTextPopulation(population)).toEqual(bytes);
    const inMemory = [population.table, ...population.projections, population]
      .flatMap((part) => Object.values(part))
      .reduce((sum: number, part: unknown) => sum + (ArrayBuffer.isView(part) ? part.byteLength : 0), 0);
    expect(inMemory).toBeGreaterThan(90_000);
    expect(inMemory).toBeLessThanOrEqual(350_000);
  });
});

describe('bytesOfBase64', () => {
  it('reads what the standard writes', () => {
    for (const [text, bytes] of [
      ['', []],
      ['Zg==', [102]],
      ['Zm8=', [102, 111]],
      ['Zm9v', [102, 111, 111]],
      ['//79+g==', [255, 254, 253, 250]],
    ] as const) {
      expect(Array.from(bytesOfBase64(text))).toEqual([...bytes]);
    }
    expect(() => bytesOfBase64('Zm 9')).toThrow(RangeError);
  });
});
