import type { TypingSample } from '@tacit-auth/features';
import { describe, expect, it, vi } from 'vitest';
import { createEnrolment, secretSteps, textSteps } from './create-enrolment';

function entry(count: number, change: Partial<TypingSample> = {}): TypingSample {
  const keys = Array.from({ length: count }, (_, i): [null, number, number] => [null, i * 1_000, i * 1_000 + 800]);
  return { version: 1, mode: 'secret', field: 'password', keys, flags: {}, clockStep: 1, device: 'keyboard', ...change };
}

const good = { quality: 'good' };
const redo = (...reasons: string[]) => ({ quality: 'redo', reasons });

describe('createEnrolment', () => {
  it('takes five entries of a password by default', () => {
    const enrolment = createEnrolment();
    const samples = Array.from({ length: 5 }, () => entry(12));
    samples.forEach((sample, index) => {
      expect(enrolment.state).toMatchObject({
        status: 'in-progress',
        done: index,
        progress: index / 5,
        current: { id: `secret-${index + 1}` },
      });
      expect(enrolment.submit({ sample })).toEqual(good);
    });
    expect(enrolment.state).toMatchObject({ status: 'complete', done: 5, progress: 1, current: undefined });
    expect(enrolment.samples()).toEqual(samples);
    expect(() => enrolment.submit({ sample: entry(12) })).toThrow(expect.objectContaining({ code: 'ERR_ENROLMENT_COMPLETE' }));
  });

  it.each([
    ['corrected', entry(12, { flags: { corrected: true } })],
    ['pasted', entry(12, { flags: { pasted: true } })],
    ['dropped', entry(12, { flags: { dropped: true } })],
    ['autofilled', entry(12, { flags: { autofilled: true } })],
    ['composed', entry(12, { flags: { composed: true } })],
    ['untrusted', entry(12, { flags: { untrusted: true } })],
    ['too-short', entry(7)],
    ['missing-releases', entry(12, { keys: [...entry(11).keys, [null, 11_000, null]] })],
    ['no-key-times', entry(12, { device: 'touch', keys: entry(12).keys.map(([, press]) => [null, press, null]) })],
  ])('asks for another entry when it is %s, and stays at the step', (reason, sample) => {
    const enrolment = createEnrolment();
    expect(enrolment.submit({ sample })).toEqual(redo(reason));
    expect(enrolment.state).toMatchObject({ done: 0, current: { id: 'secret-1', status: 'redo', quality: redo(reason) } });
    expect(enrolment.submit({ sample: entry(12) })).toEqual(good);
  });

  it('names every reason', () => {
    const sample = entry(3, { flags: { corrected: true, pasted: true } });
    expect(createEnrolment().submit({ sample })).toEqual(redo('corrected', 'pasted', 'too-short'));
  });

  it('wants equally many keys in every entry of a password', () => {
    const enrolment = createEnrolment();
    enrolment.submit({ sample: entry(12) });
    enrolment.submit({ sample: entry(12) });
    expect(enrolment.submit({ sample: entry(13) })).toEqual(redo('length-differs'));
    expect(enrolment.submit({ sample: entry(13) })).toEqual(redo('length-differs'));
    expect(enrolment.state.done).toBe(2);
  });

  it('opens a single first entry again when two later ones agree against it', () => {
    const enrolment = createEnrolment({ steps: secretSteps(3) });
    enrolment.submit({ sample: entry(11) });
    expect(enrolment.submit({ sample: entry(12) })).toEqual(redo('length-differs'));
    expect(enrolment.submit({ sample: entry(12) })).toEqual(good);
    expect(enrolment.state).toMatchObject({ done: 1, current: { id: 'secret-1', status: 'redo' } });
    enrolment.submit({ sample: entry(12) });
    enrolment.submit({ sample: entry(12) });
    expect(enrolment.samples().map(({ keys }) => keys.length)).toEqual([12, 12, 12]);
  });

  it('compares texts with their targets, not with each other', () => {
    const enrolment = createEnrolment({ steps: textSteps(['caf\u00e9 noir', 'une phrase', 'encore une']) });
    const sample = entry(9, { mode: 'text' });
    expect(enrolment.submit({ sample, text: 'cafe noir' })).toEqual(redo('text-differs'));
    expect(enrolment.submit({ sample, text: 'cafe\u0301 noir' })).toEqual(good);
    expect(enrolment.submit({ sample: entry(10, { mode: 'text' }), text: 'une phrase' })).toEqual(good);
    expect(enrolment.state.progress).toBeCloseTo(2 / 3);
  });

  it('asks for no more keys than a short target has', () => {
    const enrolment = createEnrolment({ steps: textSteps(['abc']) });
    expect(enrolment.submit({ sample: entry(3, { mode: 'text' }), text: 'abc' })).toEqual(good);
  });

  it('restarts one step and goes back to it', () => {
    const enrolment = createEnrolment({ steps: secretSteps(3) });
    enrolment.submit({ sample: entry(12) });
    enrolment.submit({ sample: entry(12) });
    enrolment.restart('secret-1');
    expect(enrolment.state).toMatchObject({ done: 1, current: { id: 'secret-1', status: 'open' } });
    expect(() => enrolment.restart('secret-9')).toThrow(expect.objectContaining({ code: 'ERR_ENROLMENT_STEP' }));
    expect(() => enrolment.samples()).toThrow(expect.objectContaining({ code: 'ERR_ENROLMENT_INCOMPLETE', field: 'secret-1' }));
  });

  it('tells subscribers until they leave; the state is the same object between changes', () => {
    const enrolment = createEnrolment();
    const listener = vi.fn();
    const leave = enrolment.subscribe(listener);
    expect(enrolment.state).toBe(enrolment.state);
    enrolment.submit({ sample: entry(12) });
    expect(listener).toHaveBeenCalledExactlyOnceWith(enrolment.state);
    leave();
    enrolment.restart('secret-1');
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('keeps no text', () => {
    const enrolment = createEnrolment({ steps: [{ id: 'free', kind: 'text' }] });
    enrolment.submit({ sample: entry(9, { mode: 'text' }), text: 'hunter2' });
    expect(JSON.stringify([enrolment.state, enrolment.samples()])).not.toContain('hunter2');
  });

  it('uses another judge', () => {
    const qualityOf = vi.fn(() => ({ quality: 'good' }) as const);
    const enrolment = createEnrolment({ qualityOf });
    expect(enrolment.submit({ sample: entry(2) })).toEqual(good);
    expect(qualityOf).toHaveBeenCalledWith(expect.objectContaining({ kind: 'secret', minimumKeys: 8, others: [] }));
  });

  it.each([
    ['options', null, TypeError],
    ['steps', { steps: 'five' }, TypeError],
    ['steps', { steps: [] }, RangeError],
    ['steps', { steps: secretSteps(50).concat({ id: 'x', kind: 'secret' }) }, RangeError],
    ['steps[0]', { steps: [null] }, TypeError],
    ['steps[0].id', { steps: [{ id: '', kind: 'secret' }] }, RangeError],
    ['steps[0].kind', { steps: [{ id: 'a', kind: 'face' }] }, TypeError],
    ['steps[0].target', { steps: [{ id: 'a', kind: 'secret', target: 'x' }] }, TypeError],
    ['steps[0].minimumKeys', { steps: [{ id: 'a', kind: 'secret', minimumKeys: 0 }] }, RangeError],
    [
      'steps[1].id',
      {
        steps: [
          { id: 'a', kind: 'secret' },
          { id: 'a', kind: 'secret' },
        ],
      },
      RangeError,
    ],
    ['qualityOf', { qualityOf: 1 }, TypeError],
  ])('refuses a wrong %s', (name, options, kind) => {
    const call = () => Reflect.apply(createEnrolment, undefined, [options]);
    expect(call).toThrow(kind);
    expect(call).toThrow(name);
  });

  it('refuses a wrong entry', () => {
    const texts = createEnrolment({ steps: textSteps(['abc']) });
    const submit = (given: unknown) => () => Reflect.apply(texts.submit, texts, [given]);
    expect(submit(null)).toThrow('entry');
    expect(submit({ sample: null })).toThrow('entry.sample');
    expect(submit({ sample: { keys: [] } })).toThrow('entry.sample');
    expect(submit({ sample: entry(3), text: 'abc' })).toThrow("entry.sample must be of mode 'text'");
    expect(submit({ sample: entry(3, { mode: 'text' }) })).toThrow('entry.text');
    expect(() => Reflect.apply(textSteps, undefined, ['abc'])).toThrow(TypeError);
    expect(() => secretSteps(0)).toThrow(RangeError);
    expect(() => Reflect.apply(texts.subscribe, texts, [null])).toThrow('listener');
  });
});
