import { existsSync } from 'node:fs';
import type { PointerSample } from '@tacit-auth/features';
import { dataFolder, writeData } from '@tacit-internal/bench-shared/data.test-support';
import { afterAll, describe, expect, it } from 'vitest';
import { createWorker } from '../../../speed/src/seeded-session';
import { PointerRunner, type PointerScoring } from './pointer-job';
import type { PointerTrial } from './pointer-plan';
import { PointerSets, pointerFiles, pointerSetsIn, usersOf } from './pointer-sets';
import { pointerTraining, withoutTestedPointers } from './pointer-training';

const { folder, remove } = dataFolder();
afterAll(remove);

const CODES = ['NM', 'LP', 'RP', 'LR', 'RR', 'Sd'];

/** A sample as a file of the set has it. */
function linesOf({ events }: PointerSample): string {
  let before = 0;
  const lines = events.map(([kind, at, x, y]) => {
    const line = `${(at - before) / 10},${CODES[kind]},${x / 10},${y / 10}`;
    before = at;
    return line;
  });
  return `${lines.join('\n')}\n`;
}

const PEOPLE = 12;
for (let person = 1; person <= PEOPLE; person++) {
  const worker = createWorker(person);
  writeData(folder, `sapimouse/user${person}_3min.csv.gz`, linesOf(worker.pointer(120)));
  writeData(folder, `sapimouse/user${person}_1min.csv.gz`, linesOf(worker.pointer(50)));
}

const session: PointerTrial = {
  set: 'sapimouse',
  population: 'window-plda',
  words: 'session',
  cut: null,
  impostors: 'others',
  sameRate: false,
};
const scoring = (population: string | null, trial = session): PointerScoring => ({
  kind: 'score',
  trial,
  folder,
  population,
  owners: ['10', '11'],
  impostors: ['10', '11', '12'],
});

describe('the pointer suite on made-up people', () => {
  const sets = new PointerSets();
  const users = usersOf(folder, 'sapimouse');

  it('finds them', () => {
    expect(pointerSetsIn(folder)).toEqual(['sapimouse']);
    expect(users).toHaveLength(PEOPLE);
    expect(pointerFiles(folder, false).map(({ name }) => name)).toEqual(['sapimouse']);
    expect(() => pointerFiles(`${folder}/none`, false)).toThrow('no recordings');
  });

  it('trains on some, and scores others by what was trained', async () => {
    const people = await sets.people(folder, 'sapimouse', users.slice(0, 9), 16);
    const training = { ...pointerTraining({ folder, set: 'sapimouse', gridMs: 16, seed: 1 }, people), path: `${folder}/population.bin` };
    const runner = new PointerRunner();
    const shares: number[] = [];
    await runner.run(training, (share) => shares.push(share));
    expect(existsSync(training.path)).toBe(true);
    expect(Math.max(...shares)).toBe(1);
    const scores = await runner.run(scoring(training.path));
    expect(scores.map(({ user }) => [user.user, user.genuine.length, user.impostor.length])).toEqual([
      ['10', 1, 2],
      ['11', 1, 2],
    ]);
    for (const { user } of scores) expect(user.genuine[0]).toBeGreaterThan(Math.max(...user.impostor));
    const [blocks] = await runner.run(scoring(training.path, { ...session, words: 'actions=20', cut: { actions: 20 } }));
    if (blocks === undefined) throw new Error('nobody');
    const { genuine, impostor, refused } = blocks.user;
    expect(blocks.head).toMatchObject({ detector: 'window-plda', condition: 'sapimouse actions=20', enrol: 1 });
    expect([genuine.length + refused.genuine, impostor.length + refused.impostor]).toEqual([2, 4]);
  });

  it('refuses everything where there is no population', async () => {
    const [first] = await new PointerRunner().run(scoring(null));
    expect(first?.user).toMatchObject({ genuine: new Float64Array(0), refused: { genuine: 1, impostor: 2 } });
  });

  it('knows people under test by what they did, and another training by its people and seed', async () => {
    const [one, two, three] = await sets.people(folder, 'sapimouse', ['1', '2', '3'], 16);
    if (one === undefined || two === undefined || three === undefined) throw new Error('nobody');
    expect(withoutTestedPointers([one, two, three], [{ ...two, user: 'other' }]).map(({ user }) => user)).toEqual(['1', '3']);
    const at = { folder, set: 'sapimouse', gridMs: 16, seed: 1 } as const;
    const paths = [pointerTraining(at, [one, two]), pointerTraining({ ...at, seed: 2 }, [one, two]), pointerTraining(at, [one, three])].map(
      ({ path }) => path,
    );
    expect(new Set(paths).size).toBe(3);
    expect(pointerTraining(at, [one, two]).path).toBe(paths[0]);
  });
});
