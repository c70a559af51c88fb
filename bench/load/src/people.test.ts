import { isInsufficient, parseEvidenceBatch, parsePointerSample, pointerActions } from '@tacit-auth/features';
import { expect, it } from 'vitest';
import { seededPerson } from './people';

it('makes samples that a server takes, none of them twice, and the same for the same seed', () => {
  const person = seededPerson(1);
  const typing = [25, 50].map((keys) => person.window(keys));
  const pointer = [person.stretch(5_000)];
  const batch = parseEvidenceBatch({ version: 1, stream: 'A'.repeat(22), seq: 1, floor: 0, typing, pointer });
  expect(batch.typing.map(({ keys }) => keys.length)).toEqual([25, 50]);
  const actions = pointerActions(parsePointerSample(pointer[0]));
  expect(isInsufficient(actions) ? 0 : actions.kinds.length).toBeGreaterThan(3);
  expect(person.window(25)).not.toEqual(typing[0]);
  expect(seededPerson(1).window(25)).toEqual(typing[0]);
  expect(seededPerson(1, 1).window(25)).not.toEqual(typing[0]);
});
