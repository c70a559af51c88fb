import { FACE_FRAME_POLICY } from '@tacit-auth/capture/face';
import type { BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Applicant } from './support/applicant';
import { Bank } from './support/bank';
import { openBrowser, openVisitor } from './support/browser';
import { FaceCamera, hasPhotos, type Model, type WatchedCamera, watchCamera } from './support/face-camera';
import { inspectClosely } from './support/inspect';
import { person, typist } from './support/people';
import { lastPosted, type Posted, postedBodies } from './support/probes';
import { RemoteCustomer } from './support/remote-customer';
import { tabTo } from './support/tab-keys';

const people = hasPhotos ? 'photographs that are made to move' : 'a drawn face, because there are no photographs under TACIT_DATA';
/** A face is looked for in a few frames a second on a busy machine. */
const LOOK_MS = 200_000;
// A look, and what is typed and clicked before and after it.
vi.setConfig({ testTimeout: 2 * LOOK_MS });

let bank: Bank;
beforeAll(async () => {
  bank = await Bank.start({
    policy: {
      typing: { readyAt: 8, codeEveryNth: 1_000_000 },
      throttle: { failures: 100, cap: 1_000 },
      registration: { passwordEntries: 5, texts: 0, perHour: 1_000 },
    },
  });
});
afterAll(() => bank?.stop());

