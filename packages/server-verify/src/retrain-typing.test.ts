import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { calibrateInSteps, defaultDetector, FIXED_TEXT_CALIBRATION, profileEntries } from '@tacit-auth/models';
import { beforeEach, describe, expect, it } from 'vitest';
import { sqlite } from './sqlite';
import { anyTemplate, makeFormer } from './testing-former-template';
import { createTypist, type Typist } from './testing-typists';
import { contentOf, type TestVerifier, testVerifier } from './testing-verifier';
import { deleteSamples } from './typing-samples';
import { isCurrent, readTemplate } from './typing-template';

const template = async ({ store, ctx }: TestVerifier, host = 'anna') => {
  const found = await store.transaction((tx) => readTemplate(ctx, tx, ctx.subjectOf(host)));
  if (found === undefined) {
    throw new Error('no template');
  }
  return found.template;
};
const outdate = ({ store, ctx }: TestVerifier, host = 'anna') => store.transaction((tx) => makeFormer(ctx, tx, ctx.subjectOf(host)));
const retrainings = async ({ verifier }: TestVerifier, host = 'anna') =>
  (await verifier.exportSubject({ subject: host })).audit.filter((entry) => !entry.erased && entry.type === 'typing-retrained');

/** Breaks the profile, or the whole record, of a template. */
async function corrupt({ store, ctx }: TestVerifier, host: string, change: Record<string, unknown>): Promise<void> {
  await store.transaction(async (tx) => {
    const found = await anyTemplate.get(ctx, tx, ctx.subjectOf(host), 'current');
    await anyTemplate.put(ctx, tx, { ...found!, value: { ...found!.value, ...change } });
  });
}

