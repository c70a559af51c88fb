import { POINTER_EVENT_KINDS } from '@tacit-auth/features';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { numbersOfEvents, numbersOfKeys } from './prepared-evidence';

const whole = (least: number, most: number) => fc.integer({ min: least, max: most });

it('makes a digest of every number of every row, in their order: what was recorded before is known again', () => {
  const key = fc.tuple(fc.option(whole(0, 38).map(String)), whole(0, 36_000_000), fc.option(whole(0, 36_000_000)));
  const event = fc.tuple(
    fc.constantFrom(...Object.values(POINTER_EVENT_KINDS)),
    whole(0, 36_000_000),
    whole(-1_000, 200_000),
    whole(-1_000, 200_000),
  );
  fc.assert(
    fc.property(fc.array(key), fc.array(event), (keys, events) => {
      expect(numbersOfKeys(keys)).toEqual(
        Int32Array.from(keys.flatMap(([name, press, release]) => [Number(name ?? -1), press, release ?? -1])),
      );
      expect(numbersOfEvents(events)).toEqual(Int32Array.from(events.flat()));
    }),
  );
});
