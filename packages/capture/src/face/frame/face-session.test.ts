import { type FaceAction, parseFaceSample } from '@tacit-auth/features';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ManualTime, manualTime } from '../../test-support';
import { faceLooks } from './face-looks';
import type { FaceFrame, FaceReader } from './face-reader';
import { type FaceSessionOptions, type FaceSessionResult, runFaceSession } from './face-session';
import type { SessionGuidance } from './steady-guidance';
import { describedBox, descriptorOf, fakePicture, goodFrame, noFace, obedient, pass } from './test-support';

const ACTIONS: FaceAction[] = [
  { kind: 'blink', times: 2 },
  { kind: 'turn', to: 'left' },
];

interface Scene extends Partial<Omit<FaceSessionOptions, 'reader'>> {
  /** What the camera sees; the person obeys by default. */
  sees?: (now: {
    atMs: number;
    guidance: SessionGuidance | undefined;
    sinceMs: number;
    actions: readonly FaceAction[];
  }) => Partial<FaceFrame>;
  describe?: FaceReader['describe'];
  frameMs?: number;
  analyseMs?: number;
}

let time: ManualTime;
beforeEach(() => {
  time = manualTime(5_000);
});

function play(scene: Scene = {}) {
  const { sees = obey, frameMs = 66, analyseMs = 10, actions = ACTIONS } = scene;
  const log: SessionGuidance[] = [];
  const open = new Set<object>();
  const ending = new AbortController();
  let since = 0;
  let analyses = 0;
  let described = 0;
  const after = (ms: number) => new Promise<void>((resolve) => time.timer.set(resolve, ms));
  const reader: FaceReader = {
    async analyse(picture, at) {
      analyses += 1;
      await after(analyseMs);
      picture.close();
      const guidance = log.at(-1);
      return goodFrame({ at, ...sees({ atMs: time.now - 5_000, guidance, sinceMs: time.now - since, actions }) });
    },
    describe:
      scene.describe ??
      (async (picture) => {
        described += 1;
        const seed = described;
        await after(400);
        picture.close();
        return { status: 'described', values: descriptorOf(1, seed), box: describedBox, score: 0.8 };
      }),
  };
  const looks = faceLooks({
    reader,
    nextPicture: async () => {
      await after(frameMs);
      return fakePicture(open);
    },
    copyPicture: async () => fakePicture(open),
    clock: time.clock,
    timer: time.timer,
  });
  const { maxTries = 10, tryMs = 8_000 } = scene;
  const onGuidance = (guidance: SessionGuidance) => {
    const last = log.at(-1);
    if (last?.step !== guidance.step || last.actionsDone !== guidance.actionsDone || last.try !== guidance.try) {
      since = time.now;
    }
    log.push(guidance);
    scene.onGuidance?.(guidance);
  };
  const { clock, timer } = time;
  const running = runFaceSession({ reader, looks, actions, maxTries, tryMs, onGuidance, clock, timer, signal: ending.signal });
  return { running, log, open, ending, counts: () => ({ analyses, described }) };
}

const obey: NonNullable<Scene['sees']> = ({ guidance, sinceMs, actions }) => obedient(guidance, actions, sinceMs);

async function outcome(scene: Scene): Promise<FaceSessionResult & { hints: unknown[]; left: number }> {
  const { running, log, open } = play(scene);
  const result = await pass(running, time);
  return { ...result, hints: [...new Set(log.map(({ hint }) => hint))], left: open.size };
}