describe('retraining one customer', () => {
  let bank: TestVerifier;
  let typist: Typist;
  beforeEach(async () => {
    bank = await testVerifier();
    typist = createTypist(1);
    await bank.enrol('anna', typist, 20);
  });

  it('renews a template of an earlier version, and leaves one of this version alone', async () => {
    const fresh = await template(bank);
    await outdate(bank);
    const former = await template(bank);
    expect(isCurrent(former)).toBe(false);
    expect(former.anchor.times).toEqual(fresh.anchor.times);
    expect(await bank.verifier.retrainTyping({ subject: 'anna' })).toEqual({
      status: 'retrained',
      samples: 20,
      learned: 20,
      calibration: FIXED_TEXT_CALIBRATION,
    });
    const renewed = await template(bank);
    expect(renewed.profile).toEqual(defaultDetector.fit(profileEntries(fresh.profile)));
    expect(renewed.anchor).toEqual(renewed.profile);
    expect(await retrainings(bank)).toMatchObject([{ reason: 'outdated', detail: { samples: 20, learned: 20 } }]);
    const after = await contentOf(bank.store, 'typing-template');
    expect(await bank.verifier.retrainTyping({ subject: 'anna' })).toEqual({ status: 'unchanged' });
    expect(await contentOf(bank.store, 'typing-template')).toEqual(after);
    expect(await retrainings(bank)).toHaveLength(1);
    expect((await bank.type('anna', typist.sample())).decision).toBe('accept');
  });

  it('has nothing to do where nothing is enrolled', async () => {
    expect(await bank.verifier.retrainTyping({ subject: 'nobody' })).toEqual({ status: 'no-template' });
    await bank.verifier.withdrawConsent({ subject: 'anna' });
    expect(await bank.verifier.retrainTyping({ subject: 'anna' })).toEqual({ status: 'no-template' });
    await expect(bank.verifier.retrainTyping({ subject: '' })).rejects.toThrow(RangeError);
    await expect(bank.verifier.retrainTyping(undefined as never)).rejects.toThrow(TypeError);
  });

  it('is not needed for the owner to sign in: the next login has the template renewed by the jobs', async () => {
    await outdate(bank);
    await bank.verifier.runJobs();
    expect(isCurrent(await template(bank))).toBe(false);
    await bank.type('anna', typist.sample());
    await bank.verifier.runJobs();
    expect(isCurrent(await template(bank))).toBe(true);
    expect(await bank.verifier.retrainTyping({ subject: 'anna' })).toEqual({ status: 'unchanged' });
  });

  it('keeps what the template learns meanwhile', async () => {
    const card = await bank.giveCard('anna');
    await outdate(bank);
    const login = async () => {
      const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
      await bank.answer('anna', card, { heldSample });
    };
    const [retrained] = await Promise.all([bank.verifier.retrainTyping({ subject: 'anna' }), login()]);
    expect(['retrained', 'unchanged']).toContain(retrained.status);
    await bank.verifier.runJobs();
    const now = await template(bank);
    expect(now).toMatchObject({ learned: 21, verified: 21 });
    expect(isCurrent(now)).toBe(true);
  });

  it('makes a template that can not be read anew of the enrolment, as long as its entries are kept', async () => {
    const subject = bank.ctx.subjectOf('anna');
    const fresh = await template(bank);
    await corrupt(bank, 'anna', { profile: 'AAAA' });
    // Nobody is judged by what can not be read.
    expect(await bank.type('anna', typist.sample())).toMatchObject({ decision: 'step-up', reasons: ['template-unreadable'] });
    expect(await bank.verifier.retrainTyping({ subject: 'anna' })).toMatchObject({ status: 'retrained', samples: 20, learned: 20 });
    const made = await template(bank);
    // Entries of one moment have no order.
    const sorted = ({ profile }: typeof made) =>
      profileEntries(profile)
        .map(({ hold, pressPress }) => [...hold, ...pressPress].join())
        .sort();
    expect(sorted(made)).toEqual(sorted(fresh));
    expect(made.enrolment).not.toBe(fresh.enrolment);
    expect(await retrainings(bank)).toMatchObject([{ reason: 'unreadable' }]);
    expect((await bank.type('anna', typist.sample())).decision).toBe('accept');

    await corrupt(bank, 'anna', { schema: 0 });
    await bank.store.transaction((tx) => deleteSamples(tx, subject, 'enrolment'));
    await expect(bank.verifier.retrainTyping({ subject: 'anna' })).rejects.toMatchObject({ code: 'ERR_RECORD_CORRUPT' });
    expect(await contentOf(bank.store, 'typing-template')).toHaveLength(1);
  });
});

describe('a template of a later version', () => {
  it.each([
    ['profile', (profile: Buffer) => profile.with(5, 9)],
    ['calibration', (profile: Buffer) => profile.with(11, 9)],
    ['schema', undefined],
  ])('is not made anew of the enrolment: its %s says so, and it stays as it is', async (_what, change) => {
    const bank = await testVerifier();
    const typist = createTypist(1);
    await bank.enrol('anna', typist, 20);
    const { profile } = await template(bank);
    const bytes = Buffer.from(defaultDetector.serialize(profile));
    await corrupt(bank, 'anna', change === undefined ? { schema: 3 } : { profile: Buffer.from(change(bytes)).toString('base64url') });
    const before = await contentOf(bank.store, 'typing-template');
    await expect(bank.verifier.retrainTyping({ subject: 'anna' })).rejects.toMatchObject({ code: 'ERR_TEMPLATE_VERSION' });
    expect(await bank.verifier.retrainAllTyping()).toEqual({ retrained: 0, unchanged: 0, failed: 1 });
    expect(await bank.type('anna', typist.sample())).toMatchObject({ decision: 'step-up', reasons: ['template-unreadable'] });
    await bank.verifier.runJobs();
    expect(await contentOf(bank.store, 'typing-template')).toEqual(before);
    expect(new Set(bank.events.map(({ code }) => code))).toEqual(new Set(['ERR_TEMPLATE_VERSION']));
  });
});

