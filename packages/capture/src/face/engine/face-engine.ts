import { FaceEngineError } from './face-engine-error';
import type { FaceDescriptorResult, FaceFrame, FaceWorkerRole, WorkerAnswer, WorkerRequest } from './face-engine-messages';

export { FaceEngineError, type FaceEngineErrorCode } from './face-engine-error';
export type { FaceDescriptorResult, FaceFrame } from './face-engine-messages';

/**
 * Watches frames for faces and computes descriptors, in two workers, so that the page stays responsive. Images go in, numbers come out; nothing
 * is kept. Every method rejects with a {@link FaceEngineError}.
 */
export interface FaceEngine {
  /**
   * Loads the models (about 19 MB, same origin only) and runs each once. Calling it again returns the same promise.
   *
   * @param onProgress Bytes loaded and bytes to load.
   */
  warmUp(onProgress?: (done: number, all: number) => void): Promise<void>;
  /** Landmarks of up to two faces. The frame is the engine's from here on: it is closed when it has been looked at. One at a time. */
  analyse(frame: ImageBitmap | VideoFrame, at: number): Promise<FaceFrame>;
  /** The descriptor of the face nearest to the centre, in about half a second. The frame is closed as above. One at a time, beside `analyse`. */
  describe(frame: ImageBitmap): Promise<FaceDescriptorResult>;
  /** Ends the workers; what is pending rejects with `ERR_FACE_ENGINE_CLOSED`. */
  close(): void;
}

export interface FaceEngineOptions {
  /** Folder of `worker.js` and the model files, with a slash at its end. Default: that of the document. */
  folder?: string | URL;
  /** Makes a worker of a script; for tests. */
  createWorker?: (url: URL, name: string) => Worker;
}

interface Pending {
  readonly kind: WorkerRequest['kind'];
  readonly resolve: (value: FaceFrame | FaceDescriptorResult | null) => void;
  readonly reject: (cause: FaceEngineError) => void;
}

type RequestBody = WorkerRequest extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never;

/** One worker and the answers that are still to come from it. */
class Channel {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #last = 0;
  #broken: FaceEngineError | undefined;
  onProgress: ((done: number, all: number) => void) | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => this.#take(data);
    worker.onerror = (event) => {
      event.preventDefault?.();
      // A script that could not be loaded gives an error event without a message.
      this.end(
        event.message
          ? new FaceEngineError('ERR_FACE_ENGINE_FAILED', 'a worker of the face engine broke')
          : new FaceEngineError(
              'ERR_FACE_ENGINE_ASSETS',
              'worker.js cannot be loaded: copy the face assets, and serve them with the headers of the frame',
              {
                field: 'worker.js',
              },
            ),
      );
    };
    worker.onmessageerror = () => this.end(new FaceEngineError('ERR_FACE_ENGINE_FAILED', 'a message of the face engine cannot be read'));
  }

  send(request: RequestBody, transfer: Transferable[] = []): Promise<FaceFrame | FaceDescriptorResult | null> {
    if (this.#broken) {
      return Promise.reject(this.#broken);
    }
    for (const { kind } of this.#pending.values()) {
      if (kind === request.kind) {
        return Promise.reject(new FaceEngineError('ERR_FACE_ENGINE_BUSY', 'hand in the next frame when the one before it is answered'));
      }
    }
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { kind: request.kind, resolve, reject });
      this.#worker.postMessage({ ...request, id }, transfer);
    });
  }

  end(cause: FaceEngineError): void {
    this.#broken ??= cause;
    this.#worker.terminate();
    for (const { reject } of this.#pending.values()) {
      reject(this.#broken);
    }
    this.#pending.clear();
  }

  #take(answer: WorkerAnswer): void {
    if (answer.kind === 'progress') {
      this.onProgress?.(answer.done, answer.all);
      return;
    }
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (answer.kind === 'done') {
      pending?.resolve(answer.value);
    } else {
      pending?.reject(new FaceEngineError(answer.code, answer.message, { field: answer.field }));
    }
  }
}

/**
 * An engine whose workers and models lie in `folder`, which must be of the document's own origin.
 *
 * @throws FaceEngineError `ERR_FACE_ENGINE_UNSUPPORTED` where the browser lacks what it takes; RangeError for a folder of another origin.
 */
export function createFaceEngine({ folder = '.', createWorker = startWorker }: FaceEngineOptions = {}): FaceEngine {
  const base = new URL(folder, document.baseURI);
  if (base.origin !== location.origin) {
    throw new RangeError("folder must be of the document's own origin");
  }
  if (typeof Worker !== 'function' || typeof WebAssembly !== 'object' || typeof OffscreenCanvas !== 'function') {
    throw new FaceEngineError('ERR_FACE_ENGINE_UNSUPPORTED', 'this browser has no workers, no WebAssembly or no OffscreenCanvas');
  }
  let channels: Record<FaceWorkerRole, Channel> | undefined;
  let warming: Promise<void> | undefined;
  let warm = false;
  let closed = false;

  async function start(onProgress: ((done: number, all: number) => void) | undefined): Promise<void> {
    const url = new URL('worker.js', base);
    const started = {
      landmarks: new Channel(createWorker(url, 'tacit-face-landmarks')),
      descriptors: new Channel(createWorker(url, 'tacit-face-descriptors')),
    };
    channels = started;
    const state = { landmarks: [0, 0], descriptors: [0, 0] };
    const roles: FaceWorkerRole[] = ['landmarks', 'descriptors'];
    await Promise.all(
      roles.map((role) => {
        started[role].onProgress = (done, all) => {
          state[role] = [done, all];
          // Said only when both know how much there is: a bar must not run backwards.
          if (roles.every((other) => state[other][1]! > 0)) {
            onProgress?.(state.landmarks[0]! + state.descriptors[0]!, state.landmarks[1]! + state.descriptors[1]!);
          }
        };
        return started[role].send({ kind: 'warm-up', role, folder: base.href });
      }),
    );
    warm = true;
  }

  function channel(role: FaceWorkerRole): Channel {
    if (closed) {
      throw new FaceEngineError('ERR_FACE_ENGINE_CLOSED', 'the face engine was closed');
    }
    if (!channels || !warm) {
      throw new FaceEngineError('ERR_FACE_ENGINE_COLD', 'await warmUp() before the first frame');
    }
    return channels[role];
  }

  function close(): void {
    closed = true;
    for (const each of Object.values(channels ?? {})) {
      each.end(new FaceEngineError('ERR_FACE_ENGINE_CLOSED', 'the face engine was closed'));
    }
  }

  return {
    async warmUp(onProgress) {
      if (closed) {
        throw new FaceEngineError('ERR_FACE_ENGINE_CLOSED', 'the face engine was closed');
      }
      warming ??= start(onProgress).catch((cause: unknown) => {
        // The other worker would go on loading for nobody.
        for (const each of Object.values(channels ?? {})) {
          each.end(new FaceEngineError('ERR_FACE_ENGINE_FAILED', 'the other worker of the face engine could not start'));
        }
        throw cause;
      });
      await warming;
    },
    async analyse(frame, at) {
      try {
        return (await channel('landmarks').send({ kind: 'analyse', frame, at }, [frame])) as FaceFrame;
      } finally {
        frame.close();
      }
    },
    async describe(frame) {
      try {
        return (await channel('descriptors').send({ kind: 'describe', frame }, [frame])) as FaceDescriptorResult;
      } finally {
        frame.close();
      }
    },
    close,
  };
}

function startWorker(url: URL, name: string): Worker {
  // Classic: the landmark runtime is loaded by importScripts, which module workers do not have.
  return new Worker(url, { name });
}
