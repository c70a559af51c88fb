import type { EnsureNet, FaceApi, FaceNetName } from './descriptor-pipeline';

/** The model of each network: the stem of its two files. */
export const NET_MODELS: Readonly<Record<FaceNetName, string>> = Object.freeze({
  tinyFaceDetector: 'tiny_face_detector_model',
  faceLandmark68Net: 'face_landmark_68_model',
  faceRecognitionNet: 'face_recognition_model',
  ssdMobilenetv1: 'ssd_mobilenetv1_model',
});

type WeightSpecs = Parameters<FaceApi['tf']['io']['decodeWeights']>[1];

/**
 * Loads each network when it is first asked for, from files that `read` hands over by the path they have in the list of model files.
 * The last detector is asked for so seldom that most customers never load its 5.6 MB.
 */
export function netLoader(faceApi: FaceApi, read: (path: string) => Promise<Uint8Array<ArrayBuffer>>): EnsureNet {
  const loading = new Map<FaceNetName, Promise<void>>();
  async function load(name: FaceNetName): Promise<void> {
    const stem = `face-api/${NET_MODELS[name]}`;
    const [manifest, weights] = await Promise.all([read(`${stem}-weights_manifest.json`), read(`${stem}.bin`)]);
    const [{ weights: specs }] = JSON.parse(new TextDecoder().decode(manifest)) as [{ weights: WeightSpecs }];
    const { buffer, byteOffset, byteLength } = weights;
    faceApi.nets[name].loadFromWeightMap(faceApi.tf.io.decodeWeights(buffer.slice(byteOffset, byteOffset + byteLength), specs));
  }
  return (name) => {
    let pending = loading.get(name);
    if (!pending) {
      pending = load(name);
      loading.set(name, pending);
      // What could not be reached may be there the next time.
      pending.catch(() => loading.delete(name));
    }
    return pending;
  };
}
