import { FACE_FRAME_POLICY } from '@tacit-auth/capture/face';
import type { BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Applicant } from './support/applicant';
import { Bank } from './support/bank';
import { openBrowser, openVisitor } from './support/browser';
import { FaceCamera, hasPhotos, type Model, type WatchedCamera, watchCamera } from './support/face-camera';
import { inspect } from './support/inspect';
import { person, typist } from './support/people';
import { lastPosted, type Posted, postedBodies } from './support/probes';
import { RemoteCustomer } from './support/remote-customer';
import { tabTo } from './support/tab-keys';

const people = hasPhotos ? 'photographs that are made to move' : 'a drawn face, because there are no photographs under TACIT_DATA';
/** A face is looked for in a few frames a second on a busy machine. */
const LOOK_MS = 90_000;

let bank: Bank;
beforeAll(async () => {
  bank = await Bank.start({
    policy: {
      typing: { readyAt: 6, codeEveryNth: 1_000 },
      throttle: { failures: 100, cap: 1_000 },
      registration: { passwordEntries: 3, texts: 0, perHour: 1_000 },
    },
  });
});
afterAll(() => bank?.stop());

describe(`with a camera (${people})`, () => {
  let camera: FaceCamera;
  let context: BrowserContext;
  let page: Page;
  let problems: string[];
  let posted: Posted[];
  let watched: WatchedCamera;
  let owner: Applicant;
  let remote: RemoteCustomer;
  beforeAll(async () => {
    camera = await FaceCamera.open();
    const who = person('Fay Face');
    ({ context, page, problems } = await openVisitor(camera.browser, bank.origin));
    watched = await watchCamera(page);
    posted = postedBodies(context);
    owner = new Applicant(page, { person: who, typist: typist('brisk', 40) });
    remote = new RemoteCustomer(bank.origin, who, owner.typist);
  });
  afterAll(() => camera?.close());
  beforeEach(() => {
    posted.length = 0;
  });
  afterEach(async () => {
    // In every case: the camera is off, nothing came from elsewhere, and no policy was broken.
    expect([...new Set(await watched.tracks()), ...problems]).toEqual(['ended']);
    expect(await page.locator('iframe').count()).toBe(0);
  });

  const face = () => page.getByRole('region', { name: 'Your face' });

  async function look(model: Model, { light = 1, start = 'Start the camera' } = {}): Promise<void> {
    await camera.show(model, await watched.actions(), light);
    await page.getByRole('checkbox', { name: 'Give me more time for each step' }).check();
    await page.getByRole('button', { name: start }).click();
    await page.getByRole('button', { name: 'Stop the camera' }).waitFor();
  }

  it('lets the owner register with the face', async () => {
    await owner.open();
    await owner.proceed();
    expect(await page.getByRole('radio', { name: /face/ }).count()).toBe(0);
    await page.getByRole('radio', { name: /^Use typing/ }).check();
    expect(await page.getByRole('radio', { name: 'Without my face' }).isChecked()).toBe(true);
    await owner.choose('granted', { withFace: true });
    await owner.sees('Your face');
    await look('owner');
    await page.getByRole('heading', { level: 1, name: 'Your details' }).waitFor({ timeout: LOOK_MS });
    // Numbers left the browser, and no picture.
    const { sample } = lastPosted<{ sample: object }>(posted, '/auth/register/face');
    expect(Object.keys(sample).sort()).toEqual(['descriptors', 'frames', 'pipeline', 'version']);
    expect(JSON.stringify(sample)).toMatch(/^[-[\]{}",:a-z0-9/]+$/);
    await owner.giveDetails();
    await owner.choosePassword();
    await owner.sees('Type your password');
    for (let entry = 0; entry < 3; entry += 1) await owner.enterOnce();
    await owner.proceed();
    remote.card = await owner.readCard();
    await owner.confirm({ emailCode: await owner.mailedCode() });
    await owner.sees('Welcome to Fernhill');
    await page.getByText('you look into the camera after your password').waitFor();
    await page.getByRole('link', { name: 'Go to my accounts' }).click();
    await owner.signOut();
  });

  it('signs the owner in by password, typing and face', async () => {
    // The card takes the face's place as often as the owner likes; each time typing learns.
    for (let times = 0; times < 4; times += 1) expect((await remote.signIn()).body).toMatchObject({ status: 'signed-in' });
    await owner.enterPassword();
    await owner.sees('Look into the camera');
    await look('owner-later', { light: 0.97 });
    await page.getByRole('heading', { level: 1, name: 'Your accounts' }).waitFor({ timeout: LOOK_MS });
    await owner.go('Security');
    await page.getByRole('table', { name: 'Sign-ins, newest first' }).getByText('Password, typing and face').waitFor();
    await owner.signOut();
  });

  if (hasPhotos) {
    it('sends another person, who knows the password and types like the owner, to the card', async () => {
      await owner.enterPassword();
      await owner.sees('Look into the camera');
      await look('stranger');
      await page.getByRole('heading', { level: 1, name: 'Please confirm with your card' }).waitFor({ timeout: LOOK_MS });
      expect(await page.getByRole('main').textContent()).not.toMatch(/face|camera/i);
      await page.getByRole('button', { name: 'Cancel and sign out' }).click();
      await owner.sees('Sign in');
    });
  } else {
    it('another person is not shown, because there are no photographs under TACIT_DATA', () => {
      expect(hasPhotos).toBe(false);
    });
  }

  it('lets the card take its place, without giving a reason', async () => {
    await owner.enterPassword();
    await owner.sees('Look into the camera');
    await look('owner');
    await page.getByRole('button', { name: 'Use my card instead' }).click();
    await owner.sees('Please confirm with your card');
    await owner.answerCard();
    await owner.sees('Your accounts');
    await owner.signOut();
  });

  it('asks for the face again where the page was loaded anew', async () => {
    await owner.enterPassword();
    await owner.sees('Look into the camera');
    await page.reload();
    await owner.sees('Look into the camera');
    await page.getByRole('button', { name: 'Start the camera' }).click();
    await page.getByRole('button', { name: 'Stop the camera' }).click();
    await page.getByRole('button', { name: 'Start the camera' }).waitFor();
    await page.getByRole('button', { name: 'Cancel and sign out' }).click();
    await owner.sees('Sign in');
  });

  it('sets the face up anew under the card, in My security', async () => {
    await owner.enterPassword();
    await page.getByRole('button', { name: 'Use my card instead' }).click();
    await owner.answerCard();
    await owner.sees('Your accounts');
    await owner.go('Security');
    await page.getByRole('link', { name: 'Set up my face again' }).click();
    await owner.sees('Set up your face');
    await page.getByRole('button', { name: 'I agree: use my face' }).click();
    await owner.answerCard();
    await page.getByRole('button', { name: 'Start the camera' }).waitFor();
    await look('owner', { light: 1.04 });
    await page.getByRole('heading', { level: 1, name: 'My security' }).waitFor({ timeout: LOOK_MS });
    await face().getByText(/^On$/).waitFor();
  });

  it('deletes it under the card, and then signs in without it', async () => {
    await page.getByRole('button', { name: 'Delete my face' }).click();
    await page.getByRole('dialog', { name: 'Delete my face' }).waitFor();
    await owner.answerCard();
    await face().getByText(/^Off$/).waitFor();
    await face().getByText('You agreed that we may use your face.').waitFor();
    await page.getByRole('button', { name: 'Withdraw my consent' }).click();
    await owner.answerCard();
    await face().getByText('You agreed that we may use your face.').waitFor({ state: 'detached' });
    await owner.signOut();
    expect(await owner.enterPassword()).toBe('accounts');
    await owner.sees('Your accounts');
  });
});
