import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFaceEngine } from './face-engine';
import type { WorkerAnswer, WorkerRequest } from './face-engine-messages';

class FakeWorker {
  readonly sent: WorkerRequest[] = [];
  readonly transferred: Transferable[] = [];
  terminated = false;
  onmessage: ((event: { data: WorkerAnswer }) => void) | null = null;
  onerror: ((event: { message?: string; preventDefault?(): void }) => void) | null = null;

  constructor(
    readonly url: URL,
    readonly name: string,
  ) {}
  postMessage(request: WorkerRequest, transfer: Transferable[]) {
    this.sent.push(request);
    this.transferred.push(...transfer);
  }
  terminate() {
    this.terminated = true;
  }
  answer(answer: WorkerAnswer) {
    this.onmessage!({ data: answer });
  }
  /** Answers the last request. */
  done(value: unknown = null) {
    this.answer({ id: this.sent.at(-1)!.id, kind: 'done', value } as WorkerAnswer);
  }
}

function frame() {
  return { close: vi.fn() } as unknown as ImageBitmap & { close: ReturnType<typeof vi.fn> };
}

function cold() {
  const workers: FakeWorker[] = [];
  const engine = createFaceEngine({
    folder: '/face/',
    createWorker: (url, name) => {
      const worker = new FakeWorker(url, name);
      workers.push(worker);
      return worker as unknown as Worker;
    },
  });
  return { engine, workers };
}

async function warm() {
  const { engine, workers } = cold();
  const warming = engine.warmUp();
  for (const worker of workers) worker.done();
  await warming;
  const [landmarks, descriptors] = workers as [FakeWorker, FakeWorker];
  return { engine, landmarks, descriptors };
}

beforeEach(() => {
  vi.stubGlobal('OffscreenCanvas', class {});
  vi.stubGlobal('Worker', class {});
});
afterEach(() => vi.unstubAllGlobals());

