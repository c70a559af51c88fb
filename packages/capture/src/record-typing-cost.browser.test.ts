import { expect, it } from 'vitest';
import { recordTyping } from './record-typing';

const BATCHES = 100;
// Under the 2,000 keys of one sample, and long enough for a clock of 0.1 ms.
const STROKES = 900;

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

it('a key event takes less than 20 us of the main thread', () => {
  const input = document.createElement('input');
  input.type = 'password';
  document.body.replaceChildren(input);
  input.focus();
  const down = Array.from({ length: 26 }, (_, i) => new KeyboardEvent('keydown', { code: `Key${String.fromCharCode(65 + i)}`, key: 'x' }));
  const up = down.map(({ code, key }) => new KeyboardEvent('keyup', { code, key }));

  /** us per event: each stroke is a press, the event before its text, the text, and a release. */
  function batch(): number {
    const start = performance.now();
    for (let i = 0; i < STROKES; i++) {
      input.dispatchEvent(down[i % 26]!);
      input.dispatchEvent(new InputEvent('beforeinput', { inputType: 'insertText' }));
      input.dispatchEvent(new InputEvent('input', { inputType: 'insertText' }));
      input.dispatchEvent(up[i % 26]!);
    }
    return ((performance.now() - start) * 1_000) / (STROKES * 4);
  }

  const recording = recordTyping(input, { mode: 'secret', field: 'password' });
  const without: number[] = [];
  const withIt: number[] = [];
  input.value = 'x'.repeat(20);
  for (let i = 0; i < BATCHES; i++) {
    without.push(batch());
    recording.start();
    withIt.push(batch());
    expect(recording.finish().keys).toHaveLength(STROKES);
  }
  const [bare, whole] = [median(without), median(withIt)];
  console.info(`median per event: ${whole.toFixed(2)} us, of which ${(whole - bare).toFixed(2)} us are the recorder's`);
  expect(whole).toBeLessThan(20);
});
