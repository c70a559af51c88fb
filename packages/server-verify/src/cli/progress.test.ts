import { expect, it } from 'vitest';
import { startProgress } from './progress';

function progressOn(isTerminal: boolean) {
  let written = '';
  const progress = startProgress({ isTerminal, write: (text) => (written += text), drained: async () => undefined }, 'reading');
  return { ...progress, written: () => written };
}

it('writes a line each tenth to a log', () => {
  const progress = progressOn(false);
  for (let done = 1; done <= 40; done++) {
    progress.step(done, 40);
  }
  progress.end();
  const lines = progress.written().split('\n');
  expect(lines).toHaveLength(11);
  expect(lines[0]).toBe('reading: 10 % (4 of 40)');
  expect(lines[9]).toBe('reading: 100 % (40 of 40)');
});

it('says how far it is, not the tenth that it has passed', () => {
  const progress = progressOn(false);
  progress.step(1, 3);
  expect(progress.written()).toBe('reading: 33 % (1 of 3)\n');
});

it('says the end at once where there is one step only', () => {
  const progress = progressOn(false);
  progress.step(1, 1);
  expect(progress.written()).toBe('reading: 100 % (1 of 1)\n');
});

it('draws a bar over and over for a person, and clears it', () => {
  const progress = progressOn(true);
  progress.step(1, 2);
  progress.step(1, 2);
  expect(progress.written()).toBe('\r\u001b[Kreading [############............] 50 % (1 of 2)');
  progress.step(0, 0);
  expect(progress.written()).toContain('100 % (0 of 0)');
  progress.end();
  expect(progress.written().endsWith('\r\u001b[K')).toBe(true);
});
