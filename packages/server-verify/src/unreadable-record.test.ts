import { expect, it } from 'vitest';
import { TacitServerError } from './errors';
import { createFace } from './testing-face';
import { anyTemplate } from './testing-former-template';
import { createTypist } from './testing-typists';
import { type TestVerifier, testVerifier } from './testing-verifier';
import { HISTORY_ID } from './typing-history';
import { ifReadable, orUnreadable } from './unreadable-record';

const SUBJECT = { subject: 'anna' };

async function customer(): Promise<TestVerifier> {
  const bank = await testVerifier();
  await bank.enrol('anna', createTypist(1));
  await bank.giveCard('anna');
  await bank.verifier.recordConsent({ ...SUBJECT, biometrics: 'granted', face: 'granted', version: '2026-01' });
  const { challenge, actions } = await bank.verifier.issueFaceChallenge({ ...SUBJECT, purpose: 'enrol-face' });
  const sample = createFace(1).look(actions);
  expect(await bank.verifier.enrolFace({ ...SUBJECT, challenge, sample, pending: false })).toMatchObject({ status: 'enrolled' });
  return bank;
}

const damage = ({ store, ctx }: TestVerifier, kind: string) =>
  store.transaction(async (tx) => {
    for (const record of await tx.list(kind, ctx.subjectOf('anna'), { limit: 10 })) {
      await tx.put({ ...record, body: new Uint8Array(40) });
    }
  });

const corrupt = { state: 'unreadable', code: 'ERR_RECORD_CORRUPT' };

it('gives the code of what can not be read, and throws what is anything else', async () => {
  for (const code of ['ERR_RECORD_CORRUPT', 'ERR_TEMPLATE_VERSION'] as const) {
    const reading = () => Promise.reject(new TacitServerError(code, { field: 'typing-template' }));
    expect(await orUnreadable(reading())).toEqual({ state: 'unreadable', code });
    expect(await ifReadable(reading())).toBeUndefined();
  }
  for (const code of ['ERR_DATA_KEY_ERASED', 'ERR_KEY_WRONG'] as const) {
    const ofHisKey = new TacitServerError(code, { field: 'typing-template' });
    await expect(orUnreadable(Promise.reject(ofHisKey))).rejects.toBe(ofHisKey);
    expect(await ifReadable(Promise.reject(ofHisKey))).toBeUndefined();
  }
  const other = new TacitServerError('ERR_KEY_PROVIDER', { field: 'typing-template' });
  await expect(orUnreadable(Promise.reject(other))).rejects.toBe(other);
  await expect(ifReadable(Promise.reject(other))).rejects.toBe(other);
  expect(await orUnreadable(Promise.resolve(7))).toBe(7);
});

it('is told by its code when somebody looks at a template, a history or a face', async () => {
  const bank = await customer();
  const { verifier, store, ctx } = bank;
  expect(await verifier.inspectTyping(SUBJECT)).toMatchObject({ state: 'young', historyState: 'readable' });
  await damage(bank, 'typing-history');
  expect(await verifier.inspectTyping(SUBJECT)).toMatchObject({ state: 'young', learned: 5, historyState: 'unreadable' });
  await store.transaction(async (tx) => {
    const template = (await anyTemplate.get(ctx, tx, ctx.subjectOf('anna'), 'current'))!;
    await anyTemplate.put(ctx, tx, { ...template, value: { ...template.value, schema: 9 } });
  });
  expect(await verifier.inspectTyping(SUBJECT)).toEqual({ state: 'unreadable', code: 'ERR_TEMPLATE_VERSION' });
  await damage(bank, 'typing-template');
  expect(await verifier.inspectTyping(SUBJECT)).toEqual(corrupt);

  expect(await verifier.inspectFace(SUBJECT)).toMatchObject({ state: 'enrolled', samples: 1, descriptors: 6 });
  await damage(bank, 'face-history');
  expect(await verifier.inspectFace(SUBJECT)).toEqual(corrupt);
  await verifier.deleteFace(SUBJECT);
  expect(await verifier.inspectFace(SUBJECT)).toBeNull();
});

it('keeps nothing else from being exported: its place is there, and why', async () => {
  const bank = await customer();
  const whole = await bank.verifier.exportSubject(SUBJECT);
  expect(JSON.stringify(whole)).not.toContain('unreadable');
  for (const kind of ['typing-template', 'typing-history', 'typing-sample', 'face-template', 'face-history', 'matrix-card', 'consent']) {
    await damage(bank, kind);
  }
  const exported = await bank.verifier.exportSubject(SUBJECT);
  const unreadable = 'ERR_RECORD_CORRUPT';
  expect(exported).toMatchObject({ subject: 'anna', customer: whole.customer });
  expect(exported.typing.templates).toEqual([{ slot: 'current', unreadable }]);
  expect(exported.typing.history).toEqual([{ slot: 'current', unreadable }]);
  expect(exported.typing.samples).toEqual(whole.typing.samples.map(({ keptFor, at }) => ({ keptFor, at, unreadable })));
  expect(exported.face).toEqual({ templates: [{ slot: 'current', unreadable }], history: [{ unreadable }] });
  expect(exported.matrixCards).toEqual([{ slot: 'current', unreadable }]);
  expect(exported.consent).toHaveLength(whole.consent.length);
  expect(exported.audit.length).toBe(whole.audit.length + 1);
});

it('throws in an export what is no damage of one record', async () => {
  const { verifier, store, ctx } = await customer();
  const original = store.transaction.bind(store);
  const failure = new Error('the disk is gone');
  store.transaction = (work) =>
    original((tx) =>
      work(
        new Proxy(tx, {
          get: (target, name) => {
            const value = Reflect.get(target, name) as unknown;
            return name === 'list'
              ? (kind: string, ...rest: [string, never]) =>
                  kind === 'typing-history' ? Promise.reject(failure) : target.list(kind, ...rest)
              : typeof value === 'function'
                ? value.bind(target)
                : value;
          },
        }),
      ),
    );
  await expect(verifier.exportSubject(SUBJECT)).rejects.toBe(failure);
  store.transaction = original;
  expect(await store.transaction((tx) => tx.get('typing-history', ctx.subjectOf('anna'), HISTORY_ID))).toBeDefined();
});