describe('retraining everybody', () => {
  const people = ['anna', 'bert', 'cleo', 'dora'];
  let bank: TestVerifier;
  beforeEach(async () => {
    bank = await testVerifier({ policy: { typing: { readyAt: 5 } } });
    for (const [i, name] of people.entries()) {
      await bank.enrol(name, createTypist(i + 1), 5);
      await outdate(bank, name);
    }
  });

  it('says what it did, and how far it is', async () => {
    await bank.verifier.retrainTyping({ subject: 'cleo' });
    const progress: Array<{ done: number; total: number }> = [];
    const made = await bank.verifier.retrainAllTyping({ onProgress: (step) => progress.push(step) });
    expect(made).toEqual({ retrained: 3, unchanged: 1, failed: 0 });
    expect(progress).toEqual([1, 2, 3, 4].map((done) => ({ done, total: 4 })));
    for (const name of people) {
      expect(isCurrent(await template(bank, name))).toBe(true);
      expect(await retrainings(bank, name)).toHaveLength(1);
    }
    expect(await bank.verifier.retrainAllTyping()).toEqual({ retrained: 0, unchanged: 4, failed: 0 });
    await expect(bank.verifier.retrainAllTyping({ onProgress: 5 as never })).rejects.toThrow(
      new TypeError('onProgress must be a function'),
    );
    await expect(bank.verifier.retrainAllTyping({ signal: {} as never })).rejects.toThrow(TypeError);
  });

  it('counts who fails, logs him by code, and goes on', async () => {
    await corrupt(bank, 'bert', { profile: 'AAAA' });
    await bank.store.transaction((tx) => deleteSamples(tx, bank.ctx.subjectOf('bert')));
    expect(await bank.verifier.retrainAllTyping()).toEqual({ retrained: 3, unchanged: 0, failed: 1 });
    expect(bank.events).toEqual([{ level: 'error', event: 'retrain-failed', code: 'ERR_RECORD_CORRUPT' }]);
  });

  it('goes on whatever is wrong with one customer: bytes, key, version, or entries that are kept', async () => {
    const { store, ctx } = bank;
    const damage = (kind: string, name: string, id: string) =>
      store.transaction(async (tx) => {
        const record = await tx.get(kind, ctx.subjectOf(name), id);
        const { version: _version, ...rest } = record!;
        await tx.put({ ...rest, body: record!.body.map((byte, i) => (i === record!.body.length - 5 ? byte ^ 1 : byte)) });
      });
    await damage('typing-template', 'anna', 'current');
    for (const { id } of await store.transaction((tx) => tx.list('typing-sample', ctx.subjectOf('anna'), { limit: 10 }))) {
      await damage('typing-sample', 'anna', id);
    }
    await damage('data-key', 'bert', 'key');
    ctx.forgetDataKey(ctx.subjectOf('bert'));
    await corrupt(bank, 'cleo', { schema: 9 });
    await store.transaction((tx) => deleteSamples(tx, ctx.subjectOf('cleo')));
    expect(await bank.verifier.retrainAllTyping()).toEqual({ retrained: 1, unchanged: 0, failed: 3 });
    expect(bank.events.map(({ code }) => code).sort()).toEqual(['ERR_KEY_WRONG', 'ERR_RECORD_CORRUPT', 'ERR_TEMPLATE_VERSION']);
    expect(isCurrent(await template(bank, 'dora'))).toBe(true);
  });

  it('can be broken off at any moment, and goes on from there', async () => {
    const early = new AbortController();
    early.abort();
    expect(await bank.verifier.retrainAllTyping({ signal: early.signal })).toEqual({ retrained: 0, unchanged: 0, failed: 0 });
    const late = new AbortController();
    const onProgress = ({ done }: { done: number }) => done === 2 && late.abort();
    expect(await bank.verifier.retrainAllTyping({ signal: late.signal, onProgress })).toEqual({ retrained: 2, unchanged: 0, failed: 0 });
    const inTheMiddle = new AbortController();
    setImmediate(() => inTheMiddle.abort());
    const broken = await bank.verifier.retrainAllTyping({ signal: inTheMiddle.signal });
    expect(await bank.verifier.retrainAllTyping()).toEqual({ retrained: 2 - broken.retrained, unchanged: 2 + broken.retrained, failed: 0 });
  });

  it('ends when the store fails, which is nobody in particular', async () => {
    const { transaction } = bank.store;
    let calls = 0;
    bank.store.transaction = (work) =>
      ++calls > 5 ? Promise.reject(new Error('disk is full')) : (transaction.call(bank.store, work) as never);
    await expect(bank.verifier.retrainAllTyping()).rejects.toThrow('disk is full');
    bank.store.transaction = transaction;
  });

  it('leaves the process free to serve others, between customers and within one', async () => {
    const eve = createTypist(9, { keys: 24 });
    await bank.enrol('eve', eve, 50);
    const { profile } = await template(bank, 'eve');
    const slices = [...calibrateInSteps({ ...profile, calibration: { ...profile.calibration, state: 'pending' } })].length;
    expect(slices).toBeGreaterThan(2);
    await outdate(bank, 'eve');
    let turns = 0;
    let isDone = false;
    const others = (async () => {
      while (!isDone) {
        await new Promise((resolve) => setImmediate(resolve));
        turns++;
      }
    })();
    await bank.verifier.retrainTyping({ subject: 'eve' });
    expect(turns).toBeGreaterThanOrEqual(slices);
    turns = 0;
    await bank.verifier.retrainAllTyping();
    expect(turns).toBeGreaterThanOrEqual(people.length);
    isDone = true;
    await others;
  });
});

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A configuration under which a process of its own runs on the sources of every package, as the tests do, not on builds. */
function sourcesConfig(folder: string): string {
  const base = JSON.parse(readFileSync(join(root, 'tsconfig.base.json'), 'utf8')) as {
    compilerOptions: { paths: Record<string, [string]> };
  };
  const paths = Object.entries(base.compilerOptions.paths).map(([name, [path]]) => [
    name,
    [join(root, path.replace('/dist/', '/src/').replace(/\.d\.ts$/, '.ts'))],
  ]);
  const file = join(folder, 'tsconfig.json');
  writeFileSync(file, JSON.stringify({ compilerOptions: { ...base.compilerOptions, paths: Object.fromEntries(paths) } }));
  return file;
}

