import { describe, expect, it } from 'vitest';
import { ApiError } from './api-error';
import { createRetriable } from './retriable';

function harness(outcomes: Array<unknown>) {
  const sent: Array<{ body: unknown; key: string }> = [];
  let keys = 0;
  let bodies = 0;
  const retriable = createRetriable<{ n: number }, unknown>({
    newKey: () => `key-${++keys}`,
    send: async (body, key) => {
      sent.push({ body, key });
      const outcome = outcomes.shift();
      if (outcome instanceof Error) {
        throw outcome;
      }
      return outcome;
    },
  });
  const submit = (intent: string) => retriable.submit(intent, () => ({ n: ++bodies }));
  return { submit, sent };
}

const lost = new ApiError({ code: 'ERR_NETWORK', status: 0 });
const broken = new ApiError({ code: 'ERR_ANSWER', status: 502 });
const busy = new ApiError({ code: 'ERR_CHALLENGE_BUSY', status: 409 });
const refused = new ApiError({ code: 'ERR_FUNDS_INSUFFICIENT', status: 409 });

describe('createRetriable', () => {
  it.each([
    ['a lost answer', lost],
    ['a server error', broken],
    ['a busy challenge', busy],
  ])('repeats body and key after %s', async (_name, error) => {
    const { submit, sent } = harness([error, error, 'done']);
    await expect(submit('a')).rejects.toBe(error);
    await expect(submit('a')).rejects.toBe(error);
    await expect(submit('a')).resolves.toBe('done');
    expect(sent).toEqual([1, 2, 3].map(() => ({ body: { n: 1 }, key: 'key-1' })));
  });

  it('takes a new body and key after a definite refusal', async () => {
    const { submit, sent } = harness([refused, 'done']);
    await expect(submit('a')).rejects.toBe(refused);
    await submit('a');
    expect(sent.map(({ key }) => key)).toEqual(['key-1', 'key-2']);
    expect(sent[1]?.body).toEqual({ n: 2 });
  });

  it('takes a new key for the next deed after success', async () => {
    const { submit, sent } = harness(['done', 'done']);
    await submit('a');
    await submit('a');
    expect(sent.map(({ key }) => key)).toEqual(['key-1', 'key-2']);
  });

  it('takes a new key for another intent', async () => {
    const { submit, sent } = harness([lost, 'done']);
    await expect(submit('a')).rejects.toBe(lost);
    await submit('b');
    expect(sent.map(({ key }) => key)).toEqual(['key-1', 'key-2']);
  });
});
