import type { FaceAction, FaceSample } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { clearFaceBlock } from '../face-history';
import type { Answer } from '../testing-browser';
import { createFace, descriptorsOf } from '../testing-face';
import { askedFor, type FaceCustomer, loginWithFace, registerWithFace, showFace } from '../testing-face-flows';
import { type Bank, login, openBank, PASSWORD, stepUp } from '../testing-flows';
import { createTypist, type Typist } from '../testing-typists';
import { verifierContext } from '../verifier-internals';

const READY = { typing: { readyAt: 5, codeEveryNth: 1_000_000 } } as const;
const YOUNG = { typing: { readyAt: 50, codeEveryNth: 1_000_000 } } as const;

/**
 * Somebody who has the password and a photograph, and speaks HTTP alone: no camera, no page. The descriptors are computed from the photograph, the
 * frames are those that a person would make who does what is asked.
 */
function attackerOf(bank: Bank, victim: FaceCustomer, seed: number) {
  const stolen = createFace(1, { day: seed });
  const browser = bank.browser(`198.51.100.${seed % 250}`);
  const forge = (actions: readonly FaceAction[]): FaceSample => {
    const forged = createFace(5_000 + seed).look(actions);
    const descriptors = [...forged.descriptors.slice(0, 2), ...forged.descriptors.slice(-2)];
    const computed = descriptorsOf(stolen);
    return { ...forged, descriptors: descriptors.map(([at], i) => [at, computed[i]!]) };
  };
  const self: FaceCustomer = { ...victim, browser };
  return {
    self,
    browser,
    forge,
    async signIn(typist: Typist | null, sample: typeof forge = forge): Promise<Answer> {
      const asked = await login(self, { typing: typist === null ? null : typist.sample() });
      return askedFor(asked).actions === undefined ? asked : showFace(self, asked, sample);
    },
  };
}

/** The owner signs in with the code. */
async function giveCode(ada: FaceCustomer): Promise<void> {
  const asked = await login(ada);
  const code = askedFor(asked).actions === undefined ? asked : await ada.browser.post('/step-up/use-code');
  expect((await stepUp(ada, code)).body).toMatchObject({ status: 'signed-in' });
}

/** What a code of the owner's does for the tries of others. */
function startAnew({ verifier, host }: Bank): Promise<void> {
  const ctx = verifierContext(verifier);
  return ctx.store.transaction((tx) => clearFaceBlock(ctx, tx, ctx.subjectOf(host.registered[0]!)));
}

const stranger = (seed: number) => createTypist(900 + seed, { keys: PASSWORD.length });