describe('somebody who does what is asked', () => {
  it('gives a sample that the server reads, with descriptors from before and after the actions', async () => {
    const { running, log, open } = play();
    const result = await pass(running, time);
    if (result.status !== 'captured') throw new Error(result.reason);
    const sample = parseFaceSample(JSON.stringify(result.sample));
    expect(result.tries).toBe(1);
    expect(sample.descriptors).toHaveLength(4);
    const turns = sample.frames.filter(([, , , , yaw]) => yaw > 220).map(([at]) => at);
    const blinks = sample.frames.filter(([, , left]) => left < 150).map(([at]) => at);
    const times = sample.descriptors.map(([at]) => at);
    expect(times.filter((at) => at < blinks[0]!)).toHaveLength(2);
    expect(times.filter((at) => at > turns.at(-1)!)).toHaveLength(2);
    expect(log.map(({ step }) => step).filter((step, i, all) => step !== all[i - 1])).toEqual(['position', 'action', 'hold']);
    expect(log.map(({ hint }) => hint)).toEqual(expect.arrayContaining(['hold-still', 'blink', 'turn-left', 'look-ahead', 'checking']));
    expect(open.size).toBe(0);
  });

  it('is first asked to look straight, before anything was seen', async () => {
    const { running, log } = play();
    await pass(running, time);
    expect(log[0]).toMatchObject({ step: 'position', hint: 'look-straight', try: 1 });
  });

  it('is told to open the eyes again where they stay shut, and may take four seconds', async () => {
    const slow: Scene['sees'] = ({ guidance, sinceMs }) =>
      guidance?.step === 'action' && sinceMs > 500 && sinceMs < 4_200 ? { leftEye: 0.08, rightEye: 0.09 } : {};
    const result = await outcome({ sees: slow, actions: [{ kind: 'blink', times: 1 }], maxTries: 1 });
    expect(result.hints).toContain('open-eyes');
    expect(result.status).toBe('captured');
  });

  it('is told of progress that does not run backwards', async () => {
    const { running, log } = play();
    await pass(running, time);
    const progress = log.map((guidance) => guidance.progress);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBeGreaterThan(0.8);
    expect(progress.every((share) => share >= 0 && share <= 1)).toBe(true);
  });

  it('has every frame of the try in the sample, with its own times', async () => {
    const { running } = play({ frameMs: 100 });
    const result = await pass(running, time);
    if (result.status !== 'captured') throw new Error(result.reason);
    const steps = result.sample.frames.slice(1).map(([at], i) => at - result.sample.frames[i]![0]);
    expect(Math.min(...steps)).toBeGreaterThan(1_000);
    expect(Math.max(...steps)).toBeLessThan(1_700);
  });

  it.each([1, 2, 3] as const)('may be asked for %d blinks, and for actions in any order', async (times) => {
    const result = await outcome({
      actions: [
        { kind: 'turn', to: 'right' },
        { kind: 'blink', times },
        { kind: 'turn', to: 'left' },
      ],
    });
    expect(result).toMatchObject({ status: 'captured', left: 0 });
  });

  it('is captured on a slow machine that is given the time', async () => {
    const slow: Scene['sees'] = ({ guidance, sinceMs, actions }) => obedient(guidance, actions, sinceMs / 5);
    expect(await outcome({ frameMs: 60, analyseMs: 350, tryMs: 40_000, sees: slow })).toMatchObject({ status: 'captured' });
  });

  it('has seconds for each thing asked, not for all of them', async () => {
    const late: Scene['sees'] = ({ guidance, sinceMs, actions }) => (sinceMs < 5_000 ? {} : obedient(guidance, actions, sinceMs - 5_000));
    expect(await outcome({ sees: late })).toMatchObject({ status: 'captured', tries: 1 });
  });
});

describe('what keeps a try from succeeding', () => {
  it.each([
    ['no-face', noFace],
    ['many-faces', { faces: 2 }],
    ['too-dark', { luma: { mean: 14, darkShare: 0.97, brightShare: 0 } }],
    ['too-dark', { ...noFace, luma: { mean: 5, darkShare: 1, brightShare: 0 } }],
    ['too-bright', { luma: { mean: 240, darkShare: 0, brightShare: 0.9 } }],
    ['blurred', { sharpness: 0.001 }],
    ['too-far', { box: { x: 300, y: 200, width: 40, height: 50 } }],
    ['turned-away', { yaw: 40 }],
    ['turned-away', { pitch: -40 }],
    ['turned-away', { roll: 50 }],
  ] as const)('%s is said and ends it after ten tries of eight seconds', async (reason, frame) => {
    const result = await outcome({ sees: () => frame });
    expect(result).toMatchObject({ status: 'failed', reason, tries: 10, left: 0 });
    expect(result.hints).toContain(reason);
    expect(time.now - 5_000).toBeGreaterThan(79_000);
    expect(time.now - 5_000).toBeLessThan(83_000);
  });

  it('is over as soon as it is mended', async () => {
    const sees: Scene['sees'] = (now) => (now.atMs < 3_000 ? { luma: { mean: 10, darkShare: 1, brightShare: 0 } } : obey(now));
    expect(await outcome({ sees })).toMatchObject({ status: 'captured', tries: 1 });
  });

  it('begins the sample anew, so that it has no gap', async () => {
    let frames = 0;
    const sees: Scene['sees'] = (now) => (++frames === 5 ? { faces: 2 } : obey(now));
    const result = await outcome({ sees });
    if (result.status !== 'captured') throw new Error(result.reason);
    const steps = result.sample.frames.slice(1).map(([at], i) => at - result.sample.frames[i]![0]);
    expect(Math.max(...steps)).toBeLessThan(1_500);
    expect(result.sample.frames.every(([, faces]) => faces === 1)).toBe(true);
  });

  it('a still picture never passes the actions', async () => {
    const result = await outcome({ sees: () => ({}), maxTries: 3 });
    expect(result).toMatchObject({ status: 'failed', reason: 'not-live', tries: 3, left: 0 });
    expect(result.hints).toContain('again');
    expect(result.hints).not.toContain('checking');
  });

  it('the wrong direction is not the right one', async () => {
    const sees: Scene['sees'] = ({ guidance, sinceMs }) => obedient(guidance, [{ kind: 'turn', to: 'left' }], sinceMs);
    expect(await outcome({ sees, actions: [{ kind: 'turn', to: 'right' }], maxTries: 2 })).toMatchObject({ reason: 'turned-away' });
  });

  it('one blink is not two', async () => {
    const sees: Scene['sees'] = ({ guidance, sinceMs, actions }) => (sinceMs > 700 ? {} : obedient(guidance, actions, sinceMs));
    expect(await outcome({ sees, maxTries: 1 })).toMatchObject({ reason: 'not-live' });
  });

  it('somebody who walks in during the actions fails the try, and the next one begins anew', async () => {
    let strange = 0;
    const sees: Scene['sees'] = (now) => {
      const walksIn = now.guidance?.try === 1 && now.guidance.step === 'action';
      strange += walksIn ? 1 : 0;
      return { ...obey(now), ...(walksIn && strange % 3 === 0 ? { faces: 2 } : {}) };
    };
    const result = await outcome({ sees });
    if (result.status !== 'captured') throw new Error(result.reason);
    expect(result.tries).toBe(2);
    expect(result.sample.frames.every(([, faces]) => faces === 1)).toBe(true);
  });

  it('leaving during the actions says so', async () => {
    const sees: Scene['sees'] = (now) => (now.guidance?.step === 'action' ? noFace : {});
    expect(await outcome({ sees, maxTries: 1 })).toMatchObject({ reason: 'no-face' });
  });
});

