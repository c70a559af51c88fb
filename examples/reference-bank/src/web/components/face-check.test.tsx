import type { CaptureFaceOptions, FaceCaptureResult, FaceSample } from '@tacit-auth/capture/face';
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../api/api-error';
import type { FaceAsked, Session } from '../api/types';
import { preferences } from '../lib/preferences';
import { type Rendered, render } from '../lib/render-for-test';
import { SessionProvider, useSession } from '../session/session-context';
import { onUserActivity } from '../session/user-activity';
import { FaceCheck, type FaceCheckProps } from './face-check';

interface Capture {
  options: CaptureFaceOptions;
  settle: (result: FaceCaptureResult) => void;
  cancel: ReturnType<typeof vi.fn>;
}

const captures = vi.hoisted((): Capture[] => []);
vi.mock('@tacit-auth/capture/face', async (importOriginal) => ({
  ...(await importOriginal<typeof import('@tacit-auth/capture/face')>()),
  captureFace: (options: CaptureFaceOptions) => {
    let settle: Capture['settle'] = () => undefined;
    const result = new Promise<FaceCaptureResult>((resolve) => {
      settle = resolve;
    });
    const cancel = vi.fn();
    captures.push({ options, settle, cancel });
    return { result, state: 'capturing', cancel };
  },
}));

const NOW = 1_700_000_000_000;
const first: FaceAsked = { challenge: 'c1', actions: [{ kind: 'turn', to: 'left' }], expiresAt: NOW + 300_000 };
const second: FaceAsked = { challenge: 'c2', actions: [{ kind: 'blink', times: 2 }], expiresAt: NOW + 400_000 };
const sample: FaceSample = { version: 1, pipeline: 'p', descriptors: [], frames: [] };
const full: Session = { state: 'full', idleAfterMs: 120_000, expiresAt: 9, biometrics: 'granted', role: 'customer', name: 'Ada' };

let rendered: Rendered;
let lock: () => void;
let unlock: () => Promise<void>;
const ask = vi.fn<FaceCheckProps['ask']>();
const answer = vi.fn<FaceCheckProps['answer']>();

function Locker() {
  ({ lock, reload: unlock } = useSession());
  return null;
}

async function show(asked: FaceAsked | null): Promise<void> {
  rendered = await render(
    <SessionProvider send={async () => full}>
      <Locker />
      <FaceCheck asked={asked} ask={ask} answer={answer}>
        <button type="button">Use my card instead</button>
      </FaceCheck>
    </SessionProvider>,
  );
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  captures.length = 0;
  ask.mockReset();
  answer.mockReset();
  answer.mockResolvedValue(null);
});
afterEach(async () => {
  await rendered.unmount();
  vi.useRealTimers();
});

const buttons = () => [...rendered.container.querySelectorAll('button')];
const names = () => buttons().map(({ textContent }) => textContent);
const press = (name: string) =>
  act(async () =>
    buttons()
      .find(({ textContent }) => textContent === name)
      ?.click(),
  );
const settle = (result: FaceCaptureResult) => act(async () => captures.at(-1)?.settle(result));
const alertText = () => rendered.container.querySelector('[role=alert]')?.textContent;
const said = () => rendered.container.querySelector('[role=status]')?.textContent;

