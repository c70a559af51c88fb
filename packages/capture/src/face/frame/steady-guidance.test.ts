import { expect, it } from 'vitest';
import { type SessionGuidance, steadyGuidance } from './steady-guidance';

function listen() {
  let now = 0;
  const log: SessionGuidance[] = [];
  const guide = steadyGuidance(
    (guidance) => log.push(guidance),
    () => now,
  );
  const base: SessionGuidance = { step: 'position', hint: 'no-face', actionsDone: 0, try: 1, progress: 0 };
  return {
    log,
    say(at: number, changes: Partial<SessionGuidance>) {
      now = at;
      guide({ ...base, ...changes });
    },
  };
}

it('another step is told at once', () => {
  const { log, say } = listen();
  say(0, {});
  say(10, { step: 'action', hint: 'blink', progress: 0.2 });
  say(20, { step: 'action', hint: 'turn-left', actionsDone: 1, progress: 0.4 });
  expect(log.map(({ hint }) => hint)).toEqual(['no-face', 'blink', 'turn-left']);
});

it('another hint only when the last one stood for a while', () => {
  const { log, say } = listen();
  for (let at = 0; at <= 2_000; at += 100) say(at, { hint: at % 200 === 0 ? 'no-face' : 'too-far' });
  expect(log.map(({ hint }) => hint)).toEqual(['no-face', 'too-far', 'no-face']);
});

it('checking is told at once: nothing comes after it', () => {
  const { log, say } = listen();
  say(0, { step: 'hold', hint: 'hold-still' });
  say(50, { step: 'hold', hint: 'checking' });
  expect(log.map(({ hint }) => hint)).toEqual(['hold-still', 'checking']);
});

it('progress goes on meanwhile, ten times a second at most, with the hint that stands', () => {
  const { log, say } = listen();
  for (let at = 0; at <= 500; at += 10) say(at, { hint: at === 0 ? 'no-face' : 'too-far', progress: at / 1_000 });
  expect(log).toHaveLength(6);
  expect(new Set(log.map(({ hint }) => hint))).toEqual(new Set(['no-face']));
});

it('the same again is not told', () => {
  const { log, say } = listen();
  for (let at = 0; at <= 5_000; at += 500) say(at, {});
  expect(log).toHaveLength(1);
});
