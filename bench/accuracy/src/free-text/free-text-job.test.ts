import { parseTypingSample, type TypingSample } from '@tacit-auth/features';
import { dataFolder, writeData } from '@tacit-internal/bench-shared/data.test-support';
import { afterAll, describe, expect, it } from 'vitest';
import { createWorker } from '../../../speed/src/seeded-session';
import { AALTO_FILE } from '../data/aalto-desktop';
import { VILLANI_FILE } from '../data/pace-sessions';
import { readFreeTextFile } from './free-text-file-job';
import { FreeTextRunner, type FreeTextScoring } from './free-text-job';
import { type FreeTextTrial, freeTextTrials } from './free-text-plan';
import { FREE_TEXT_SETS, FreeTextSets, freeTextFiles } from './free-text-sets';
import { freeTextTraining } from './free-text-training';

const { folder, remove } = dataFolder();
afterAll(remove);

/** Key codes of the classes that a made-up worker presses: space and letters. */
const codeOf = (key: string | null) => (key === '0' ? 32 : 65 + Number(key) - 11);
const PEOPLE = ['7', '8', '9'];
const SENTENCES = 15;

function lineOf(user: string, sentence: number, { keys }: TypingSample): string {
  const strokes = keys.map(([key, press, release]) => [codeOf(key), '', press / 10, (release ?? 0) / 10]);
  return JSON.stringify({ u: Number(user), s: sentence, t0: 60_000 * sentence, k: strokes });
}

const samples = new Map(
  PEOPLE.map((user) => {
    const worker = createWorker(Number(user));
    // The last sentence of everybody is too short to be judged.
    return [user, Array.from({ length: SENTENCES }, (_, i) => worker.window(i === SENTENCES - 1 ? 10 : 60))];
  }),
);
writeData(folder, AALTO_FILE, [...samples].flatMap(([user, own]) => own.map((sample, i) => `${lineOf(user, i, sample)}\n`)).join(''));

const trialOf = (words: string, enrol: number): FreeTextTrial => {
  const trials = freeTextTrials({ sets: FREE_TEXT_SETS, trained: true, shipped: true, small: false });
  const trial = trials.find((each) => each.set === 'aalto-desktop' && each.words === words && each.enrol === enrol);
  if (trial === undefined) throw new Error('no such trial');
  return { ...trial, population: 'default' };
};
const scoring = (trial: FreeTextTrial): FreeTextScoring => ({
  kind: 'score',
  trial,
  folder,
  population: null,
  people: PEOPLE,
  owners: ['8'],
  seed: 1,
});

describe('the free-text suite on made-up people, by the shipped population', () => {
  const runner = new FreeTextRunner();

  it('scores sentences 11-15 against those of all others', async () => {
    const [scores] = await runner.run(scoring(trialOf('keys=50 protocol=5x50', 5)));
    expect(scores?.head).toEqual({ suite: 'free-text', detector: 'default', condition: 'aalto-desktop keys=50 protocol=5x50', enrol: 5 });
    const { genuine, impostor, refused } = scores?.user ?? { genuine: [], impostor: [], refused: { genuine: 0, impostor: 0 } };
    expect([genuine.length, refused.genuine]).toEqual([4, 1]);
    expect([impostor.length, refused.impostor]).toEqual([8, 2]);
    expect(Math.min(...genuine)).toBeGreaterThan(Math.max(...impostor));
  });

  it('scores runs of exactly so many keys against one of each other', async () => {
    // Pauses between the sentences are too long for a run to go over them: one of 50 keys a sentence, and none of 100.
    const [fifty] = await runner.run(scoring(trialOf('keys=50', 10)));
    expect([fifty?.user.genuine.length, fifty?.user.impostor.length]).toEqual([4, 2]);
    const [hundred] = await runner.run(scoring(trialOf('keys=100', 10)));
    expect([hundred?.user.genuine.length, hundred?.user.refused.genuine]).toEqual([0, 0]);
  });

  it('sees probes on the clock that it is told', async () => {
    const [exact] = await runner.run(scoring(trialOf('keys=50 protocol=5x50', 5)));
    const [probe] = await runner.run(scoring(trialOf('keys=50 protocol=5x50 clock=16ms probe-only', 5)));
    const [both] = await runner.run(scoring(trialOf('keys=50 protocol=5x50 clock=16ms', 5)));
    const of = (scores: typeof exact) => Array.from(scores?.user.genuine ?? []);
    expect(of(probe)).not.toEqual(of(exact));
    expect(of(both)).not.toEqual(of(probe));
    const [again] = await runner.run(scoring(trialOf('keys=50 protocol=5x50 clock=16ms', 5)));
    expect(of(again)).toEqual(of(both));
  });

  it('scores a file in the generic format by the same detector', async () => {
    const file = writeData(
      folder,
      'own.jsonl',
      [...samples]
        .flatMap(([user, own]) =>
          own.map(
            (sample, index) =>
              `${JSON.stringify({ user, group: null, session: 0, index, keys: sample.keys.map(([key, press, release]) => [nameOf(key), press / 10, (release ?? 0) / 10]) })}\n`,
          ),
        )
        .join(''),
    );
    const people = await readFreeTextFile(file);
    expect(people.map(({ user, recordings }) => [user, recordings.length])).toEqual(PEOPLE.map((user) => [user, SENTENCES]));
    // Class by class what the recorder of a browser makes of the same keys.
    const [wire] = samples.get('7') ?? [];
    expect([...(people[0]?.recordings[0]?.keys ?? [])]).toEqual(parseTypingSample(wire).keys.map(([key]) => Number(key)));
    const job = { kind: 'score-file', file, enrol: 5, window: 50, population: null, owners: ['8'] } as const;
    const [scores] = await runner.run(job);
    expect(scores?.head).toEqual({ suite: 'typing-jsonl', detector: 'default', condition: 'free keys=50', enrol: 5 });
    expect([scores?.user.genuine.length, scores?.user.refused.genuine, scores?.user.impostor.length]).toEqual([9, 1, 2]);
    const [sameSentences] = await runner.run(scoring(trialOf('keys=50 protocol=5x50', 5)));
    sameSentences?.user.genuine.forEach((llr, i) => {
      expect(scores?.user.genuine[5 + i]).toBeCloseTo(llr, 6);
    });
  });
});

const nameOf = (key: string | null) => (key === '0' ? 'Space' : `Key${String.fromCharCode(codeOf(key))}`);

describe('the sets and trainings', () => {
  it('are those that a folder has', () => {
    expect(freeTextFiles(folder, false).map(({ name }) => name)).toEqual(['aalto-desktop']);
    expect(freeTextFiles(folder, true)).toHaveLength(3);
    expect(() => freeTextFiles(`${folder}/none`, false)).toThrow('holds none of');
  });

  it('name their population by people, data and seed', async () => {
    const people = await new FreeTextSets().get(folder, 'aalto-desktop');
    const path = (seed: number, count: number, source = 's') =>
      freeTextTraining(source, [{ folder, set: 'aalto-desktop', people: people.slice(0, count) }], seed).path;
    expect(new Set([path(1, 3), path(2, 3), path(1, 2), path(1, 3, 't')]).size).toBe(4);
    expect(path(1, 3)).toBe(path(1, 3));
    await expect(new FreeTextSets().people(folder, 'aalto-desktop', ['1'])).rejects.toThrow('nobody called 1');
    writeData(folder, `other/${VILLANI_FILE}`, 'user,session,keyname,timepress,timerelease\n1,0,a,0,5\n');
    expect(await new FreeTextSets().people(`${folder}/other`, 'villani-freetext', ['1'])).toHaveLength(1);
  });
});
