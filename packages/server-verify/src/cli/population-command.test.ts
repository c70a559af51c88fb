import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { KEY_CLASSES, keyClassOf } from '@tacit-auth/features';
import { parseFreeTextPopulation } from '@tacit-auth/models';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CliTraining } from './cli-streams';
import { trainingHere } from './population-thread';
import type { PopulationJob } from './population-training';
import { testCli } from './testing-cli';
import { freeTextLines, pointerLines } from './testing-population';

const PEOPLE = 50;

let folder: string;
let shared: string;
/** The bytes of a real population, trained once. */
let population: Uint8Array;
beforeAll(async () => {
  shared = mkdtempSync(join(tmpdir(), 'tacit-population-'));
  const file = join(shared, 'pointers.jsonl');
  writeFileSync(file, pointerLines({ people: PEOPLE, samples: 4 }));
  const out = join(shared, 'pointer.population');
  const { code, err } = await testCli(['population', 'train', file, '--kind', 'pointer', '--out', out, '--source', 'made up']);
  expect([code, err.replaceAll(/^training on .*\n/gm, '')]).toEqual([0, '']);
  population = readFileSync(out);
}, 120_000);
afterAll(() => {
  rmSync(shared, { recursive: true, force: true });
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacit-population-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function fileOf(content: string | Uint8Array, name = 'people.jsonl'): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Keeps what it is given to train on, and gives back a population that is there. */
function pretended(): { training: CliTraining; jobs: PopulationJob[] } {
  const jobs: PopulationJob[] = [];
  return {
    jobs,
    training: trainingHere(async (job, onProgress) => {
      jobs.push(job);
      onProgress(0.5);
      onProgress(1);
      return population;
    }),
  };
}

const train = (file: string, ...more: readonly string[]) => ['population', 'train', file, '--out', join(folder, 'out.population'), ...more];

describe('tacit population train', () => {
  it('hands classes and times of keys to the trainer, by person and sitting, and nothing else', async () => {
    const { training, jobs } = pretended();
    const file = fileOf(gzipSync(freeTextLines({ people: PEOPLE, samples: 4, keys: 80 })));
    const run = await testCli(train(file, '--kind', 'free-text', '--seed', '7', '--source', 'a bank'), { training });
    expect(run.code).toBe(0);
    expect(run.err).toBe('training on 50 people: 50 % (50 of 100)\ntraining on 50 people: 100 % (100 of 100)\n');
    const [job] = jobs;
    if (job?.kind !== 'free-text') throw new Error('it is of typing');
    expect(job).toMatchObject({ minimumUsers: 50, seed: 7, source: 'a bank' });
    expect(job.people).toHaveLength(PEOPLE);
    // Two sittings of two samples of 80 keys: 50, and the rest of 30.
    expect(job.people[0]?.sessions.map((session) => session.map(({ keys }) => keys.length))).toEqual([
      [50, 30, 50, 30],
      [50, 30, 50, 30],
    ]);
    const [window] = job.people[0]?.sessions[0] ?? [];
    expect(Object.keys(window ?? {}).sort()).toEqual(['hold', 'keys', 'pressPress', 'releasePress', 'releaseRelease', 'schema']);
    expect(window?.keys.every((key) => key <= 38)).toBe(true);
    expect(run.out).toMatch(/\n {2}people {6}50\n/);
    expect(run.out).toMatch(/\n {2}from {8}16000 keys\n/);
  });

  it('cuts at pauses, passes over releases that were missed, and leaves secrets out', async () => {
    const { training, jobs } = pretended();
    const keys = Array.from({ length: 90 }, (_, i) => [
      'KeyA',
      100 * i + (i >= 40 ? 40_000 : 0),
      100 * i + (i >= 40 ? 40_000 : 0) + (i === 3 ? 60_000 : 50),
    ]);
    keys[5] = ['KeyB', 500, null as never];
    const lines = [
      JSON.stringify({ user: 'x', keys }),
      JSON.stringify({ user: 'x', keys: keys.map(([, press, release]) => [null, press, release]) }),
      JSON.stringify({ user: 'x', keys: keys.slice(0, 24) }),
    ].join('\n');
    const run = await testCli(train(fileOf(`${freeTextLines({ people: 49, samples: 2 })}${lines}`), '--kind', 'free-text'), { training });
    expect(run.code).toBe(3);
    expect(run.err).toContain('2 samples left out: no window of 25 keys that are told apart\n');
    const [job] = jobs;
    if (job?.kind !== 'free-text') throw new Error('it is of typing');
    const [windows] = job.people.at(-1)?.sessions ?? [];
    expect(windows?.map(({ keys: own }) => own.length)).toEqual([40, 50]);
    expect([windows?.[0]?.hold[3], windows?.[0]?.hold[5], windows?.[0]?.hold[6]]).toEqual([Number.NaN, Number.NaN, 50]);
  });

  it('reads every file of a folder in order, and puts a person together', async () => {
    const { training, jobs } = pretended();
    mkdirSync(join(folder, 'people'));
    writeFileSync(join(folder, 'people', 'b.jsonl.gz'), gzipSync(freeTextLines({ people: 30, samples: 1, name: (i) => `second ${i}` })));
    writeFileSync(join(folder, 'people', 'a.jsonl'), freeTextLines({ people: 30, samples: 2 }));
    writeFileSync(join(folder, 'people', 'c.json'), freeTextLines({ people: 1, samples: 1 }));
    writeFileSync(join(folder, 'people', 'notes.txt'), 'not for training');
    const run = await testCli(train(`${folder}/people/`, '--kind', 'free-text', '--json'), { training });
    expect(run.code).toBe(0);
    expect(JSON.parse(run.out)).toMatchObject({ schema: 'tacit-population/1', kind: 'pointer', users: 50, keys: 4_550, left_out: 0 });
    const people = jobs[0]?.people ?? [];
    expect(people.map(({ user }) => user).slice(28, 32)).toEqual(['u28', 'u29', 'second 0', 'second 1']);
    expect(people[0]?.sessions).toHaveLength(3);
  });

  it('refuses fewer people than it must have, and says so', async () => {
    const { training, jobs } = pretended();
    const file = fileOf(freeTextLines({ people: 49, samples: 3 }));
    const few = await testCli(train(file, '--kind', 'free-text'), { training });
    expect(few).toEqual({
      code: 1,
      out: '',
      err: `tacit population train: ${file}: 49 people with samples that can be used, of at least 50; nothing was written\n`,
    });
    const asked = await testCli(train(fileOf(freeTextLines({ people: 59, samples: 1 })), '--kind', 'free-text', '--min-users', '60'), {
      training,
    });
    expect(asked.err).toContain('59 people with samples that can be used, of at least 60');
    expect(jobs).toEqual([]);
    expect(readdirSync(folder)).toEqual(['people.jsonl']);
  });

  it('says what the trainer says of people that make no population, and writes nothing', async () => {
    const training = trainingHere(() => Promise.reject(new RangeError('people must have typed pairs of keys in common')));
    const run = await testCli(train(fileOf(freeTextLines({ people: 50, samples: 3 })), '--kind', 'free-text'), { training });
    expect([run.code, run.err]).toEqual([1, 'tacit population train: people must have typed pairs of keys in common\n']);
    expect(readdirSync(folder)).toEqual(['people.jsonl']);
  });

  it('does not hide a fault of its own', async () => {
    const training = trainingHere(() => Promise.reject(new TypeError('a fault')));
    const file = fileOf(freeTextLines({ people: 50, samples: 3 }));
    await expect(testCli(train(file, '--kind', 'free-text'), { training })).rejects.toThrow('a fault');
  });

  it('writes a file that only its owner reads, whole or not at all', async () => {
    const { training } = pretended();
    const file = fileOf(freeTextLines({ people: 50, samples: 1 }));
    const out = join(folder, 'out.population');
    expect((await testCli(train(file, '--kind', 'free-text'), { training })).code).toBe(0);
    expect(readFileSync(out).equals(population)).toBe(true);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(['out.population', 'people.jsonl']);
    const nowhere = await testCli(['population', 'train', file, '--kind', 'free-text', '--out', join(folder, 'no', 'out')], { training });
    expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringContaining('no such file')]);
  });

  it('ends at Ctrl-C, and leaves what was there', async () => {
    const abort = new AbortController();
    const training = trainingHere(async (_, onProgress) => {
      onProgress(0.3);
      abort.abort();
      return population;
    });
    const out = join(folder, 'out.population');
    writeFileSync(out, 'as it was');
    const run = await testCli(train(fileOf(freeTextLines({ people: 50, samples: 1 })), '--kind', 'free-text'), {
      training,
      signal: abort.signal,
    });
    expect(run.code).toBe(130);
    expect(run.err).toContain('interrupted; nothing was written\n');
    expect(readFileSync(out, 'utf8')).toBe('as it was');
  });

  it('takes pointer samples of one device, joins those of a session, and says of the others', async () => {
    const { training, jobs } = pretended();
    const lines = pointerLines({ people: 51, samples: 2 }).split('\n');
    const touched = lines.map((line, i) => (i < 2 ? line.replace('"mouse"', '"touch"') : line));
    const run = await testCli(train(fileOf(touched.join('\n')), '--kind', 'pointer'), { training });
    expect(run.code).toBe(3);
    expect(run.err).toContain('2 samples left out: another device, or no action\n');
    expect(run.out).toMatch(/\n {2}from {8}\d+ actions\n/);
    const [job] = jobs;
    if (job?.kind !== 'pointer') throw new Error('it is of pointers');
    expect(job.people).toHaveLength(50);
    expect(job.people[0]?.sessions.map(({ device, gridMs }) => [device, gridMs])).toEqual([
      ['mouse', 16],
      ['mouse', 16],
    ]);
    const again = await testCli(
      train(fileOf(touched.map((line) => line.replace(/"session":\d/, '"session":4')).join('\n')), '--kind', 'pointer'),
      { training },
    );
    expect(again.code).toBe(3);
    const joined = jobs[1]?.kind === 'pointer' ? jobs[1].people[0]?.sessions : undefined;
    expect(joined).toHaveLength(1);
    const { start, end } = joined?.[0] ?? { start: new Float64Array(), end: new Float64Array() };
    expect(start.length).toBe(job.people[0]?.sessions.reduce((sum, { kinds }) => sum + kinds.length, 0));
    expect(start.every((time, i) => i === 0 || time >= end[i - 1]!)).toBe(true);
  });

  it.each([
    ['{"user":"7"', 'line 1: line must be JSON'],
    ['[1]', 'line 1: line must be a JSON object'],
    ['{"user":"","sample":{}}', 'line 1: user must be a name of 1 to 256 characters'],
    ['{"user":"7","session":0.5,"sample":{}}', 'line 1: session must be an integer or null'],
    ['{"user":"7","sample":{"version":2,"device":"hunter2"}}', 'line 1: sample: '],
    ['{"user":"7"}', '(ERR_POINTER_SAMPLE_TYPE)'],
  ])('names the line of a pointer file that is wrong, and not what is in it: %s', async (line, message) => {
    const { code, err } = await testCli(train(fileOf(line), '--kind', 'pointer'), pretended());
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(err).not.toContain('hunter2');
  });

  it.each([
    [[], '--kind is missing'],
    [['--kind', 'typing'], '--kind must be free-text or pointer'],
    [['--kind', 'free-text', '--device', 'pen'], '--device needs --kind pointer'],
    [['--kind', 'pointer', '--device', 'paw'], '--device must be mouse, touch or pen'],
    [['--kind', 'pointer', '--min-users', '49'], '--min-users must be an integer from 50 to'],
    [['--kind', 'pointer', '--source', 'a\nb'], '--source must be 1 to 120 printable ASCII characters'],
    [['--kind', 'pointer', '--seed', '1.5'], '--seed must be an integer'],
    [['--kind', 'pointer', '--out=-'], '--out is given twice'],
  ])('refuses %j before it reads anything', async (argv, message) => {
    const files = {
      read(): never {
        throw new Error('it was read');
      },
    };
    const { code, out, err } = await testCli(train('people.jsonl', ...argv), { files });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(err).toContain('Usage: tacit population train FILE|DIR --kind KIND --out FILE [options]\n');
  });

  it('does not write over what it reads, nor to standard output, and names files that are not there', async () => {
    const file = fileOf(freeTextLines({ people: 1, samples: 1 }));
    const run = (...argv: string[]) => testCli(['population', 'train', ...argv, '--kind', 'free-text']);
    expect(await run(file, '--out', file)).toMatchObject({ code: 2, err: expect.stringContaining('which it would overwrite') });
    expect(await run(file, '--out', '-')).toMatchObject({ code: 2, err: expect.stringContaining('--out must name a file') });
    expect(await run(file)).toMatchObject({ code: 2, err: expect.stringContaining('--out is missing') });
    expect(await run(join(folder, 'none'), '--out', 'x')).toMatchObject({ code: 1, err: expect.stringContaining('no such file') });
    mkdirSync(join(folder, 'empty'));
    expect(await run(join(folder, 'empty'), '--out', 'x')).toMatchObject({ code: 1, err: expect.stringContaining('no files in it') });
  });
});

