import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FACE_PIPELINE } from '../../../packages/capture/face-e2e/support/node-describer';
import { Bank } from './support/bank';
import { allRefused, bankingAnswers } from './support/banking-calls';
import { hasPhotos } from './support/face-camera';
import { type Forge, forgedFace } from './support/forged-face';
import type { Answer } from './support/http-client';
import { PATIENCE_MS } from './support/patience';
import { person, RHYTHMS, typist } from './support/people';
import { distanceOf, type Photo, photoDescriptors } from './support/photo-descriptors';
import { RemoteCustomer } from './support/remote-customer';

/**
 * What docs/threat-model.md says of somebody who has the password and a photograph, and no card: with descriptors that the networks make of a picture, and
 * without a browser or a camera. Whose typing it is decides; the face opens nothing that typing does not.
 */
const people = hasPhotos ? 'photographs' : 'a drawn face, because there are no photographs under TACIT_DATA';
const READY_AT = 8;
const ATTACKERS = 8;

let bank: Bank;
let payee: string;
/** Looks made of one photograph of the owner, of another one, and of somebody else. */
const faces = {} as Record<Photo, Forge>;

beforeAll(async () => {
  bank = await Bank.start({
    policy: {
      typing: { readyAt: READY_AT, codeEveryNth: 1_000_000 },
      throttle: { failures: 100, cap: 1_000 },
      registration: { texts: 0, perHour: 1_000 },
    },
  });
  const started = performance.now();
  const describePhoto = await photoDescriptors(bank.origin);
  const described = {} as Record<Photo, Float32Array[]>;
  for (const photo of ['owner', 'ownerLater', 'stranger'] as const) {
    described[photo] = await describePhoto(photo);
    faces[photo] = forgedFace({ pipeline: FACE_PIPELINE, descriptors: described[photo] });
  }
  const apart = (photo: Photo) => distanceOf(described.owner[0]!, described[photo][0]!).toFixed(3);
  console.info(
    `6 descriptors of ${hasPhotos ? 'photographs' : 'drawings'} in ${((performance.now() - started) / 1_000).toFixed(1)} s; ` +
      `from the enrolled picture: another of the owner ${apart('ownerLater')}, a stranger ${apart('stranger')}`,
  );
  const other = new RemoteCustomer(bank.origin, person('Photo Payee'), typist('steady'));
  await other.register();
  payee = (await other.account()).number;
});
afterAll(() => bank?.stop());

const subjects = async (owner: RemoteCustomer) => (await owner.mails()).map(({ subject }) => subject);

async function ownerOf(name: string, { isReady, seed }: { isReady: boolean; seed: number }): Promise<RemoteCustomer> {
  const owner = new RemoteCustomer(bank.origin, person(name), typist('brisk', 70 + seed));
  if (isReady) await owner.becomeReady({ face: faces.owner });
  else expect((await owner.register({ face: faces.owner })).status).toBe(201);
  return owner;
}

/** Somebody in another browser who knows the password of the owner, and has hands of his own, or the owner's. */
function attackerOf(owner: RemoteCustomer, hands: number | 'like the owner'): RemoteCustomer {
  const rhythms = Object.keys(RHYTHMS) as Array<keyof typeof RHYTHMS>;
  const typing = hands === 'like the owner' ? owner.typist : typist(rhythms[hands % rhythms.length]!, 500 + hands);
  return new RemoteCustomer(bank.origin, owner.person, typing);
}

/** Password, typing and a look made of another photograph of the owner. */
async function enter(attacker: RemoteCustomer, face: Forge = faces.ownerLater): Promise<Answer> {
  const asked = await attacker.login();
  expect(asked.body).toMatchObject({ status: 'step-up', next: 'face' });
  return attacker.showFace(asked, face);
}

/** How many of different people get in, each by one try. After two tries the owner gives a code, or the face would not be asked for any more. */
async function inside(owner: RemoteCustomer): Promise<number> {
  let signedIn = 0;
  for (let hands = 0; hands < ATTACKERS; hands += 1) {
    const attacker = attackerOf(owner, hands);
    const { body } = await enter(attacker);
    expect(['signed-in', 'matrix-code']).toContain(body.status === 'signed-in' ? body.status : body.next);
    signedIn += body.status === 'signed-in' ? 1 : 0;
    expect((await attacker.client.get('/api/accounts')).status).toBe(body.status === 'signed-in' ? 200 : 403);
    if (hands % 2 === 1) expect((await owner.signIn()).body.status).toBe('signed-in');
  }
  return signedIn;
}