describe('descriptors', () => {
  const described = (values: Float32Array) => ({ status: 'described', values, box: describedBox, score: 0.8 }) as const;

  it('of another face after the actions make the try unstable', async () => {
    let count = 0;
    const result = await outcome({
      maxTries: 1,
      describe: async (picture) => {
        picture.close();
        count += 1;
        return described(descriptorOf([1, 1, 2, 2, 1, 1, 2, 2][count - 1]!, count));
      },
    });
    expect(result).toMatchObject({ status: 'failed', reason: 'unstable', left: 0 });
  });

  it('must be of both sides of the actions', async () => {
    let count = 0;
    const result = await outcome({
      maxTries: 1,
      describe: async (picture) => {
        picture.close();
        count += 1;
        return described(descriptorOf([2, 3, 1, 1, 4, 5, 1, 1][count - 1]!, count));
      },
    });
    expect(result).toMatchObject({ status: 'failed', reason: 'unstable' });
  });

  it('come from after the last blink, also one of nature’s own', async () => {
    const sees: Scene['sees'] = (now) =>
      now.guidance?.step === 'hold' && now.sinceMs > 100 && now.sinceMs < 350 ? { leftEye: 0.08, rightEye: 0.08 } : obey(now);
    const result = await outcome({ sees, actions: [{ kind: 'blink', times: 1 }] });
    if (result.status !== 'captured') throw new Error(result.reason);
    const { frames, descriptors } = result.sample;
    const lastShut = frames.findLast(([, , left]) => left < 150)![0];
    const blinks = frames.filter(([, , left], i) => left < 150 && frames[i - 1]![2] > 150);
    expect(blinks).toHaveLength(2);
    expect(descriptors.filter(([at]) => at > blinks[0]![0]).every(([at]) => at > lastShut)).toBe(true);
  });

  it('of a try that failed are not made any more', async () => {
    const sees: Scene['sees'] = (now) => (now.guidance?.try === 1 && now.guidance.step === 'action' ? { yaw: 60 } : obey(now));
    const scene = play({ sees });
    expect(await pass(scene.running, time)).toMatchObject({ status: 'captured', tries: 2 });
    expect(scene.counts().described).toBe(1 + 4);
  });

  it('of another face than the one that acts are dropped, and more than one person is what is said', async () => {
    for (const box of [
      { x: 300, y: 200, width: 50, height: 50 },
      { x: 10, y: 150, width: 190, height: 190 },
    ]) {
      const result = await outcome({
        maxTries: 1,
        describe: async (picture) => {
          picture.close();
          return { status: 'described', values: descriptorOf(1, time.now), box, score: 0.8 };
        },
      });
      expect(result).toMatchObject({ status: 'failed', reason: 'many-faces', left: 0 });
    }
  });

  it('of a picture in which the detector is not sure of a face are dropped, and another picture is taken', async () => {
    let count = 0;
    const seen = (scores: readonly number[]) =>
      outcome({
        maxTries: 1,
        describe: async (picture) => {
          picture.close();
          count += 1;
          return { ...described(descriptorOf(1, count)), score: scores[(count - 1) % scores.length]! };
        },
      });
    const result = await seen([0.29, 0.31]);
    if (result.status !== 'captured') throw new Error(result.reason);
    expect([count, result.sample.descriptors.length]).toEqual([8, 4]);
    expect(await seen([0.29])).toMatchObject({ status: 'failed', reason: 'no-face', left: 0 });
  });

  it('leave one outlier out', async () => {
    let count = 0;
    const result = await outcome({
      maxTries: 1,
      describe: async (picture) => {
        picture.close();
        count += 1;
        return described(descriptorOf(count === 3 ? 5 : 1, count));
      },
    });
    if (result.status !== 'captured') throw new Error(result.reason);
    expect(result.sample.descriptors.length).toBeGreaterThanOrEqual(3);
    expect(count).toBeGreaterThan(4);
  });

  it('that find no face end the try', async () => {
    const result = await outcome({
      maxTries: 2,
      describe: async (picture) => {
        picture.close();
        return { status: 'no-face' };
      },
    });
    expect(result).toMatchObject({ status: 'failed', reason: 'no-face', tries: 2, left: 0 });
  });

  it('are begun while the actions are watched, and one at a time', async () => {
    let busy = 0;
    let most = 0;
    const steps: unknown[] = [];
    const scene = play({
      describe: async (picture) => {
        steps.push(scene.log.at(-1)?.step);
        most = Math.max(most, ++busy);
        await new Promise<void>((resolve) => time.timer.set(resolve, 500));
        busy -= 1;
        picture.close();
        return described(descriptorOf(1, steps.length));
      },
    });
    expect(await pass(scene.running, time)).toMatchObject({ status: 'captured' });
    expect([most, steps.slice(0, 2)]).toEqual([1, ['action', 'action']]);
  });
});

