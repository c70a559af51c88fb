/** What is used of a face mesh of MediaPipe, and its class. */
interface Mesh {
  setOptions(options: object): void;
  onResults(listener: (results: { image: ImageBitmap }) => void): void;
}
export type FaceMesh = new (config?: object) => Mesh;

/** The class with the networks on the processor, and with nothing of a frame left once its landmarks are told. */
export function onProcessor(Loaded: FaceMesh): FaceMesh {
  return class extends Loaded {
    constructor(config?: object) {
      super(config);
      this.setOptions({ useCpuInference: true });
    }
    override onResults(listener: (results: { image: ImageBitmap }) => void): void {
      super.onResults((results) => {
        listener(results);
        // A copy of the frame that nobody looks at; left to the collector they pile up.
        results.image.close?.();
      });
    }
  };
}
