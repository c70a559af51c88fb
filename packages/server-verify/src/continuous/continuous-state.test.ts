import { isInsufficient, type PointerActions, parsePointerSample, pointerActions } from '@tacit-auth/features';
import { FREE_TEXT_PROFILE_LIMITS, POINTER_POPULATION_LIMITS, sessionTrust, type TrustPartState } from '@tacit-auth/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { startedTestContext, type TestContext } from '../testing-context';
import type { Beginning } from './beginnings';
import { type ContinuousState, continuousKind, MOST_DIGESTS, MOST_STATE_BYTES, MOST_STREAMS, thinned } from './continuous-state';
import type { Lesson } from './lesson';
import { LEAST_ACTIONS } from './pending-actions';
import { worker } from './testing-evidence';

const NOW = 1_767_603_600_123;
let ctx: TestContext;
beforeAll(async () => {
  ctx = await startedTestContext();
});

/** Numbers that take as many digits as numbers can. */
const longNumber = (i: number): number => 123.456_789_012_345_67 / (i + 3.333_333_333);

function lesson(length: number): Lesson {
  return {
    projectionId: 'f'.repeat(64),
    windows: 12_345,
    amount: 1_234_567,
    mean: Float32Array.from({ length }, (_, i) => (i % 2 === 0 ? 1 : -1) * longNumber(i)),
  };
}

function beginning(length: number): Beginning {
  const { projectionId: _, ...rest } = lesson(length);
  return { ...rest, amount: 500 };
}

function waitingActions(): PointerActions {
  const actions = pointerActions(parsePointerSample(worker(1).stretch({ moves: LEAST_ACTIONS - 1 })));
  if (isInsufficient(actions)) {
    throw new Error(actions.reason);
  }
  return actions;
}

/** A session after a long day, with all there can be of everything. */
function fullest(dimensions: number, pointerDimensions: number = POINTER_POPULATION_LIMITS.maxDimensions): ContinuousState {
  const trust = sessionTrust();
  let state = trust.start({ at: NOW });
  for (const [part, amount] of [
    ['freeText', 24],
    ['pointer', 9],
    ['context', 0],
  ] as const) {
    state = trust.step(state, { part, amount, llr: -longNumber(40), at: NOW + 43_200_000, templateDays: 63 }).state;
  }
  return {
    startedAt: NOW,
    lastAt: NOW + 43_200_000,
    streams: Array.from({ length: MOST_STREAMS }, (_, i) => ({ id: `${i}`.repeat(22), last: 2 ** 31, own: i % 2 === 1 })),
    population: 'A'.repeat(16),
    vouched: false,
    base: 123_456,
    template: 'young',
    trust: { ...state, at: NOW + 43_200_000 },
    level: 'medium',
    levelSince: NOW + 43_000_000,
    peak: 0.123456,
    barred: false,
    own: 7.654321,
    counts: { batches: 21_600, keys: 1_080_000, actions: 123_456, scored: 65_432, replayed: 12_345, untrusted: 12_345 },
    suspicions: { replayed: 12_345, untrusted: 12_345 },
    confidence: { sum: 65_432.123456, least: 0.123456, of: 65_432 },
    asked: { stepUps: 123, locks: 123, terminated: false, confirmed: 123 },
    budget: { keys: 14_999.123456, events: 299_999.123456, at: NOW + 43_200_000 },
    digests: Array.from({ length: MOST_DIGESTS }, (_, i) => 2 ** 32 - 1 - i),
    points: Array.from({ length: 120 }, (_, i) => i * 360 * 256 + (i === 60 ? 255 : i)),
    lessons: { freeText: lesson(dimensions), pointer: lesson(pointerDimensions) },
    beginnings: { freeText: beginning(dimensions), pointer: beginning(pointerDimensions) },
    pending: waitingActions(),
  };
}

const SUBJECT = 's'.repeat(43);
const stored = (value: ContinuousState) => ({ subject: SUBJECT, id: 'i'.repeat(22), value, at: NOW, due: NOW });

async function written(value: ContinuousState): Promise<{ bytes: number; back: ContinuousState }> {
  return ctx.store.transaction(async (tx) => {
    const record = await continuousKind.close(ctx, tx, stored(value));
    return { bytes: record.body.length, back: (await continuousKind.open(ctx, tx, { ...record, version: 1 })).value };
  });
}

