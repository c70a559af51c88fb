import { expect, it, vi } from 'vitest';
import { onProcessor } from './processor-mesh';

it('computes on the processor, and closes the copy of each frame once its landmarks are told', () => {
  const options: object[] = [];
  let tell: (results: { image: ImageBitmap }) => void = () => undefined;
  const Mesh = onProcessor(
    class {
      setOptions(given: object) {
        options.push(given);
      }
      onResults(listener: typeof tell) {
        tell = listener;
      }
    },
  );
  const log: string[] = [];
  new Mesh().onResults(() => log.push('told'));
  tell({ image: { close: () => log.push('closed') } as unknown as ImageBitmap });
  expect([options, log]).toEqual([[{ useCpuInference: true }], ['told', 'closed']]);
});

it('bears a browser that hands over what can not be closed', () => {
  const onResults = vi.fn();
  const Mesh = onProcessor(
    class {
      setOptions() {}
      onResults(listener: (results: { image: ImageBitmap }) => void) {
        listener({ image: {} as ImageBitmap });
      }
    },
  );
  new Mesh().onResults(onResults);
  expect(onResults).toHaveBeenCalledOnce();
});