it('goes on beside logins of another process', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tacit-retrain-'));
  const wanted = process.env.TACIT_SOAK === '1' ? 300 : 12;
  let child: ChildProcess | undefined;
  try {
    const path = join(folder, 'bank.db');
    const bank = await testVerifier({ store: sqlite(path) });
    await bank.enrol('anna', createTypist(1), 20);
    child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('./testing-login-writer.ts', import.meta.url)), path], {
      cwd: root,
      env: { ...process.env, TSX_TSCONFIG_PATH: sourcesConfig(folder) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    let failure = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      failure += chunk.toString();
    });
    let hasBegun: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      hasBegun = resolve;
    });
    let hasEnded = false;
    const ended = new Promise<void>((resolve) => {
      child?.on('close', () => {
        hasEnded = true;
        hasBegun();
        resolve();
      });
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      hasBegun();
    });
    await begun;
    while (!hasEnded && printed.split('\n').length <= wanted) {
      // A customer who signs in without a pause may learn during every try: then he is left for the next run, and nothing is lost.
      const { retrained, unchanged, failed } = await bank.verifier.retrainAllTyping();
      expect(retrained + unchanged + failed).toBe(1);
    }
    child.kill('SIGKILL');
    await ended;
    expect(failure).toBe('');
    const acknowledged = Number(printed.split('\n').at(-2));
    expect(await bank.verifier.retrainAllTyping()).toMatchObject({ failed: 0 });
    const now = await template(bank);
    expect(isCurrent(now)).toBe(true);
    // One more may have been learned than was printed; none that was printed is lost.
    expect([acknowledged, acknowledged + 1]).toContain(now.verified - 20);
    expect(await bank.verifier.verifyAudit({ subject: 'anna' })).toMatchObject({ status: 'intact' });
    await bank.verifier.close();
  } finally {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}, 300_000);