describe('a population', () => {
  async function trained(kind: string, lines: string): Promise<Buffer> {
    const out = join(folder, 'out.population');
    const { code } = await testCli(train(fileOf(lines), '--kind', kind, '--source', 'made up'));
    expect(code).toBe(0);
    return readFileSync(out);
  }

  it('holds nothing of what people are called: with other names it is the same, byte for byte', async () => {
    const named = await trained('pointer', pointerLines({ people: PEOPLE, samples: 4, name: (person) => `customer-${person}` }));
    expect(named.equals(population)).toBe(true);
    expect(named.length).toBeGreaterThan(10_000);
  }, 120_000);

  it('tells nothing of a word that one person typed', async () => {
    const planted = ['KeyQ', 'KeyZ', 'KeyX', 'KeyJ', 'KeyV'];
    const options = { people: PEOPLE, samples: 4, keys: 45, name: (person: number) => `customer-${person}` };
    const withWord = await trained('free-text', freeTextLines({ ...options, planted }));
    for (const text of ['customer-', ...planted, 'qzxjv', 'QZXJV']) {
      expect(withWord.includes(text)).toBe(false);
    }
    const { table } = parseFreeTextPopulation(withWord);
    // Its keys and pairs have the very numbers of keys that nobody ever typed.
    const pair = (first: string, second: string) => KEY_CLASSES * keyClassOf(first) + keyClassOf(second);
    expect(table.holdLocation[keyClassOf('KeyQ')]).toBe(table.holdLocation[keyClassOf('KeyB')]);
    expect(table.pressPressLocation[pair('KeyQ', 'KeyZ')]).toBe(table.pressPressLocation[pair('KeyB', 'KeyW')]);
    expect(table.pressPressLocation[pair('KeyE', 'KeyT')]).not.toBe(table.pressPressLocation[pair('KeyB', 'KeyW')]);
    const without = await trained('free-text', freeTextLines(options));
    expect(table).toEqual(parseFreeTextPopulation(without).table);
  }, 240_000);
});

