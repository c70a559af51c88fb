import { describe, expect, it } from 'vitest';
import { createServerClock } from './server-clock';

const answer = (date?: string) => ({ headers: new Headers(date === undefined ? {} : { date }) });
const NOON = Date.UTC(2026, 10, 21, 12);

describe('createServerClock', () => {
  it('is the own clock until the bank has told its time', () => {
    expect(createServerClock(() => 7).now()).toBe(7);
  });

  it.each([-600_000, 0, 3_600_000])('goes by the bank where the own clock is wrong by %d ms', (wrong) => {
    let now = NOON + wrong;
    const clock = createServerClock(() => now);
    clock.hear(answer('Sat, 21 Nov 2026 12:00:00 GMT'));
    expect(clock.now()).toBe(NOON);
    now += 1_500;
    expect(clock.now()).toBe(NOON + 1_500);
  });

  it.each([undefined, '', 'noon'])('does not listen to an answer whose time is %j', (date) => {
    const clock = createServerClock(() => NOON - 60_000);
    clock.hear(answer('Sat, 21 Nov 2026 12:00:00 GMT'));
    clock.hear(answer(date));
    expect(clock.now()).toBe(NOON);
  });
});