describe('FaceCheck', () => {
  it('opens no camera before it is started, and has the other way there all the time', async () => {
    await show(first);
    expect([captures.length, names()]).toEqual([0, ['Start the camera', 'Use my card instead']]);
    await press('Start the camera');
    expect(names()).toEqual(['Stop the camera', 'Use my card instead']);
    expect(captures.map(({ options }) => [options.frameUrl, options.actions, options.tryMs])).toEqual([
      ['/face/frame.html', first.actions, 8_000],
    ]);
    await settle({ status: 'captured', sample, tries: 1 });
    expect(names()).toEqual(['Use my card instead']);
  });

  it('says what to do in a live region, and shows how far it is', async () => {
    await show(first);
    await press('Start the camera');
    const guidance = { step: 'action', hint: 'turn-left', actionsDone: 0, actionsAll: 1, try: 2, tries: 10, progress: 0.4 } as const;
    await act(async () => captures[0]?.options.onGuidance(guidance));
    expect(said()).toBe('Turn your head to your left, then back.');
    expect(rendered.container.querySelector('progress')?.value).toBe(0.4);
    expect(rendered.container.textContent).toContain('Try 2 of 10. Movement 1 of 1');
    // The button that had the focus is gone: the words have it.
    expect(document.activeElement?.contains(rendered.container.querySelector('[role=status]'))).toBe(true);
  });

  it.each([
    ['the page is left', () => rendered.unmount()],
    ['the customer stops it', () => press('Stop the camera')],
    ['the session is locked', () => act(async () => lock())],
  ])('turns the camera off when %s', async (_, leave) => {
    await show(first);
    await press('Start the camera');
    expect(captures[0]?.cancel).not.toHaveBeenCalled();
    await leave();
    expect(captures[0]?.cancel).toHaveBeenCalledTimes(1);
    expect(answer).not.toHaveBeenCalled();
  });

  it('sends the look with its challenge, and tries again with the next one', async () => {
    answer.mockResolvedValueOnce({ ...second, reason: 'not-live' }).mockResolvedValueOnce(null);
    await show(first);
    await press('Start the camera');
    await settle({ status: 'captured', sample, tries: 1 });
    expect(alertText()).toContain('We did not see what we asked you to do.');
    await press('Try again');
    expect(captures[1]?.options.actions).toEqual(second.actions);
    await settle({ status: 'captured', sample, tries: 1 });
    expect(answer.mock.calls.map(([body]) => body)).toEqual([
      { challenge: 'c1', sample },
      { challenge: 'c2', sample },
    ]);
    expect(ask).not.toHaveBeenCalled();
  });

  it('does what it was asked again after a failure before the camera: nothing was sent', async () => {
    await show(first);
    await press('Start the camera');
    await settle({ status: 'failed', reason: 'camera-none', tries: 0 });
    expect(alertText()).toContain('We found no camera.');
    await press('Try again');
    expect(captures[1]?.options.actions).toEqual(first.actions);
    expect([ask.mock.calls.length, answer.mock.calls.length]).toEqual([0, 0]);
  });

  it('sends the same look with the same key where no answer came', async () => {
    answer.mockRejectedValueOnce(new ApiError({ code: 'ERR_NETWORK', status: 0 })).mockResolvedValueOnce(null);
    await show(first);
    await press('Start the camera');
    await settle({ status: 'captured', sample, tries: 1 });
    expect(alertText()).toContain('We could not reach the bank.');
    await press('Send it again');
    const [one, two] = answer.mock.calls;
    expect(two).toEqual(one);
    expect(captures).toHaveLength(1);
  });

  it('asks the bank first where it does not know what to do, and after a look that was too late', async () => {
    ask.mockResolvedValueOnce(first).mockResolvedValueOnce(null);
    answer.mockRejectedValueOnce(new ApiError({ code: 'ERR_CHALLENGE_EXPIRED', status: 400 }));
    await show(null);
    expect(ask).not.toHaveBeenCalled();
    await press('Start the camera');
    expect(captures).toHaveLength(1);
    await settle({ status: 'captured', sample, tries: 1 });
    expect(alertText()).toContain('That took too long.');
    await press('Try again');
    // The bank wanted something else.
    expect([ask.mock.calls.length, captures.length]).toEqual([2, 1]);
  });

  it('gives the camera what is left of the challenge, and says so when it is over', async () => {
    vi.setSystemTime(NOW + 100_000);
    await show(first);
    await press('Start the camera');
    expect(captures[0]?.options.deadlineMs).toBe(195_000);
    // The page's clock goes on while the camera looks.
    vi.setSystemTime(NOW + 296_000);
    ask.mockResolvedValueOnce({ ...second, expiresAt: NOW + 596_000 });
    await settle({ status: 'failed', reason: 'timed-out', tries: 3 });
    expect([alertText(), names()]).toEqual(['The time for this check is over. Please try again.', ['Try again', 'Use my card instead']]);
    await press('Try again');
    expect(captures[1]?.options).toMatchObject({ actions: second.actions, deadlineMs: 295_000 });
    expect(answer).not.toHaveBeenCalled();
  });

  it('does not begin with a challenge that is nearly over, and takes what the bank then gives, however short', async () => {
    vi.setSystemTime(NOW + 290_000);
    ask.mockResolvedValueOnce({ ...second, expiresAt: NOW + 300_000 });
    await show(first);
    await press('Start the camera');
    expect(ask).toHaveBeenCalledTimes(1);
    expect(captures.map(({ options }) => [options.actions, options.deadlineMs])).toEqual([[second.actions, 20_000]]);
  });

  it('asks the bank anew after a lock, where no challenge of the session before is good', async () => {
    await show(first);
    await press('Start the camera');
    await act(async () => lock());
    await act(() => unlock());
    ask.mockResolvedValueOnce(second);
    await press('Start the camera');
    expect([ask.mock.calls.length, captures.at(-1)?.options.actions]).toEqual([1, second.actions]);
  });

  it.each([
    ['was refused under the lock', () => Promise.reject(new ApiError({ code: 'ERR_SESSION_LOCKED', status: 423 }))],
    ['was to be repeated', () => Promise.resolve({ ...first, reason: 'not-live' as const })],
    ['got no answer', () => Promise.reject(new ApiError({ code: 'ERR_NETWORK', status: 0 }))],
  ])('asks the bank anew also where the look was on its way at the lock, and %s', async (_, outcome) => {
    let arrive: () => void = () => undefined;
    answer.mockImplementationOnce(() => new Promise<void>((resolve) => (arrive = resolve)).then(outcome));
    await show(first);
    await press('Start the camera');
    await settle({ status: 'captured', sample, tries: 1 });
    await act(async () => lock());
    await act(async () => arrive());
    await act(() => unlock());
    ask.mockResolvedValueOnce(second);
    await press(names()[0] ?? '');
    expect([ask.mock.calls.length, captures.length, captures.at(-1)?.options.actions]).toEqual([1, 2, second.actions]);
    expect(answer).toHaveBeenCalledTimes(1);
  });

  it('opens no camera under a lock that came while the bank was asked', async () => {
    let arrive: (asked: FaceAsked) => void = () => undefined;
    ask.mockImplementationOnce(() => new Promise((resolve) => (arrive = resolve)));
    await show(null);
    await press('Start the camera');
    await act(async () => lock());
    await act(async () => arrive(first));
    expect(captures).toHaveLength(0);
    await act(() => unlock());
    ask.mockResolvedValueOnce(second);
    await press('Start the camera');
    expect([ask.mock.calls.length, captures.length]).toEqual([2, 1]);
  });

  it('counts what is done before the camera as activity, and being there as none', async () => {
    const active = vi.fn();
    const end = onUserActivity(active);
    await show(first);
    await press('Start the camera');
    const guidance = { step: 'position', hint: 'hold-still', actionsDone: 0, actionsAll: 1, try: 1, tries: 10, progress: 0.1 } as const;
    await act(async () => captures[0]?.options.onGuidance(guidance));
    await act(async () => captures[0]?.options.onGuidance({ ...guidance, step: 'action', hint: 'turn-left' }));
    expect(active).not.toHaveBeenCalled();
    await act(async () => captures[0]?.options.onGuidance({ ...guidance, step: 'hold', actionsDone: 1 }));
    await act(async () => captures[0]?.options.onGuidance({ ...guidance, step: 'hold', hint: 'checking', actionsDone: 1 }));
    expect(active).toHaveBeenCalledTimes(1);
    end();
  });

  it('gives more time to whoever wants it, and remembers that', async () => {
    await show(first);
    const box = rendered.container.querySelector<HTMLInputElement>('input[type=checkbox]');
    await act(async () => box?.click());
    await press('Start the camera');
    expect(captures[0]?.options.tryMs).toBe(60_000);
    expect(preferences.slowCamera()).toBe(true);
    preferences.setSlowCamera(false);
  });

  it('offers no other try where the browser can not do it', async () => {
    await show(first);
    await press('Start the camera');
    await settle({ status: 'failed', reason: 'unsupported', tries: 0 });
    expect([alertText(), names()]).toEqual(['This browser cannot check a face.', ['Use my card instead']]);
  });
});
