import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runs, textSample, typedText } from '../test/arbitraries';
import { FEATURE_CSV_COLUMNS, featureCsv } from './feature-csv';
import { type FeatureRow, featureRows } from './feature-rows';
import { parseTypingSample } from './typing-sample';

const row: FeatureRow = {
  schema: 'fixed-text/1',
  user: '7',
  category: 'timing',
  type: 'hold',
  keyFrom: 'KeyA',
  keyTo: '',
  value: -12.5,
  extra: '',
  index: 3,
  session: 'monday',
};

/** A reader of RFC 4180, apart from the writer. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      at++;
      while (text[at] !== '"' || text[at + 1] === '"') {
        cell += text[at];
        at += text[at] === '"' ? 2 : 1;
      }
      at++;
    } else {
      while (at < text.length && text[at] !== ',' && text[at] !== '\r') {
        cell += text[at++];
      }
    }
    record.push(cell);
    if (text[at] === '\r') {
      records.push(record);
      record = [];
      at++;
    }
    at++;
  }
  return records;
}

it('writes headings and records, each with its line end', () => {
  expect([...featureCsv([row])]).toEqual([
    'schema,user,category,type,key_from,key_to,value,extra,index,session\r\n',
    'fixed-text/1,7,timing,hold,KeyA,,-12.5,,3,monday\r\n',
  ]);
});

it('goes on with a file without headings', () => {
  expect([...featureCsv([row], { header: false })]).toHaveLength(1);
  expect([...featureCsv([])]).toEqual([`${FEATURE_CSV_COLUMNS.join(',')}\r\n`]);
});

it('quotes what would break a record', () => {
  const [record] = featureCsv([{ ...row, user: 'a "b", c', keyFrom: 'x\r\ny' }], { header: false });
  expect(record).toContain('"a ""b"", c"');
  expect(parseCsv(record!)).toEqual([['fixed-text/1', 'a "b", c', 'timing', 'hold', 'x\r\ny', '', '-12.5', '', '3', 'monday']]);
});

it.each(['=HYPERLINK("x")', '+1', '-1', '@SUM(A1)', '  =1', ' \u00a0=1', '\uff1d1', '\uff0b1', '\uff0d1', '\uff201', '\ta', '\ra'])(
  'defuses %j, and keeps numbers as they are',
  (user) => {
    const [record] = featureCsv([{ ...row, user }], { header: false });
    const [cells] = parseCsv(record!);
    expect(cells![1]).toBe(`'${user}`);
    expect(cells![6]).toBe('-12.5');
  },
);

it.each([
  ['a;=HYPERLINK("http://x")', 'a;\'=HYPERLINK("http://x")'],
  ['a|-1', "a|'-1"],
  ['a\t \uff1d1', "a\t' \uff1d1"],
  ['a\n=1', "a\n'=1"],
  ['\t=1', "'\t'=1"],
  ['\r=1', "'\r'=1"],
  ['a;;"=1', 'a;;\'"=1'],
  ['a;b=1', 'a;b=1'],
])('defuses %j within a cell, and quotes it', (user, safe) => {
  const [record] = featureCsv([{ ...row, user }], { header: false });
  expect(record).toContain(`,"${safe.replaceAll('"', '""')}",`);
  expect(parseCsv(record!)[0]![1]).toBe(safe);
});

it('begins no cell as a formula, whichever separator a spreadsheet takes', () => {
  const hostile = fc.string({ unit: fc.constantFrom(...';|\t\r\n ,"=+-@\uff1d\uff0b\uff0d\uff20a'), maxLength: 12 });
  fc.assert(
    fc.property(hostile, (user) => {
      const record = [...featureCsv([{ ...row, user, value: 1 }], { header: false })].join('').slice(0, -2);
      // A reader that splits at any of them and heeds no quotes but at the beginning of a cell.
      for (const separator of [';', '\t', '|']) {
        for (const cell of record.split(/[\r\n]/).flatMap((line) => line.split(separator))) {
          expect(cell).not.toMatch(/^[\s"]*[=+\-@\uff1d\uff0b\uff0d\uff20]/);
        }
      }
      expect(withoutGuards(parseCsv(`${record}\r\n`)[0]![1]!)).toBe(user);
    }),
    runs(500, 20_000),
  );
});

/** A cell as it was, where it held no apostrophe. */
function withoutGuards(cell: string): string {
  return cell.replaceAll("'", '');
}

it('keeps every digit of a number', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const [cells] = parseCsv([...featureCsv([{ ...row, value }], { header: false })].join(''));
      expect(Number(cells![6])).toBe(value + 0);
    }),
    runs(200, 10_000),
  );
});

it('can be read back, whatever names and samples are like', () => {
  fc.assert(
    fc.property(textSample, fc.string({ minLength: 1, maxLength: 20 }), (sample, user) => {
      const rows = [...featureRows({ user, samples: [{ sample: parseTypingSample(sample), session: user, text: user, target: user }] })];
      const records = parseCsv([...featureCsv(rows)].join(''));
      expect(records).toHaveLength(rows.length + 1);
      expect(records.every((record) => record.length === FEATURE_CSV_COLUMNS.length)).toBe(true);
      for (const [index, record] of records.slice(1).entries()) {
        expect(withoutGuards(record[1]!)).toBe(withoutGuards(user));
        expect(Number(record[6])).toBe(rows[index]!.value + 0);
        expect(record.every((cell, column) => column === 6 || !/^\s*[=+\-@\t\r\n]/.test(cell))).toBe(true);
      }
    }),
    runs(100, 3_000),
  );
});

it('refuses wrong arguments', () => {
  const rows = [...featureRows({ user: '7', samples: [{ sample: parseTypingSample(typedText(['KeyA', 0], ['KeyB', 100])) }] })];
  expect(() => featureCsv(rows[0] as unknown as FeatureRow[])).toThrow(new TypeError('rows must be iterable'));
  expect(() => featureCsv(rows, { header: 1 as unknown as boolean })).toThrow(new TypeError('header must be a boolean'));
  expect(() => [...featureCsv([{ ...row, value: Number.NaN }])]).toThrow(new RangeError('value of a row must be finite'));
  expect(() => [...featureCsv([{ ...row, index: '3' as unknown as number }])]).toThrow(TypeError);
  expect(() => [...featureCsv([{ ...row, extra: null as unknown as string }])]).toThrow(TypeError);
});
