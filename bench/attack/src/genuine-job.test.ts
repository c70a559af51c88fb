import { describe, expect, it } from 'vitest';
import { CLOCKS, runGenuine } from './genuine-job';
import { madeUpPeople } from './people.test-support';

describe('runGenuine', () => {
  const people = madeUpPeople(2);

  it('judges the entries from 201 on, on every clock, and the score on the 50 after a template', () => {
    const { clocks, templates } = runGenuine(people, 1, 1);
    expect(clocks.map(({ step }) => step)).toEqual([...CLOCKS]);
    for (const { entries, checked } of clocks) {
      expect(entries).toBe(200);
      expect(checked).toBeLessThanOrEqual(1);
    }
    for (const { entries, refused } of templates) {
      expect(entries).toBe(50);
      expect(refused[0]).toBeLessThanOrEqual(refused[1] ?? 0);
    }
  });

  it('sees a person who repeats himself to the tenth of a millisecond', () => {
    const [first = []] = people;
    const again = [...first.slice(0, 250), ...first.slice(200, 250), ...first.slice(300)];
    const [fine] = runGenuine([again], 0, 1).clocks;
    expect(fine?.byCheck.replayed).toBe(50);
    expect(fine?.checked).toBe(50);
  });
});
