import { describe, expect, it, vi } from 'vitest';
import { netLoader } from './descriptor-nets';
import type { FaceApi } from './descriptor-pipeline';

function nets() {
  const loaded: [net: string, weights: unknown][] = [];
  const net = (name: string) => ({ loadFromWeightMap: (weights: unknown) => void loaded.push([name, weights]) });
  const api = {
    tf: { io: { decodeWeights: (bytes: ArrayBuffer, specs: unknown) => ({ bytes: [...new Uint8Array(bytes)], specs }) } },
    nets: { tinyFaceDetector: net('tiny'), faceRecognitionNet: net('recognition') },
  } as unknown as FaceApi;
  return { api, loaded };
}

/** The files of a network; the weights lie within a larger buffer, as a file that was read may. */
function file(path: string): Uint8Array<ArrayBuffer> {
  return path.endsWith('.json')
    ? new TextEncoder().encode(JSON.stringify([{ weights: [{ name: 'w' }], paths: ['ignored.bin'] }]))
    : new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4);
}

describe('netLoader', () => {
  it('loads a network once, of its own two files, when it is first asked for', async () => {
    const { api, loaded } = nets();
    const read = vi.fn(async (path: string) => file(path));
    const ensure = netLoader(api, read);
    expect(read).not.toHaveBeenCalled();
    await Promise.all([ensure('tinyFaceDetector'), ensure('tinyFaceDetector')]);
    await ensure('tinyFaceDetector');
    expect(read.mock.calls.flat()).toEqual([
      'face-api/tiny_face_detector_model-weights_manifest.json',
      'face-api/tiny_face_detector_model.bin',
    ]);
    expect(loaded).toEqual([['tiny', { bytes: [1, 2, 3], specs: [{ name: 'w' }] }]]);
  });

  it('says what failed, and tries again the next time', async () => {
    const { api, loaded } = nets();
    let reachable = false;
    const ensure = netLoader(api, async (path) => {
      if (!reachable) throw new Error('no network');
      return file(path);
    });
    await expect(ensure('faceRecognitionNet')).rejects.toThrow('no network');
    reachable = true;
    await ensure('faceRecognitionNet');
    expect(loaded).toHaveLength(1);
  });
});