describe('an attacker with the password and a photograph, by HTTP alone', () => {
  it('passes the face: the numbers of a photograph are as good as those of the person', async () => {
    const bank = await openBank({ policy: READY });
    const ada = await registerWithFace(bank);
    const { signIn, self } = attackerOf(bank, ada, 1);
    await bank.newMailsFor(ada.email);
    const answer = await signIn(null);
    expect(answer.body).toMatchObject({ status: 'step-up', next: 'matrix-code' });
    // No alarm of the face: the owner hears of the sign-in that was not completed.
    expect(await bank.newMailsFor(ada.email)).toEqual([]);
    bank.advance(301_000);
    expect(await bank.newMailsFor(ada.email)).toEqual(['A sign-in was not completed']);
    expect((await self.browser.get('/security')).status).toBe(401);
  });

  it('is stopped by typing on a ready template, and the owner is told', async () => {
    const bank = await openBank({ policy: READY });
    const ada = await registerWithFace(bank);
    let inside = 0;
    for (let i = 0; i < 25; i++) {
      const { signIn, self } = attackerOf(bank, ada, i);
      const answer = await signIn(stranger(i));
      inside += (answer.body as { status: string }).status === 'signed-in' ? 1 : 0;
      expect((await self.browser.get('/security')).status).toBe((answer.body as { status: string }).status === 'signed-in' ? 200 : 403);
      bank.advance(86_400_000);
      await startAnew(bank);
    }
    expect(inside).toBeLessThanOrEqual(1);
    expect(await bank.newMailsFor(ada.email)).toContain('A sign-in that did not look like you');
  });

  it('is stopped by typing so far on a young template, mostly', async () => {
    const bank = await openBank({ policy: YOUNG });
    const ada = await registerWithFace(bank);
    let inside = 0;
    for (let i = 0; i < 25; i++) {
      const { signIn } = attackerOf(bank, ada, i);
      inside += ((await signIn(stranger(i))).body as { status: string }).status === 'signed-in' ? 1 : 0;
      bank.advance(86_400_000);
      await startAnew(bank);
    }
    expect(inside).toBeLessThan(5);
  });

  it('may try twice whether his typing goes with the photograph, and the owner hears of each; then it is the code until one is right', async () => {
    const bank = await openBank({ policy: YOUNG });
    const ada = await registerWithFace(bank);
    await bank.newMailsFor(ada.email);
    const { signIn, self } = attackerOf(bank, ada, 1);
    const alerts = async () => {
      await bank.flows.runJobs();
      const { records } = await bank.verifier.exportSubject({ subject: bank.host.registered[0]! });
      return (records.alert ?? []).map(({ code }) => code);
    };
    expect((await signIn(stranger(1))).body).toMatchObject({ next: 'matrix-code' });
    expect(await bank.newMailsFor(ada.email)).toEqual([]);
    // The next try takes the place of the one before it in the same browser.
    expect((await login(self, { typing: stranger(2).sample() })).body).toMatchObject({ next: 'face' });
    expect(await bank.newMailsFor(ada.email)).toEqual(['A sign-in was not completed']);
    expect(await alerts()).toEqual(['step-up-abandoned']);
    expect((await signIn(stranger(3))).body).toMatchObject({ next: 'matrix-code' });
    expect((await login(self, { typing: stranger(4).sample() })).body).toMatchObject({
      next: 'matrix-code',
      coordinates: expect.any(Array),
    });
    expect(await bank.newMailsFor(ada.email)).toEqual(['A sign-in was not completed']);
    const twin = createTypist(1, { keys: PASSWORD.length, day: 9 });
    expect((await signIn(twin)).body).toMatchObject({ next: 'matrix-code' });
    bank.advance(30_000);
    await giveCode(ada);
    expect((await loginWithFace(ada)).body).toMatchObject({ status: 'signed-in' });
  });

  it('may not have a third try in a sign-in that was begun before', async () => {
    const bank = await openBank({ policy: YOUNG });
    const ada = await registerWithFace(bank);
    const [first, second, third] = [1, 2, 3].map((seed) => attackerOf(bank, ada, seed));
    const twin = createTypist(1, { keys: PASSWORD.length, day: 9 });
    const early = await login(third!.self, { typing: twin.sample() });
    expect(early.body).toMatchObject({ next: 'face' });
    await first!.signIn(stranger(1));
    await second!.signIn(stranger(2));
    expect((await showFace(third!.self, early, third!.forge)).body).toMatchObject({ next: 'matrix-code' });
  });

  it('gets in who types like the owner as well, and then can neither confirm anything nor teach the template', async () => {
    for (const policy of [READY, YOUNG]) {
      const bank = await openBank({ policy });
      const ada = await registerWithFace(bank);
      const before = ((await ada.browser.get('/security')).body.typing as { learned: number }).learned;
      const { signIn, browser } = attackerOf(bank, ada, 1);
      const twin = createTypist(1, { keys: PASSWORD.length, day: 9 });
      expect((await signIn(twin)).body).toMatchObject({ status: 'signed-in' });
      expect((await browser.get('/security')).body).toMatchObject({ typing: { learned: before } });
      expect((await browser.post('/face/start', { confirmation: 'forged', consent: 'granted' })).status).toBe(403);
      const asked = await browser.post('/step-up/start', { purpose: 'transfer', binding: 'all of it' });
      expect(Object.keys(asked.body)).toContain('coordinates');
      expect(await browser.post('/step-up', { challenge: asked.body.challenge, code: 'AAAAAA' })).toMatchObject({ status: 401 });
      expect((await browser.post('/step-up/face/start')).status).toBe(403);
    }
  });

  // docs/threat-model.md says it.
  it('passes the face with what the wire gave away before, where every descriptor is altered by 1e-4', async () => {
    const bank = await openBank({ policy: READY });
    const ada = await registerWithFace(bank);
    let recorded: FaceSample | undefined;
    await showFace(ada, await login(ada), (actions) => {
      recorded = ada.face.look(actions);
      return recorded;
    });
    const { signIn } = attackerOf(bank, ada, 2);
    const twin = createTypist(1, { keys: PASSWORD.length, day: 9 });
    const altered = await signIn(twin, (actions) => {
      const look = createFace(778).look(actions);
      return {
        ...look,
        descriptors: look.descriptors.map(([at], i) => [at, recorded!.descriptors[i]![1].map((v, j) => (j === 0 ? v + 1 : v))]),
      };
    });
    expect(altered.body).toMatchObject({ status: 'signed-in' });
  });

  it('without a photograph, or with the very numbers that the wire gave away before, gets the code to answer, and the owner an alarm', async () => {
    const bank = await openBank({ policy: READY });
    const ada = await registerWithFace(bank);
    let recorded: FaceSample | undefined;
    await showFace(ada, await login(ada), (actions) => {
      recorded = ada.face.look(actions);
      return recorded;
    });
    await bank.newMailsFor(ada.email);
    const { signIn, self } = attackerOf(bank, ada, 2);
    const twin = createTypist(1, { keys: PASSWORD.length, day: 9 });
    const guessed = await signIn(twin, createFace(777).look);
    expect(guessed.body).toMatchObject({ next: 'matrix-code' });
    const replayed = await signIn(twin, (actions) => {
      const look = createFace(778).look(actions);
      return { ...look, descriptors: look.descriptors.map(([at], i) => [at, recorded!.descriptors[i]![1]]) };
    });
    expect(replayed.body).toMatchObject({ next: 'matrix-code' });
    expect(Object.keys(replayed.body)).toEqual(Object.keys(guessed.body));
    expect((await bank.newMailsFor(ada.email)).sort()).toEqual([
      'A recorded face was refused',
      'A sign-in with a face that did not look like you',
    ]);
    expect((await stepUp({ ...self, card: ada.card }, replayed)).status).toBe(200);
  });
});
