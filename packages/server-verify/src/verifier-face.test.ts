import type { FaceAction, FaceSample } from '@tacit-auth/features';
import { beforeEach, describe, expect, it } from 'vitest';
import { faceHistoryKind } from './face-history';
import type { FaceResult } from './face-result';
import { createFace, descriptorsOf, type Face } from './testing-face';
import { contentOf, type TestVerifier, testVerifier } from './testing-verifier';

const face = () => createFace(1);
const KINDS = ['face-template', 'face-history'] as const;

describe('a face', () => {
  let bank: TestVerifier;
  beforeEach(async () => {
    bank = await testVerifier();
  });

  const consent = (subject: string, given: 'granted' | 'declined' = 'granted') =>
    bank.verifier.recordConsent({ subject, biometrics: 'granted', face: given, version: '2026-01' });

  async function enrol(subject: string, person: Face, pending = false) {
    const { challenge, actions } = await bank.verifier.issueFaceChallenge({ subject, purpose: 'enrol-face' });
    return bank.verifier.enrolFace({ subject, challenge, sample: person.look(actions), pending });
  }

  async function enrolled(subject = 'anna', person = face()): Promise<Face> {
    await consent(subject);
    expect(await enrol(subject, person)).toEqual({ status: 'enrolled', pending: false });
    return person;
  }

  async function show(subject: string, look: (actions: readonly FaceAction[]) => unknown): Promise<FaceResult> {
    const { challenge, actions } = await bank.verifier.issueFaceChallenge({ subject });
    return bank.verifier.verifyFace({ subject, challenge, sample: look(actions) });
  }

  const records = async () => (await Promise.all(KINDS.map((kind) => contentOf(bank.store, kind)))).flat();

  it('is accepted when it is the customer, and leads to another factor when it is anybody else', async () => {
    const anna = await enrolled();
    for (let i = 0; i < 20; i++) {
      expect((await show('anna', anna.look)).decision).toBe('accept');
      expect(await show('anna', createFace(100 + i).look)).toMatchObject({ decision: 'step-up', reasons: ['face-mismatch'] });
    }
  });

  it('says score, threshold, distance, confidence and calibration where it was compared', async () => {
    const anna = await enrolled();
    const result = await show('anna', anna.look);
    expect(result).toMatchObject({ decision: 'accept', reasons: [], calibration: expect.stringContaining('face') });
    expect(result.score).toBeGreaterThanOrEqual(result.threshold ?? Number.POSITIVE_INFINITY);
    expect(result.distance).toBeLessThan(0.534);
    expect(result.confidence).toBeCloseTo(1 / (1 + Math.exp(-(result.score ?? 0))), 12);
    const other = await show('anna', createFace(2).look);
    expect(other.score).toBeLessThan(other.threshold ?? Number.NEGATIVE_INFINITY);
  });

  it('asks more of it at a lower false match rate', async () => {
    const thresholds: number[] = [];
    for (const targetFmr of [0.01, 0.001, 0.0001]) {
      bank = await testVerifier({ policy: { face: { targetFmr } } });
      const anna = await enrolled();
      thresholds.push((await show('anna', anna.look)).threshold ?? Number.NaN);
    }
    expect(thresholds).toEqual([...thresholds].sort((a, b) => a - b));
    expect(new Set(thresholds).size).toBe(3);
  });

  it('rejects a still picture, and a descriptor that was sent before, in whatever look and with whatever verdict', async () => {
    const anna = await enrolled();
    expect((await show('anna', () => anna.still())).decision).toBe('reject');
    let first: FaceSample | undefined;
    expect(
      (
        await show('anna', (actions) => {
          first = anna.look(actions);
          return first;
        })
      ).decision,
    ).toBe('accept');
    const [, values] = first!.descriptors[2]!;
    const again = await show('anna', (actions) => {
      const look = anna.look(actions);
      look.descriptors[0]![1] = values;
      return look;
    });
    expect(again).toEqual({ decision: 'reject', reasons: ['replayed'] });
    // Those of a refused look are known too, and so are those of the enrolment.
    let refused: FaceSample | undefined;
    await show('anna', (actions) => {
      refused = createFace(9).look(actions);
      return refused;
    });
    const copy = await show('anna', (actions) => ({ ...createFace(9).look(actions), descriptors: refused!.descriptors.slice(0, 3) }));
    expect(copy.reasons).not.toContain('face-mismatch');
  });

  it('accepts a descriptor that was computed from a photograph, with forged frames: it is no proof of a person', async () => {
    const anna = await enrolled();
    const stolen = descriptorsOf(anna);
    const forged = await show('anna', (actions) => {
      const frames = createFace(50).look(actions);
      frames.descriptors = frames.descriptors.slice(0, 2).concat(frames.descriptors.slice(-2));
      frames.descriptors.forEach((descriptor, i) => {
        descriptor[1] = stolen[i]!;
      });
      return frames;
    });
    expect(forged.decision).toBe('accept');
  });

  it('judges each challenge once, for its subject and purpose only', async () => {
    const anna = await enrolled();
    const { challenge, actions } = await bank.verifier.issueFaceChallenge({ subject: 'anna' });
    const sample = anna.look(actions);
    await expect(bank.verifier.verifyFace({ subject: 'bert', challenge, sample })).rejects.toMatchObject({
      code: 'ERR_CHALLENGE_MISMATCH',
    });
    await expect(bank.verifier.enrolFace({ subject: 'anna', challenge, sample })).rejects.toMatchObject({ code: 'ERR_CHALLENGE_MISMATCH' });
    await expect(bank.verifier.verifyTyping({ subject: 'anna', challenge, sample })).rejects.toThrow();
    const typing = await bank.verifier.issueChallenge({ subject: 'anna' });
    await expect(bank.verifier.verifyFace({ subject: 'anna', challenge: typing.challenge, sample })).rejects.toMatchObject({
      code: 'ERR_CHALLENGE_MISMATCH',
    });
    const key = { idempotencyKey: 'once' };
    const first = await bank.verifier.verifyFace({ subject: 'anna', challenge, sample, ...key });
    expect(first.decision).toBe('accept');
    expect(await bank.verifier.verifyFace({ subject: 'anna', challenge, sample, ...key })).toEqual(first);
    await expect(bank.verifier.verifyFace({ subject: 'anna', challenge, sample })).rejects.toMatchObject({ code: 'ERR_CHALLENGE_USED' });
  });

  it('lets one of two copies of a look through that are judged at the same moment', async () => {
    const anna = await enrolled();
    const issued = await Promise.all([1, 2].map(() => bank.verifier.issueFaceChallenge({ subject: 'anna' })));
    const all = issued.map(({ actions }) => actions);
    // The same sequence, so that both looks are good.
    let [a, b] = issued;
    while (JSON.stringify(a?.actions) !== JSON.stringify(b?.actions)) {
      b = await bank.verifier.issueFaceChallenge({ subject: 'anna' });
    }
    expect(all).toHaveLength(2);
    const sample = anna.look(a!.actions);
    const results = await Promise.all(
      [a, b].map((issue) => bank.verifier.verifyFace({ subject: 'anna', challenge: issue!.challenge, sample: structuredClone(sample) })),
    );
    expect(results.map(({ decision }) => decision).sort()).toEqual(['accept', 'reject']);
  });

  it('keeps nothing of a customer without a face or without the consent', async () => {
    await consent('anna', 'declined');
    await expect(enrol('anna', face())).rejects.toMatchObject({ code: 'ERR_CONSENT_MISSING' });
    expect(await show('anna', face().look)).toEqual({ decision: 'step-up', reasons: ['no-consent'] });
    expect(await show('nobody', face().look)).toEqual({ decision: 'step-up', reasons: ['no-consent'] });
    await consent('anna');
    expect(await show('anna', face().look)).toEqual({ decision: 'step-up', reasons: ['no-template'] });
    expect(await records()).toEqual([]);
    expect(await bank.verifier.inspectFace({ subject: 'anna' })).toBeNull();
  });

  it('waits for the activation where it is pending', async () => {
    await consent('anna');
    const person = face();
    expect(await enrol('anna', person, true)).toEqual({ status: 'enrolled', pending: true });
    expect((await show('anna', person.look)).reasons).toEqual(['no-template']);
    expect(await bank.verifier.activate({ subject: 'anna' })).toMatchObject({ status: 'activated', face: true });
    expect((await show('anna', person.look)).decision).toBe('accept');
  });

  it('is deleted at once with the withdrawal of its consent, of biometrics altogether, or by itself', async () => {
    const withdrawals: Array<() => Promise<unknown>> = [
      () => consent('anna', 'declined'),
      () => bank.verifier.withdrawConsent({ subject: 'anna' }),
      () => bank.verifier.recordConsent({ subject: 'anna', biometrics: 'declined', version: '2026-01' }),
      () => bank.verifier.deleteFace({ subject: 'anna' }),
    ];
    for (const [i, withdraw] of withdrawals.entries()) {
      await enrolled('anna', createFace(i + 1));
      expect(await records()).toHaveLength(2);
      await withdraw();
      expect(await records()).toEqual([]);
      const asked = await bank.verifier.consentOf({ subject: 'anna' });
      expect(asked?.face).toBe(i === 3 ? 'granted' : 'declined');
    }
    expect(await bank.verifier.deleteFace({ subject: 'anna' })).toEqual({ deleted: false });
  });

  it('can not be granted where biometrics are declined, and stays as it was where nothing is said of it', async () => {
    await expect(bank.verifier.recordConsent({ subject: 'anna', biometrics: 'declined', face: 'granted', version: '1' })).rejects.toThrow(
      new RangeError('face must be declined where biometrics are'),
    );
    await consent('anna');
    expect(await bank.verifier.recordConsent({ subject: 'anna', biometrics: 'granted', version: '2' })).toMatchObject({ face: 'granted' });
    const types = (await bank.verifier.exportSubject({ subject: 'anna' })).audit.flatMap((entry) => (entry.erased ? [] : [entry.type]));
    expect(types.filter((type) => type.startsWith('face-consent'))).toEqual(['face-consent-granted']);
  });

  it('can be enrolled anew, also by looking again; what was seen before is no good for the new one', async () => {
    const anna = await enrolled();
    let old: FaceSample | undefined;
    await show('anna', (actions) => {
      old = anna.look(actions);
      return old;
    });
    const { challenge, actions } = await bank.verifier.issueFaceChallenge({ subject: 'anna', purpose: 'enrol-face' });
    const sample = anna.look(actions);
    sample.descriptors[0]![1] = old!.descriptors[0]![1];
    expect(await bank.verifier.enrolFace({ subject: 'anna', challenge, sample, pending: false })).toEqual({
      status: 'refused',
      reasons: ['replayed'],
    });
    const other = createFace(2);
    expect(await enrol('anna', other)).toMatchObject({ status: 'enrolled' });
    expect((await show('anna', other.look)).decision).toBe('accept');
    expect((await show('anna', anna.look)).decision).toBe('step-up');
  });

  it('is not enrolled from a picture or from a look that can not be judged', async () => {
    await consent('anna');
    const { challenge } = await bank.verifier.issueFaceChallenge({ subject: 'anna', purpose: 'enrol-face' });
    expect(await bank.verifier.enrolFace({ subject: 'anna', challenge, sample: face().still() })).toMatchObject({ status: 'refused' });
    const again = await bank.verifier.issueFaceChallenge({ subject: 'anna', purpose: 'enrol-face' });
    const crowded = face().look(again.actions);
    for (let i = 20; i < 30; i++) {
      crowded.frames[i]![1] = 2;
    }
    expect(await bank.verifier.enrolFace({ subject: 'anna', challenge: again.challenge, sample: crowded })).toEqual({
      status: 'retry',
      reasons: ['one-face', 'many-faces'],
    });
    expect(await records()).toEqual([]);
  });

  describe('that is refused again and again', () => {
    const stranger = (i: number) => createFace(200 + i).look;

    it('is not judged for a while after five refusals, and not at all after fifty, until a code of the card was right', async () => {
      const anna = await enrolled();
      const card = await bank.giveCard('anna');
      for (let i = 0; i < 5; i++) {
        expect((await show('anna', stranger(i))).reasons).toEqual(['face-mismatch']);
      }
      expect(await show('anna', anna.look)).toEqual({ decision: 'step-up', reasons: ['throttled'], retryAfter: 30 });
      expect(await bank.verifier.inspectFace({ subject: 'anna' })).toMatchObject({ blocked: true });
      for (let i = 5; i < 50; i++) {
        bank.advance(30_000);
        expect((await show('anna', stranger(i))).reasons).toEqual(['face-mismatch']);
      }
      bank.advance(30 * 86_400_000);
      expect((await show('anna', anna.look)).reasons).toEqual(['throttled']);
      expect(await bank.answer('anna', card)).toEqual({ matched: true });
      expect((await show('anna', anna.look)).decision).toBe('accept');
    });

    it('starts afresh after an accepted look, and a day after the last refusal', async () => {
      const anna = await enrolled();
      for (let i = 0; i < 4; i++) {
        await show('anna', stranger(i));
      }
      expect((await show('anna', anna.look)).decision).toBe('accept');
      for (let i = 4; i < 9; i++) {
        expect((await show('anna', stranger(i))).reasons).toEqual(['face-mismatch']);
      }
      bank.advance(86_400_000);
      for (let i = 9; i < 13; i++) {
        expect((await show('anna', stranger(i))).reasons).toEqual(['face-mismatch']);
      }
    });

    it('does not count looks that could not be judged as failures, but takes ten of them and no more at a time', async () => {
      const anna = await enrolled();
      const somebody = createFace(2);
      const blurred = (actions: readonly FaceAction[]) => {
        const look = anna.look(actions);
        look.descriptors[4]![1] = somebody.look(actions).descriptors[4]![1];
        return look;
      };
      for (let i = 0; i < 10; i++) {
        expect(await show('anna', blurred)).toMatchObject({ decision: 'retry', reasons: ['disagreement'] });
      }
      expect(await show('anna', anna.look)).toEqual({ decision: 'step-up', reasons: ['too-many-tries'] });
      bank.advance(300_000);
      expect((await show('anna', anna.look)).decision).toBe('accept');
    });
  });

  it('is not brought back by a look that was asked for before it was deleted, or before its consent was withdrawn', async () => {
    const { verifier } = bank;
    const ends = [() => verifier.deleteFace({ subject: 'anna' }), () => consent('anna', 'declined').then(() => consent('anna'))];
    for (const end of ends) {
      await enrolled();
      const asked = await verifier.issueFaceChallenge({ subject: 'anna', purpose: 'enrol-face' });
      await end();
      const late = { subject: 'anna', challenge: asked.challenge, sample: createFace(2).look(asked.actions), pending: false };
      await expect(verifier.enrolFace(late)).rejects.toMatchObject({ code: 'ERR_CHALLENGE_USED', field: 'challenge' });
      expect(await verifier.inspectFace({ subject: 'anna' })).toBeNull();
    }
    // One that is asked for now is good, also by somebody who agrees while the camera looks.
    const { challenge, actions } = await verifier.issueFaceChallenge({ subject: 'bert', purpose: 'enrol-face' });
    for (const given of ['declined', 'granted', 'granted'] as const) {
      await consent('bert', given);
    }
    expect(await verifier.enrolFace({ subject: 'bert', challenge, sample: createFace(3).look(actions) })).toMatchObject({
      status: 'enrolled',
    });
    expect(await enrol('anna', createFace(4))).toMatchObject({ status: 'enrolled' });
  });

  it('is told about without anything biometric', async () => {
    await enrolled();
    expect(await bank.verifier.inspectFace({ subject: 'anna' })).toEqual({
      state: 'enrolled',
      pipeline: 'face-api-tiny416-mirror/1',
      enrolledAt: bank.ctx.clock(),
      samples: 1,
      descriptors: 6,
      pending: false,
      judged: 1,
      blocked: false,
    });
  });

  it('is exported in full, and nothing of it is left after an erasure', async () => {
    const anna = await enrolled();
    await show('anna', anna.look);
    const { face: exported } = await bank.verifier.exportSubject({ subject: 'anna' });
    expect(exported.templates).toMatchObject([{ slot: 'current', pipeline: 'face-api-tiny416-mirror/1', samples: 1, descriptors: 6 }]);
    expect(exported.templates[0]?.descriptor).toHaveLength(128);
    expect(exported.history).toMatchObject([{ total: 2, refusedAt: [], signIns: 0 }]);
    expect(JSON.stringify(exported)).not.toContain('digests');
    await bank.verifier.eraseSubject({ subject: 'anna' });
    expect(await records()).toEqual([]);
  });

  it('lies sealed in the store: neither pipeline nor numbers can be read in any record', async () => {
    const anna = await enrolled();
    let look: FaceSample | undefined;
    await show('anna', (actions) => {
      look = anna.look(actions);
      return look;
    });
    const stored = (await records()).map(({ body }) => Buffer.from(body, 'base64url'));
    expect(stored).toHaveLength(2);
    const raw = Buffer.from(Int16Array.from(look!.descriptors[0]![1]).buffer).subarray(0, 8);
    for (const bytes of stored) {
      expect(bytes.includes('pipeline')).toBe(false);
      expect(bytes.includes(look!.descriptors[0]![1].slice(0, 3).join())).toBe(false);
      expect(bytes.includes(raw)).toBe(false);
    }
  });

  it('remembers digests of the last descriptors only, and never the descriptors', async () => {
    bank = await testVerifier({ policy: { face: { historySize: 100 } } });
    const anna = await enrolled();
    let first: FaceSample | undefined;
    await show('anna', (actions) => {
      first = anna.look(actions);
      return first;
    });
    for (let i = 0; i < 17; i++) {
      expect((await show('anna', anna.look)).decision).toBe('accept');
    }
    const history = await bank.ctx.store.transaction((tx) => faceHistoryKind.get(bank.ctx, tx, bank.ctx.subjectOf('anna'), 'recent'));
    expect(Buffer.from(history!.value.digests, 'base64url')).toHaveLength(800);
    // The oldest are forgotten.
    const again = await show('anna', (actions) => {
      const look = anna.look(actions);
      look.descriptors[0]![1] = first!.descriptors[0]![1];
      return look;
    });
    expect(again.decision).toBe('accept');
  });

  it('refuses wrong arguments and samples, naming them', async () => {
    await enrolled();
    const { challenge, actions } = await bank.verifier.issueFaceChallenge({ subject: 'anna' });
    const sample = face().look(actions);
    const short = { ...sample, descriptors: [[0, [1, 2, 3]]] };
    await expect(bank.verifier.verifyFace({ subject: 'anna', challenge, sample: short })).rejects.toMatchObject({
      field: 'sample.descriptors',
    });
    await expect(bank.verifier.verifyFace({ subject: 'anna', challenge, sample, purpose: 'enrol-face' })).rejects.toThrow(RangeError);
    await expect(bank.verifier.issueFaceChallenge({ subject: 'anna', purpose: 'enrol-typing' })).rejects.toThrow(RangeError);
    await expect(bank.verifier.enrolFace({ subject: 'anna', challenge, sample, pending: 1 as never })).rejects.toThrow(TypeError);
    await expect(bank.verifier.issueFaceChallenge(undefined as never)).rejects.toThrow(new TypeError('options must be an object'));
  });
});
