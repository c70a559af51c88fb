import { FaceEngineError } from './face-engine-error';
import { faceModelFile } from './face-model-files';

/** Reads files of the list from one folder, and says how much of them has come. */
export interface ModelReader {
  /**
   * A file of the list, checked against its length and its SHA-256: descriptors of other weights would be compared as if they were the same.
   *
   * @throws FaceEngineError `ERR_FACE_ENGINE_ASSETS` naming the file, `ERR_FACE_ENGINE_UNSUPPORTED` outside a secure context.
   */
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Counts a file that a library loads by itself. */
  count(path: string): void;
}

export interface ModelReaderOptions {
  /** Folder of the frame, with a slash at its end. */
  folder: string;
  /** Paths that the progress speaks of. */
  expected: readonly string[];
  onProgress: (done: number, all: number) => void;
}

export function modelReader({ folder, expected, onProgress }: ModelReaderOptions): ModelReader {
  const all = expected.reduce((sum, path) => sum + faceModelFile(path).bytes, 0);
  let done = 0;
  function advance(path: string, bytes: number): void {
    if (expected.includes(path)) {
      done += bytes;
      onProgress(done, all);
    }
  }
  return {
    count: (path) => advance(path, faceModelFile(path).bytes),
    async read(path) {
      if (!globalThis.crypto?.subtle) {
        throw new FaceEngineError('ERR_FACE_ENGINE_UNSUPPORTED', 'the face engine needs a secure context: serve the page by HTTPS');
      }
      const file = faceModelFile(path);
      const bytes = new Uint8Array(file.bytes);
      let at = 0;
      try {
        const response = await fetch(new URL(path, folder), { credentials: 'same-origin', redirect: 'error' });
        if (!response.ok || !response.body) {
          throw new Error(`status ${response.status}`);
        }
        const reader = response.body.getReader();
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
          if (at + part.value.length > bytes.length) {
            await reader.cancel();
            throw new Error('longer than it should be');
          }
          bytes.set(part.value, at);
          at += part.value.length;
          advance(path, part.value.length);
        }
      } catch (cause) {
        throw missing(path, cause);
      }
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
      if (at !== bytes.length || hex !== file.sha256) {
        throw new FaceEngineError(
          'ERR_FACE_ENGINE_ASSETS',
          `${path} is not the file that this version was made with: copy the face assets again`,
          {
            field: path,
          },
        );
      }
      return bytes;
    },
  };
}

/** What a file that cannot be loaded throws. */
export function missing(path: string, cause: unknown): FaceEngineError {
  return new FaceEngineError('ERR_FACE_ENGINE_ASSETS', `${path} cannot be loaded: copy the face assets into the folder of the frame`, {
    field: path,
    cause,
  });
}
