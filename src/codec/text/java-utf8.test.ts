import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DataType } from '../../base/index.ts';
import { type BytesVector, sliceBatch, type Value, vectorOf } from '../arrow/index.ts';
import { javaUtf8, wellFormedBatch } from './java-utf8.ts';
import { jsonLines } from './jsonl.ts';

const STRING: DataType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };

/** Bytes, and what OpenJDK 17 prints for `new String(bytes, UTF_8)`; R stands for U+FFFD. */
const JAVA: readonly (readonly [string, string])[] = [
  ['', ''],
  ['61c3a9e282acf09f988062', 'aé€😀b'],
  ['efbbbf61', '\ufeffa'],
  ['80bf', 'RR'],
  ['c0afc1bf', 'RRRR'],
  ['c3', 'R'],
  ['c341', 'RA'],
  ['e0', 'R'],
  ['e080', 'RR'],
  ['e08080', 'RRR'],
  ['e0a0', 'R'],
  ['e0a041', 'RA'],
  ['eda080', 'R'],
  ['eda08041', 'RA'],
  ['edb041', 'RA'],
  ['edbfbfedb080', 'RR'],
  ['f0', 'R'],
  ['f08f8080', 'RRRR'],
  ['f09080', 'R'],
  ['f09f9841', 'RA'],
  ['f0904141', 'RAA'],
  ['f4908080', 'RRRR'],
  ['f48fbfbf', '\u{10ffff}'],
  ['f5808080', 'RRRR'],
  ['f888808080', 'RRRRR'],
  ['feff', 'RR'],
  ['61ff62eda08063', 'aRbRc'],
];

const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex');

describe('javaUtf8', () => {
  it('decodes what is malformed into as many U+FFFD as Java', () => {
    for (const [hex, text] of JAVA) assert.equal(javaUtf8(bytesOf(hex)), text.replaceAll('R', '\ufffd'), hex);
  });
});

describe('text of columns', () => {
  const fields = [{ id: 0, name: 's', type: STRING }];
  const batchOf = (values: readonly Value[]) => ({
    fields,
    rowCount: values.length,
    columns: [vectorOf(STRING, values)],
  });

  it('is printed as Java prints it', () => {
    const batch = batchOf([...JAVA.map(([hex]) => bytesOf(hex)), null]);
    const lines = JAVA.map(([, text]) => JSON.stringify({ s: text.replaceAll('R', '\ufffd') }));
    assert.equal([...jsonLines(batch)].join(''), `${[...lines, '{"s":null}'].join('\n')}\n`);
  });

  it('is told apart where two values are well-formed together only', () => {
    const batch = batchOf([bytesOf('61e282'), bytesOf('ac62')]);
    assert.equal([...jsonLines(batch)].join(''), '{"s":"a\ufffd"}\n{"s":"\ufffdb"}\n');
  });

  it('is the same batch when it is well-formed, also in a slice and in nested columns', () => {
    const type: DataType = {
      kind: 'ROW',
      nullable: true,
      fields: [
        { id: 1, name: 'm', type: { kind: 'MAP', nullable: true, key: STRING, value: STRING } },
        { id: 2, name: 'a', type: { kind: 'ARRAY', nullable: true, element: STRING } },
      ],
    };
    const nested = (text: Buffer) => [[[Buffer.from('k'), text]], [null, text]];
    const one = (text: Buffer) => ({
      fields: [{ id: 0, name: 'r', type }],
      rowCount: 3,
      columns: [vectorOf(type, [nested(Buffer.from('€')), null, nested(text)] as Value[])],
    });
    const good = one(Buffer.from('é'));
    assert.equal(wellFormedBatch(good), good);
    const slice = sliceBatch(batchOf([bytesOf('ff'), bytesOf('c3a9'), bytesOf('80')]), 1, 2);
    assert.equal(wellFormedBatch(slice), slice);
    const printed = [...jsonLines(wellFormedBatch(one(bytesOf('eda080'))))].join('').split('\n');
    assert.equal(printed[0], '{"r":{"m":[["k","€"]],"a":[null,"€"]}}');
    assert.equal(printed[2], '{"r":{"m":[["k","\ufffd"]],"a":[null,"\ufffd"]}}');
  });

  it('is replaced in a copy for those who need UTF-8', () => {
    const batch = batchOf([bytesOf('61'), null, bytesOf('eda080'), bytesOf('c3a9')]);
    const column = wellFormedBatch(batch).columns[0] as BytesVector;
    assert.equal(Buffer.from(column.values).toString('hex', 0, column.offsets[4]), '61efbfbdc3a9');
    assert.equal(Buffer.from((batch.columns[0] as BytesVector).values).toString('hex', 0, 6), '61eda080c3a9');
  });
});
