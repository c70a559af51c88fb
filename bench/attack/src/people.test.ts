import { describe, expect, it } from 'vitest';
import { crowdOf, victimOf } from './people';
import { madeUpPeople } from './people.test-support';

const people = madeUpPeople(6);

describe('crowdOf', () => {
  it('is made of one half of the people: their practised entries, usual times and centroids', () => {
    const crowd = crowdOf(people, 1, 1);
    expect(crowd.entries).toHaveLength(300);
    expect(crowd.entries).toContain(people[1]?.[100]);
    expect(crowd.entries).not.toContain(people[0]?.[100]);
    expect(crowd.centroids).toHaveLength(100);
    const times = crowd.entries.map(({ pressPress }) => pressPress[3] ?? 0);
    expect(crowd.usual.pressPress[3]).toBeGreaterThan(Math.min(...times));
    expect(crowd.usual.pressPress[3]).toBeLessThan(Math.max(...times));
  });

  it('depends on the seed alone', () => {
    expect(crowdOf(people, 0, 3)).toEqual(crowdOf(people, 0, 3));
    expect(crowdOf(people, 0, 3).centroids).not.toEqual(crowdOf(people, 0, 4).centroids);
  });
});

describe('victimOf', () => {
  const crowd = crowdOf(people, 1, 1);

  it('has a template and a history of what came before, and nothing of it in what the server has not seen', () => {
    const victim = victimOf(people, 0, 100, crowd);
    expect([victim.template.length, victim.history.length, victim.unseen.length]).toEqual([100, 200, 100]);
    expect(victim.template[99]).toBe(people[0]?.[199]);
    expect(victim.unseen[0]).toBe(people[0]?.[200]);
    expect(victimOf(people, 0, 20, crowd).history).toEqual(people[0]?.slice(180, 200));
  });

  it('is not among the people compared', () => {
    const victim = victimOf(people, 0, 20, crowd);
    expect([victim.novices.length, victim.practised.length]).toEqual([25, 25]);
    expect(victim.novices).not.toContain(people[0]?.[0]);
    expect(victim.practised).toContain(people[5]?.[199]);
  });
});