describe('the state of a session', () => {
  it('takes at most 4 KB at its fullest, with 120 points of history, under the shipped population', async () => {
    const { bytes, back } = await written(fullest(166));
    expect(bytes).toBeLessThanOrEqual(MOST_STATE_BYTES);
    expect(back.points).toHaveLength(120);
  });

  it('comes back as it was', async () => {
    const state = fullest(166);
    const { back } = await written(state);
    const { lessons, beginnings, pending, ...rest } = back;
    const { lessons: _lessons, beginnings: _beginnings, pending: _pending, ...before } = state;
    expect(rest).toEqual(before);
    expect(pending?.kinds).toEqual(state.pending?.kinds);
    for (const part of ['freeText', 'pointer'] as const) {
      expect(beginnings[part]).toMatchObject({ windows: 12_345, amount: 500 });
      const mean = state.beginnings[part]?.mean ?? new Float32Array(0);
      const step = Math.max(...mean.map(Math.abs)) / 127;
      expect(beginnings[part]?.mean.every((number, i) => Math.abs(number - (mean[i] ?? Number.NaN)) <= 0.51 * step)).toBe(true);
      expect(lessons[part]).toMatchObject({ projectionId: 'f'.repeat(64), windows: 12_345, amount: 1_234_567 });
      for (const [i, number] of (lessons[part]?.mean ?? []).entries()) {
        expect(number).toBeCloseTo(state.lessons[part]?.mean[i] ?? Number.NaN, 2);
      }
    }
  });

  it('takes at most 4 KB with the longest embedding that there can be, and gives up what it remembers for it, but no alarm', async () => {
    const { bytes, back } = await written(fullest(FREE_TEXT_PROFILE_LIMITS.maxLength));
    expect(bytes).toBeLessThanOrEqual(MOST_STATE_BYTES);
    expect(back.points.length).toBeLessThan(120);
    expect(back.digests.at(-1)).toBe(fullest(166).digests.at(-1));
    expect(back.lessons.freeText?.mean).toHaveLength(FREE_TEXT_PROFILE_LIMITS.maxLength);
    expect(back.points.some((point) => point % 256 === 255)).toBe(true);
    expect(back.points.at(-1)).toBe(fullest(166).points.at(-1));
  });

  it('takes no more where it remembers no windows, as after each hand-over of theirs', async () => {
    const { bytes, back } = await written({ ...fullest(FREE_TEXT_PROFILE_LIMITS.maxLength), digests: [] });
    expect(bytes).toBeLessThanOrEqual(MOST_STATE_BYTES);
    expect(back.points.some((point) => point % 256 === 255)).toBe(true);
    expect(back.lessons.freeText?.mean).toHaveLength(FREE_TEXT_PROFILE_LIMITS.maxLength);
  });

  it('is read as it was written before there were beginnings, with all that it had', async () => {
    const state = { ...fullest(166), points: [70_000 * 256 + 9], beginnings: { freeText: null, pointer: null }, pending: null };
    await ctx.store.transaction(async (tx) => {
      const record = await continuousKind.close(ctx, tx, stored(state));
      const key = ctx.rootKey();
      const context = { subject: `${record.subject}/${record.id}`, purpose: 'record/continuous' };
      const now = ctx.sealer.open({ key, context, sealed: record.body });
      const end = 4 + new DataView(now.buffer, now.byteOffset).getUint32(0, true);
      const { wp, bf, bp, tr, ...head } = JSON.parse(new TextDecoder().decode(now.subarray(4, end))) as Record<string, unknown>;
      expect([wp, bf, bp, Array.isArray(tr)]).toEqual([4, null, null, true]);
      const part = ({ amount, doubt, template }: TrustPartState) => ({ amount, doubt, template });
      const { freeText, pointer, ...trust } = state.trust;
      const earlier = { ...trust, schema: 'session-trust/1', freeText: part(freeText), pointer: part(pointer) };
      const json = Buffer.from(JSON.stringify({ ...head, v: 1, tr: earlier }));
      const length = Buffer.alloc(4);
      length.writeUInt32LE(json.length);
      const body = ctx.sealer.seal({ key, context, plaintext: Buffer.concat([length, json, now.subarray(end)]) });
      const { value } = await continuousKind.open(ctx, tx, { ...record, body, version: 1 });
      expect(value.trust).toEqual(state.trust);
      expect(value).toMatchObject({ points: state.points, digests: state.digests, beginnings: state.beginnings, counts: state.counts });
    });
  });

  it('is refused as damaged where its bytes end early, or have another shape', async () => {
    await ctx.store.transaction(async (tx) => {
      const record = await continuousKind.close(ctx, tx, stored(fullest(166)));
      const key = ctx.rootKey();
      const context = { subject: `${record.subject}/${record.id}`, purpose: 'record/continuous' };
      const plaintext = ctx.sealer.open({ key, context, sealed: record.body });
      for (const changed of [plaintext.subarray(0, -1), plaintext.subarray(0, 3), plaintext.subarray(0, 600), new Uint8Array(0)]) {
        const body = ctx.sealer.seal({ key, context, plaintext: changed });
        await expect(continuousKind.open(ctx, tx, { ...record, body, version: 1 })).rejects.toMatchObject({ code: 'ERR_RECORD_CORRUPT' });
      }
    });
  });
});

describe('thinned points', () => {
  it('keep the higher of two, and the last', () => {
    expect(thinned([1, 9, 256 + 5, 512 + 2, 768 + 7])).toEqual([9, 256 + 5, 768 + 7]);
    expect(thinned([9, 1, 256 + 9, 512 + 2])).toEqual([9, 512 + 2]);
  });
});
