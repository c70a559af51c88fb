import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTypingRecord, TYPING_RECORD_LIMITS, TypingRecordError } from './typing-record';

const GOOD = {
  user: '7',
  group: 'phrase',
  session: 0,
  index: 3,
  keys: [
    ['KeyA', 0, 80.5],
    [null, 120, null],
  ],
};

function errorOf(line: string): TypingRecordError {
  try {
    parseTypingRecord(line);
  } catch (error) {
    if (error instanceof TypingRecordError) {
      return error;
    }
  }
  throw new Error('expected a TypingRecordError');
}

describe('parseTypingRecord', () => {
  it('reads a sample', () => {
    expect(parseTypingRecord(JSON.stringify(GOOD))).toEqual(GOOD);
  });

  it('takes a number as a name, and what may be left out', () => {
    expect(parseTypingRecord('{"user":7,"group":2,"keys":[["KeyA",5]],"other":1}')).toEqual({
      user: '7',
      group: '2',
      session: null,
      index: null,
      keys: [['KeyA', 5, null]],
    });
    expect(parseTypingRecord('{"user":"7","group":null,"session":null,"index":null,"keys":[]}').group).toBeNull();
  });

  it('takes times from any origin and puts presses in order', () => {
    const line = JSON.stringify({
      user: 'a',
      keys: [
        ['KeyB', 1.7e12 + 120, null],
        ['KeyA', 1.7e12, 1.7e12 + 80],
        ['KeyC', 1.7e12 + 120, null],
      ],
    });
    expect(parseTypingRecord(line).keys.map(([key]) => key)).toEqual(['KeyA', 'KeyB', 'KeyC']);
    expect(parseTypingRecord('{"user":"a","keys":[["KeyA",-20,-3.5]]}').keys).toEqual([['KeyA', -20, -3.5]]);
  });

  it.each([
    ['user', { ...GOOD, user: '' }],
    ['user', { ...GOOD, user: null }],
    ['user', { ...GOOD, user: 'x'.repeat(257) }],
    ['group', { ...GOOD, group: ['a'] }],
    ['session', { ...GOOD, session: 0.5 }],
    ['index', { ...GOOD, index: '3' }],
    ['keys', { ...GOOD, keys: 'KeyA' }],
    ['keys', { ...GOOD, keys: Array.from({ length: TYPING_RECORD_LIMITS.maxKeys + 1 }, () => [null, 0, 0]) }],
    ['keys[1]', { ...GOOD, keys: [['KeyA', 0, 1], ['KeyB']] }],
    ['keys[1]', { ...GOOD, keys: [['KeyA', 0, 1], { 0: 'KeyB', 1: 5 }] }],
    ['keys[0][0]', { ...GOOD, keys: [[4, 0, 1]] }],
    ['keys[0][0]', { ...GOOD, keys: [['x'.repeat(65), 0, 1]] }],
    ['keys[0][1]', { ...GOOD, keys: [['KeyA', null, 1]] }],
    ['keys[0][1]', { ...GOOD, keys: [['KeyA', 1e15, 1]] }],
    [
      'keys[1][2]',
      {
        ...GOOD,
        keys: [
          ['KeyA', 0, 1],
          ['KeyB', 2, '3'],
        ],
      },
    ],
  ])('names the field that is wrong: %s', (field, record) => {
    const error = errorOf(JSON.stringify(record));
    expect(error).toMatchObject({ code: 'ERR_RECORD_FIELD', field });
    expect(error.message).toContain(field);
  });

  it('refuses a line before it parses it', () => {
    expect(errorOf(' '.repeat(TYPING_RECORD_LIMITS.maxLine + 1)).code).toBe('ERR_RECORD_SIZE');
    expect(errorOf(7 as never).code).toBe('ERR_RECORD_SIZE');
    for (const line of ['', '{', 'null', '[]', '3']) {
      expect(errorOf(line).code).toBe('ERR_RECORD_JSON');
    }
  });

  it('throws nothing else, whatever the line', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.record({ user: fc.anything(), keys: fc.array(fc.anything()) }).map((value) => JSON.stringify(value)),
        ),
        (line) => {
          try {
            const { user, keys } = parseTypingRecord(line);
            expect(user.length).toBeGreaterThan(0);
            expect(keys.every(([, press], i) => i === 0 || press >= keys[i - 1][1])).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(TypingRecordError);
          }
        },
      ),
    );
  });
});