describe(`the password and ${people}, by HTTP alone`, () => {
  it('pass the face, and typing decides: the hands of others are stopped by a ready template, and the owner is told', async () => {
    const owner = await ownerOf('Rita Ready', { isReady: true, seed: 1 });
    const signedIn = await inside(owner);
    console.info(`a ready template: ${signedIn} of ${ATTACKERS} other typists get in with a photograph`);
    expect(signedIn).toBe(0);
    await expect.poll(() => subjects(owner), { timeout: PATIENCE_MS }).toContain('A sign-in that did not look like you');
    // Of the face there was nothing to tell: it was the owner's.
    expect((await subjects(owner)).filter((subject) => /face/.test(subject))).toEqual([]);
  });

  it('pass the face of a young template, typing so far stops most, and after two tries it is the code until one is right', async () => {
    let signedIn = 0;
    for (let hands = 0; hands < ATTACKERS; hands += 2) {
      const owner = await ownerOf(`Yola Young ${'ABCDEFGH'[hands]}`, { isReady: false, seed: 10 + hands });
      let refused = 0;
      for (const hand of [hands, hands + 1]) {
        const { body } = await enter(attackerOf(owner, hand));
        refused += body.status === 'signed-in' ? 0 : 1;
      }
      signedIn += 2 - refused;
      if (refused < 2) continue;
      const third = await attackerOf(owner, 'like the owner').login();
      expect(third.body).toMatchObject({ status: 'step-up', next: 'matrix-code' });
      expect((await owner.signIn()).body.status).toBe('signed-in');
      expect((await enter(attackerOf(owner, 'like the owner'))).body.status).toBe('signed-in');
    }
    console.info(`a young template of 5 entries: ${signedIn} of ${ATTACKERS} other typists get in with a photograph`);
    expect(signedIn).toBeLessThanOrEqual(ATTACKERS / 4);
  });

  it.each([
    ['a recording of the owner’s typing', 'recording', 'A recorded sign-in was refused'],
    ['no typing', 'none', 'A sign-in was not completed'],
  ] as const)('do not get in with %s', async (_, hands, told) => {
    const owner = await ownerOf(`Olaf Own ${hands}`, { isReady: true, seed: 30 });
    const recorded = owner.secret();
    const seen = await owner.login({ typing: recorded });
    expect((await owner.showFace(seen, faces.owner)).body.status).toBe('signed-in');
    const attacker = attackerOf(owner, 'like the owner');
    const asked = await attacker.login({ typing: hands === 'recording' ? recorded : null });
    if (hands === 'recording') {
      expect([asked.status, asked.body.error?.code]).toEqual([401, 'ERR_CREDENTIALS']);
    } else {
      expect((await attacker.showFace(asked, faces.ownerLater)).body).toMatchObject({ status: 'step-up', next: 'matrix-code' });
      expect((await attacker.client.post('/auth/logout', {})).status).toBe(200);
    }
    await expect.poll(() => subjects(owner), { timeout: PATIENCE_MS }).toContain(told);
    expect((await attacker.client.get('/api/accounts')).status).toBe(401);
  });

  it('never lift a restricted session: there is no second face, and the code is what opens it', async () => {
    const owner = await ownerOf('Resi Restricted', { isReady: true, seed: 31 });
    const account = { id: (await owner.account()).id, payee };
    const attacker = attackerOf(owner, 3);
    const asked = await attacker.login();
    const used = await attacker.showFace(asked, faces.ownerLater);
    expect(used.body).toMatchObject({ status: 'step-up', next: 'matrix-code' });
    expect(await bankingAnswers(attacker.client, account)).toEqual(allRefused('403 ERR_SESSION_SCOPE'));
    const again = await attacker.client.post('/auth/step-up/face/start', {});
    expect([again.status, again.body.error?.code]).toEqual([403, 'ERR_SESSION_SCOPE']);
    // Nor the question that was answered, nor one of another sign-in that was put by.
    expect((await attacker.showFace(asked, faces.ownerLater)).body.error?.code).toBe('ERR_CHALLENGE_USED');
    const kept = await attacker.login();
    expect((await attacker.client.post('/auth/step-up/use-code', {})).body.next).toBe('matrix-code');
    expect((await attacker.showFace(kept, faces.ownerLater)).body.error?.code).toBe('ERR_SESSION_SCOPE');
    expect(await bankingAnswers(attacker.client, account)).toEqual(allRefused('403 ERR_SESSION_SCOPE'));
  });

  it.each([
    ['a ready template', true],
    ['a young template', false],
  ])(
    'let in who types like the owner as well, on %s: who can then neither pay, nor change a thing, nor teach, nor open a lock',
    async (_, isReady) => {
      const owner = await ownerOf(`Theo Twin ${isReady}`, { isReady, seed: 40 });
      const learned = async (who: RemoteCustomer) =>
        ((await who.client.get('/auth/security')).body as unknown as { typing: { learned: number; state: string } }).typing;
      const before = await learned(owner);
      const twin = attackerOf(owner, 'like the owner');
      for (let times = 0; times < 3; times += 1) expect((await enter(twin)).body.status).toBe('signed-in');
      expect(await learned(twin)).toMatchObject({ learned: before.learned, state: before.state });

      const { id, balance } = await twin.account();
      const pay = await twin.client.post(
        '/api/transfers',
        { from: id, to: payee, amount: 70_000, reference: 'Rent' },
        { 'idempotency-key': 'without-card' },
      );
      expect([pay.status, pay.body.error?.code]).toEqual([403, 'ERR_CONFIRMATION_NEEDED']);
      for (const [path, body] of [
        ['/auth/face/start', { consent: 'granted' }],
        ['/auth/face/delete', {}],
        ['/auth/export', {}],
        ['/auth/erase', {}],
      ] as const) {
        const refused = await twin.client.post(path, { ...body, confirmation: 'face' });
        expect([path, refused.status, refused.body.error?.code]).toEqual([path, 403, 'ERR_CONFIRMATION']);
      }
      expect((await twin.client.post('/auth/step-up/face/start', {})).body.error?.code).toBe('ERR_SESSION_SCOPE');
      expect((await twin.account()).balance).toBe(balance);

      expect((await twin.client.post('/auth/lock', {})).body.state).toBe('locked');
      expect((await twin.client.post('/auth/step-up/face/start', {})).status).not.toBe(200);
      expect(await bankingAnswers(twin.client, { id, payee })).toEqual(allRefused('423 ERR_SESSION_LOCKED'));
    },
  );

  it('are told from the face of another, and from the very numbers that the wire gave away; the owner hears of both', async () => {
    const owner = await ownerOf('Alma Alarm', { isReady: true, seed: 50 });
    const noted: ReturnType<Forge>[] = [];
    const recorder: Forge = (actions) => {
      const look = faces.owner(actions);
      noted.push(look);
      return look;
    };
    expect((await owner.showFace(await owner.login(), recorder)).body.status).toBe('signed-in');
    const attacker = attackerOf(owner, 'like the owner');
    const other: Forge = hasPhotos
      ? faces.stranger
      : (actions) => {
          // Drawn faces are all of one person: the descriptor of nobody.
          const look = faces.owner(actions);
          return {
            ...look,
            descriptors: look.descriptors.map(([at, values]) => [at, values.map((value, i) => (i % 2 === 0 ? -value : value))]),
          };
        };
    expect((await enter(attacker, other)).body).toMatchObject({ status: 'step-up', next: 'matrix-code' });
    const recorded: Forge = (actions) => {
      const look = faces.ownerLater(actions);
      return { ...look, descriptors: look.descriptors.map(([at], i) => [at, noted[0]?.descriptors[i]?.[1] ?? []]) };
    };
    expect((await enter(attacker, recorded)).body).toMatchObject({ status: 'step-up', next: 'matrix-code' });
    await expect
      .poll(() => subjects(owner), { timeout: PATIENCE_MS })
      .toEqual(expect.arrayContaining(['A sign-in with a face that did not look like you', 'A recorded face was refused']));
  });
});