describe('tacit population inspect', () => {
  it('prints what anybody may know', async () => {
    const file = fileOf(population, 'pointer.population');
    const { code, out, err } = await testCli(['population', 'inspect', file]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^ {2}population {2}pointer, pointer-population\/\d+, \d+ bytes\n {2}id {10}[0-9a-f]{16,}\n {2}people {6}50\n {2}source {6}made up\n$/,
    );
    const json = await testCli(['population', 'inspect', file, '--json']);
    expect(JSON.parse(json.out)).toEqual({
      schema: 'tacit-population/1',
      kind: 'pointer',
      format: expect.stringMatching(/^pointer-population\/\d+$/),
      id: expect.stringMatching(/^[0-9a-f]+$/),
      users: 50,
      source: 'made up',
      bytes: population.length,
    });
  });

  it('refuses what is none, is cut off, or is too large', async () => {
    const inspect = (content: Uint8Array | string) => testCli(['population', 'inspect', fileOf(content, 'x')]);
    expect(await inspect('{"people":[]}')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('no population') });
    expect(await inspect(population.subarray(0, -1))).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/ERR_PROFILE_/) });
    expect(await inspect(new Uint8Array(5_000_000))).toMatchObject({ code: 1, out: '', err: expect.stringContaining('larger than') });
    expect(await testCli(['population', 'inspect', join(folder, 'none')])).toMatchObject({
      code: 1,
      err: expect.stringContaining('no such file'),
    });
    expect(await testCli(['population', 'inspect'])).toMatchObject({ code: 2 });
  });
});