describe('a slow machine', () => {
  it('with too few frames a second for the server says so', async () => {
    expect(await outcome({ frameMs: 60, analyseMs: 1_600, tryMs: 40_000, maxTries: 1 })).toMatchObject({ reason: 'too-slow' });
  });

  it('hears so before the next try', async () => {
    const { hints } = await outcome({ frameMs: 60, analyseMs: 1_600, tryMs: 40_000, maxTries: 2 });
    expect(hints).toContain('too-slow');
  });
});

describe('an engine or a camera that stops', () => {
  it('before the first frame is given a minute', async () => {
    expect(await outcome({ frameMs: 1e9 })).toMatchObject({ status: 'failed', reason: 'too-slow', tries: 0 });
    expect(time.now - 5_000).toBeLessThan(61_000);
  });

  it('later uses up the tries', async () => {
    let frames = 0;
    const scene = play({ maxTries: 2, sees: () => ({ leftEye: 0.3 + ++frames / 1e4 }) });
    const original = time.timer.set;
    time.timer.set = (callback, ms) => (frames > 6 && ms === 66 ? original(callback, 1e9) : original(callback, ms));
    expect(await pass(scene.running, time)).toMatchObject({ status: 'failed', tries: 2 });
  });

  it('over a descriptor ends it after a minute, without another try', async () => {
    expect(await outcome({ describe: () => new Promise(() => undefined) })).toMatchObject({ reason: 'too-slow', tries: 1 });
    expect(time.now - 5_000).toBeLessThan(75_000);
  });

  it('passes on what the engine throws', async () => {
    const running = play({
      describe: async () => {
        throw new Error('broken');
      },
    }).running;
    await expect(pass(running, time)).rejects.toThrow('broken');
  });
});

describe('once aborted', () => {
  it('nothing more is asked of camera and engine', async () => {
    let analyses = 0;
    const scene = play({
      onGuidance({ step }) {
        if (step === 'action' && !scene.ending.signal.aborted) {
          analyses = scene.counts().analyses;
          scene.ending.abort();
        }
      },
    });
    expect(await pass(scene.running, time)).toMatchObject({ status: 'failed', tries: 1 });
    // The one that was under way is answered.
    expect(scene.counts().analyses).toBeLessThanOrEqual(analyses + 1);
    await pass(new Promise<void>((resolve) => time.timer.set(resolve, 2_000)), time);
    expect(scene.open.size).toBe(0);
  });
});