/** A browser with a camera that its user never allows. */
const DENYING = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream=deny'];

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
    expect(problems).toEqual([]);
    expect(await watched.tracks()).not.toContain('live');
    expect(await page.locator('iframe').count()).toBe(0);
  });

  const face = () => page.getByRole('region', { name: 'Your face' });

  async function look(model: Model, { light = 1, start = 'Start the camera' } = {}): Promise<void> {
    await camera.show(model, await watched.actions(), light);
    await page.getByRole('checkbox', { name: 'Give me more time for each step' }).check();
    await page.getByRole('button', { name: start }).click();
    await page.getByRole('button', { name: 'Stop the camera' }).waitFor();
  }

  /** The look is over: the page goes on, and the camera is off. */
  async function goesOn(heading: string): Promise<void> {
    await page.getByRole('heading', { level: 1, name: heading }).waitFor({ timeout: LOOK_MS });
    expect(await watched.tracks()).toEqual(['ended']);
  }

  it('is in order on every page with a camera, and says what it sees', async () => {
    const wrong: string[] = [];
    await owner.open();
    await owner.proceed();
    await page.getByRole('radio', { name: /^Use typing/ }).check();
    await page.getByText('What the camera is used for').click();
    wrong.push(...(await inspectClosely(page, 'register-face-choice')));
    await owner.choose('granted', { withFace: true });
    await owner.sees('Your face');
    wrong.push(...(await inspectClosely(page, 'register-face')));
    await camera.show('owner', []);
    await page.getByRole('checkbox', { name: 'Give me more time for each step' }).check();
    await page.getByRole('button', { name: 'Start the camera' }).click();
    await page.getByText(/^Movement 1 of 2$/).waitFor({ timeout: LOOK_MS });
    await page
      .getByRole('status')
      .getByText(/Close both eyes|Turn your head/)
      .waitFor();
    wrong.push(...(await inspectClosely(page, 'register-face-camera')));
    await page.getByRole('button', { name: 'Stop the camera' }).click();
    await page.getByRole('button', { name: 'Start the camera' }).waitFor();
    expect(await watched.tracks()).toEqual(['ended']);
    expect(posted.map(({ path }) => path)).toEqual(['/auth/register/start']);
    expect(wrong).toEqual([]);
  });

  it('lets the owner register with the face', async () => {
    await owner.open();
    await owner.proceed();
    expect(await page.getByRole('radio', { name: /face/ }).count()).toBe(0);
    await page.getByRole('radio', { name: /^Use typing/ }).check();
    expect(await page.getByRole('radio', { name: 'Without my face' }).isChecked()).toBe(true);
    await owner.choose('granted', { withFace: true });
    await owner.sees('Your face');
    await look('owner');
    await goesOn('Your details');
    // Numbers left the browser, and no picture.
    const { sample } = lastPosted<{ sample: object }>(posted, '/auth/register/face');
    expect(Object.keys(sample).sort()).toEqual(['descriptors', 'frames', 'pipeline', 'version']);
    expect(JSON.stringify(sample)).toMatch(/^[-[\]{}",:a-z0-9/]+$/);
    await owner.giveDetails();
    await owner.choosePassword();
    await owner.sees('Type your password');
    for (let entry = 0; entry < 5; entry += 1) await owner.enterOnce();
    await owner.proceed();
    remote.card = await owner.readCard();
    await owner.confirm({ emailCode: await owner.mailedCode() });
    await owner.sees('Welcome to Fernhill');
    await page.getByText('you look into the camera after your password').waitFor();
    await page.getByRole('link', { name: 'Go to my accounts' }).click();
    await owner.signOut();
  });

  it('signs the owner in by password and face while typing is young, and learns nothing by it', async () => {
    await owner.enterPassword();
    await owner.sees('Look into the camera');
    await look('owner-later', { light: 1.03 });
    await goesOn('Your accounts');
    await owner.go('Security');
    const newest = page.getByRole('table', { name: 'Sign-ins, newest first' }).getByRole('row').nth(1);
    await newest.getByText('Password and face').waitFor();
    await page.getByText('Learning 5 of 8').waitFor();
    await owner.signOut();
  });

  it('signs the owner in by password, typing and face', async () => {
    // The card takes the face's place as often as the owner likes; each time typing learns.
    for (let times = 0; times < 4; times += 1) expect((await remote.signIn()).body).toMatchObject({ status: 'signed-in' });
    await owner.enterPassword();
    await owner.sees('Look into the camera');
    await look('owner-later', { light: 0.97 });
    await goesOn('Your accounts');
    await owner.go('Security');
    await page.getByRole('table', { name: 'Sign-ins, newest first' }).getByText('Password, typing and face').waitFor();
    await owner.signOut();
  });

  if (hasPhotos) {
    it('sends another person, who knows the password and types like the owner, to the card', async () => {
      await owner.enterPassword();
      await owner.sees('Look into the camera');
      await look('stranger');
      await goesOn('Please confirm with your card');
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
    expect(await inspectClosely(page, 'step-up-face')).toEqual([]);
    await look('owner');
    await page.getByRole('button', { name: 'Use my card instead' }).click();
    await owner.sees('Please confirm with your card');
    await owner.answerCard();
    await owner.sees('Your accounts');
    await owner.signOut();
  });

  it.each([
    ['without a camera', [], 'We found no camera.'],
    ['that refuses the camera', DENYING, 'Your browser did not allow the camera.'],
  ])('says so in a browser %s, and takes the card', async (_, args, words) => {
    const other = await openBrowser(args);
    const visitor = await openVisitor(other, bank.origin);
    const there = new Applicant(visitor.page, owner);
    there.card = owner.card;
    await there.enterPassword();
    await there.sees('Look into the camera');
    await tabTo(visitor.page, 'Start the camera');
    await visitor.page.keyboard.press('Enter');
    await visitor.page.getByRole('alert').getByText(words).waitFor();
    await tabTo(visitor.page, 'Try again');
    await tabTo(visitor.page, 'Use my card instead');
    await visitor.page.keyboard.press('Enter');
    await there.sees('Please confirm with your card');
    await there.answerCard();
    await there.sees('Your accounts');
    expect(visitor.problems).toEqual([]);
    await other.close();
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
    await face().getByText(/^On$/).waitFor();
    expect(await inspectClosely(page, 'security-with-face')).toEqual([]);
    await page.getByRole('link', { name: 'Set up my face again' }).click();
    await owner.sees('Set up your face');
    expect(await inspectClosely(page, 'security-face')).toEqual([]);
    await page.getByRole('button', { name: 'I agree: use my face' }).click();
    await owner.answerCard();
    await page.getByRole('button', { name: 'Start the camera' }).waitFor();
    await look('owner', { light: 1.04 });
    await goesOn('My security');
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

it('goes on without the face where there is no camera after all, and keeps nothing of it', async () => {
  const browser = await openBrowser();
  const { context, page, problems } = await openVisitor(browser, bank.origin);
  const posted = postedBodies(context);
  const applicant = new Applicant(page, { person: person('Nora Nocam'), typist: typist('steady', 41) });
  await applicant.open();
  await applicant.choose('granted', { withFace: true });
  await applicant.sees('Your face');
  await page.getByRole('button', { name: 'Start the camera' }).click();
  await page.getByRole('alert').getByText('We found no camera.').waitFor();
  expect(await inspectClosely(page, 'register-face-problem')).toEqual([]);
  await page.getByRole('button', { name: 'Go on without my face' }).click();
  await applicant.sees('Open an account');
  await page.getByRole('status').getByText('Your face is not used').waitFor();
  expect(await page.getByRole('radio', { name: 'Without my face' }).isChecked()).toBe(true);
  expect(await inspectClosely(page, 'register-face-left')).toEqual([]);
  await applicant.proceed();
  await applicant.sees('Your details');
  const starts = posted.filter(({ path }) => path === '/auth/register/start');
  expect(starts.map(({ body }) => (body as { consent: { face: string } }).consent.face)).toEqual(['granted', 'declined']);
  expect(posted).toHaveLength(starts.length);
  expect(problems).toEqual([]);
  await browser.close();
});

it('allows evaluation to the frame alone, and the camera to this origin', async () => {
  const policyOf = async (path: string) => {
    const { headers } = await fetch(`${bank.origin}${path}`);
    return [headers.get('content-security-policy'), headers.get('permissions-policy'), headers.get('x-content-type-options')];
  };
  for (const path of ['/', '/register', '/step-up', '/security/face', '/face', '/api/accounts', '/assets/mark.svg']) {
    const [policy, permissions, sniffing] = await policyOf(path);
    expect(policy).toMatch(/default-src 'self'; script-src 'self'; style-src 'self';.* frame-src 'self';.* frame-ancestors 'none'/);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(permissions).toMatch(/camera=\(self\).*microphone=\(\)/);
    expect(sniffing).toBe('nosniff');
  }
  for (const path of ['/face/frame.html', '/face/frame.js', '/face/worker.js', '/face/face-mesh/face_mesh.js', '/face/nothing.js']) {
    const [policy, permissions, sniffing] = await policyOf(path);
    expect([policy, sniffing]).toEqual([FACE_FRAME_POLICY, 'nosniff']);
    expect(permissions).toMatch(/^camera=\(self\), microphone=\(\)/);
  }
  expect((await fetch(`${bank.origin}/face/frame.js`)).headers.get('content-type')).toMatch(/javascript/);
  expect((await fetch(`${bank.origin}/face/nothing.js`)).status).toBe(404);
});