describe('createFaceEngine', () => {
  it('refuses a folder of another origin, and a browser that lacks what it takes', () => {
    expect(() => createFaceEngine({ folder: 'https://elsewhere.example/face/' })).toThrow(RangeError);
    vi.stubGlobal('OffscreenCanvas', undefined);
    expect(() => createFaceEngine()).toThrow(expect.objectContaining({ code: 'ERR_FACE_ENGINE_UNSUPPORTED' }));
  });

  it('starts two workers of one script, each for its own part, when it is warmed up and not before', async () => {
    const { engine, workers } = cold();
    expect(workers).toEqual([]);
    const warming = engine.warmUp();
    expect(workers.map(({ url, name }) => [url.pathname, name])).toEqual([
      ['/face/worker.js', 'tacit-face-landmarks'],
      ['/face/worker.js', 'tacit-face-descriptors'],
    ]);
    expect(workers.map(({ sent }) => sent[0])).toMatchObject([
      { kind: 'warm-up', role: 'landmarks', folder: expect.stringMatching(/\/face\/$/) },
      { kind: 'warm-up', role: 'descriptors' },
    ]);
    for (const worker of workers) worker.done();
    await warming;
    await engine.warmUp();
    expect(workers).toHaveLength(2);
  });

  it('tells the progress of both together, once both know how much there is', async () => {
    const { engine, workers } = cold();
    const onProgress = vi.fn();
    void engine.warmUp(onProgress);
    workers[0]!.answer({ id: 1, kind: 'progress', done: 10, all: 100 });
    expect(onProgress).not.toHaveBeenCalled();
    workers[1]!.answer({ id: 1, kind: 'progress', done: 5, all: 50 });
    workers[0]!.answer({ id: 1, kind: 'progress', done: 100, all: 100 });
    expect(onProgress.mock.calls).toEqual([
      [15, 150],
      [105, 150],
    ]);
  });

  it('hands frames over and closes what is left of them, also where it refuses them', async () => {
    const { engine, landmarks, descriptors } = await warm();
    const [one, two] = [frame(), frame()];
    const analysed = engine.analyse(one, 12);
    const described = engine.describe(two);
    expect(landmarks.sent.at(-1)).toMatchObject({ kind: 'analyse', at: 12, frame: one });
    expect(landmarks.transferred).toEqual([one]);
    expect(descriptors.transferred).toEqual([two]);
    // The second answers first: neither waits for the other.
    descriptors.done({ status: 'no-face' });
    expect(await described).toEqual({ status: 'no-face' });
    landmarks.done({ at: 12, faces: 0 });
    expect(await analysed).toEqual({ at: 12, faces: 0 });
    expect(one.close).toHaveBeenCalledOnce();

    const early = frame();
    await expect(cold().engine.analyse(early, 0)).rejects.toMatchObject({ code: 'ERR_FACE_ENGINE_COLD' });
    expect(early.close).toHaveBeenCalledOnce();
  });

  it('takes one frame at a time of each kind', async () => {
    const { engine, landmarks } = await warm();
    const first = engine.analyse(frame(), 1);
    const refused = frame();
    await expect(engine.analyse(refused, 2)).rejects.toMatchObject({ code: 'ERR_FACE_ENGINE_BUSY' });
    expect(refused.close).toHaveBeenCalled();
    landmarks.done({ at: 1 });
    await first;
    void engine.analyse(frame(), 3);
    expect(landmarks.sent.at(-1)).toMatchObject({ at: 3 });
  });

  it('a warm-up that fails says which file, and ends the other worker', async () => {
    const { engine, workers } = cold();
    const warming = engine.warmUp();
    workers[1]!.answer({ id: 1, kind: 'failed', code: 'ERR_FACE_ENGINE_ASSETS', message: 'm', field: 'face-api/x.bin' });
    await expect(warming).rejects.toMatchObject({ code: 'ERR_FACE_ENGINE_ASSETS', field: 'face-api/x.bin' });
    expect(workers.map(({ terminated }) => terminated)).toEqual([true, true]);
    await expect(engine.analyse(frame(), 0)).rejects.toMatchObject({ code: 'ERR_FACE_ENGINE_COLD' });
  });

  it('a worker whose script is missing, and one that breaks', async () => {
    const { engine, workers } = cold();
    const warming = engine.warmUp();
    workers[0]!.onerror!({});
    await expect(warming).rejects.toMatchObject({ code: 'ERR_FACE_ENGINE_ASSETS', field: 'worker.js' });

    const running = await warm();
    const pending = running.engine.describe(frame());
    running.descriptors.onerror!({ message: 'out of memory', preventDefault() {} });
    await expect(pending).rejects.toMatchObject({ code: 'ERR_FACE_ENGINE_FAILED' });
    await expect(running.engine.describe(frame())).rejects.toMatchObject({ code: 'ERR_FACE_ENGINE_FAILED' });
  });

  it('an error of one frame is the answer to that frame alone', async () => {
    const { engine, landmarks } = await warm();
    const first = engine.analyse(frame(), 1);
    landmarks.answer({ id: landmarks.sent.at(-1)!.id, kind: 'failed', code: 'ERR_FACE_ENGINE_FAILED', message: 'm' });
    await expect(first).rejects.toMatchObject({ code: 'ERR_FACE_ENGINE_FAILED' });
    const second = engine.analyse(frame(), 2);
    landmarks.done({ at: 2 });
    expect(await second).toEqual({ at: 2 });
  });

  it('close ends both workers and whatever is pending, and what comes after', async () => {
    const { engine, landmarks, descriptors } = await warm();
    const pending = engine.analyse(frame(), 1);
    engine.close();
    engine.close();
    await expect(pending).rejects.toMatchObject({ code: 'ERR_FACE_ENGINE_CLOSED' });
    expect([landmarks.terminated, descriptors.terminated]).toEqual([true, true]);
    const late = frame();
    await expect(engine.describe(late)).rejects.toMatchObject({ code: 'ERR_FACE_ENGINE_CLOSED' });
    expect(late.close).toHaveBeenCalled();
    await expect(engine.warmUp()).rejects.toMatchObject({ code: 'ERR_FACE_ENGINE_CLOSED' });
  });

  it('close during the warm-up ends it', async () => {
    const { engine, workers } = cold();
    const warming = engine.warmUp();
    engine.close();
    await expect(warming).rejects.toMatchObject({ code: 'ERR_FACE_ENGINE_CLOSED' });
    expect(workers.every(({ terminated }) => terminated)).toBe(true);
  });
});
