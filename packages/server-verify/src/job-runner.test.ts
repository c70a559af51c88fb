import { describe, expect, it } from 'vitest';
import { inProcessJobs } from './job-runner';
import { manualTime } from './testing-timer';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Jobs that stay at work until they are let go. */
function jobs() {
  const ran: string[] = [];
  const waiting: Array<() => void> = [];
  return {
    ran,
    finish() {
      for (const end of waiting.splice(0)) {
        end();
      }
    },
    rounds: {
      names: ['mail', 'retention'],
      intervalMs: 5_000,
      run: (name: string) => {
        ran.push(name);
        return new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
      },
      log: () => undefined,
    },
  };
}

describe('inProcessJobs', () => {
  it('runs a job that is woken at once, and once for many wake-ups in a row', async () => {
    const time = manualTime();
    const { ran, rounds, finish } = jobs();
    const runner = inProcessJobs({ timer: time.timer });
    runner.wake('mail');
    await runner.start(rounds);
    runner.wake('mail');
    runner.wake('mail');
    runner.wake('no-such-job');
    expect(ran).toEqual([]);
    await turn();
    expect(ran).toEqual(['mail']);
    finish();
    await runner.stop();
    runner.wake('mail');
    await turn();
    expect(ran).toEqual(['mail']);
  });

  it('runs a job again that was woken while a round is at work: that may have looked too early', async () => {
    const time = manualTime();
    const { ran, rounds, finish } = jobs();
    const runner = inProcessJobs({ timer: time.timer });
    await runner.start(rounds);
    time.advance(5_000);
    expect(ran).toEqual(['mail', 'retention']);
    runner.wake('mail');
    await turn();
    expect(ran).toHaveLength(2);
    finish();
    await turn();
    expect(ran).toEqual(['mail', 'retention', 'mail']);
    finish();
    await runner.stop();
  });

  it('runs a job again that was woken while it was at work for another wake-up', async () => {
    const { ran, rounds, finish } = jobs();
    const runner = inProcessJobs({ timer: manualTime().timer });
    await runner.start(rounds);
    runner.wake('mail');
    await turn();
    runner.wake('mail');
    await turn();
    expect(ran).toEqual(['mail']);
    finish();
    await turn();
    expect(ran).toEqual(['mail', 'mail']);
    finish();
    await runner.stop();
  });

  it('does not begin at stop what was woken before', async () => {
    const time = manualTime();
    const { ran, rounds, finish } = jobs();
    const runner = inProcessJobs({ timer: time.timer });
    await runner.start(rounds);
    time.advance(5_000);
    runner.wake('mail');
    const stopping = runner.stop();
    finish();
    await stopping;
    expect([ran, time.waiting]).toEqual([['mail', 'retention'], 0]);
  });
});
