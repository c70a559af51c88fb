import type { TypingRecord } from '@tacit-auth/models/evaluation';
import { expect, it } from 'vitest';
import { CliError } from './cli-error';
import { holdRecords } from './held-records';

const record = (more: Partial<TypingRecord>): TypingRecord => ({
  user: 'u',
  group: null,
  session: null,
  index: null,
  keys: [['KeyA', 0, 90]],
  ...more,
});

async function* times(count: number, more: Partial<TypingRecord> = {}): AsyncGenerator<TypingRecord> {
  for (let i = 0; i < count; i++) {
    yield record(more);
  }
}

const refused = new CliError(
  'data.jsonl: more samples, keys and names than 1000 keys take, the most that is held; split the file by its groups',
);

it.each<[string, Partial<TypingRecord>, number]>([
  ['samples', {}, 58],
  ['keys', { keys: Array.from({ length: 483 }, (_, i) => ['KeyA', i, null] as const) }, 2],
  ['names of users', { user: 'u'.repeat(256) }, 20],
  ['names of groups', { group: 'g'.repeat(256) }, 20],
])('bounds %s', async (_what, more, most) => {
  expect((await holdRecords(times(most, more), 'data.jsonl', 1_000)).records).toHaveLength(most);
  await expect(holdRecords(times(most + 1, more), 'data.jsonl', 1_000)).rejects.toEqual(refused);
});

it('holds no sample without keys, however many', async () => {
  expect(await holdRecords(times(5_000, { keys: [] }), 'data.jsonl', 1_000)).toEqual({ records: [], withoutKeys: 5_000 });
});
