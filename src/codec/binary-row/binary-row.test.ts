import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DataType, LakeError, parseTypeText } from '../../base/index.ts';
import type { Value } from '../arrow/index.ts';
import { murmurHashWords } from '../murmur.ts';
import {
  compareRows,
  decodeArray,
  decodeRow,
  decodeRowBody,
  encodeArray,
  encodeRow,
  encodeRowBody,
} from './index.ts';

const type = (text: string): DataType => parseTypeText(text, { file: 'test', column: 'c' });
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

// Computed with Paimon's Java classes: types, cells, row bytes, hash of the row bytes.
const ZERO = '0000000000000000';
const NULL = '0001000000000000';
const JAVA: readonly (readonly [string, readonly Value[], string, number])[] = [
  ['INT', [1], `${ZERO} 0100000000000000`, 1465514398],
  ['INT', [-7], `${ZERO} f9ffffff00000000`, 1485184587],
  ['INT', [null], `${NULL} ${ZERO}`, -1748325344],
  ['BIGINT', [9007199254740993n], `${ZERO} 0100000000002000`, 1801556886],
  ['STRING', [''], `${ZERO} 0000000000000080`, 302122119],
  ['STRING', ['abc'], `${ZERO} 6162630000000083`, -101922419],
  ['STRING', ['abcdefg'], `${ZERO} 6162636465666787`, -1431907323],
  ['STRING', ['abcdefgh'], `${ZERO} 0800000010000000 6162636465666768`, -843760178],
  ['STRING', ['hello world'], `${ZERO} 0b00000010000000 68656c6c6f20776f 726c640000000000`, 161593394],
  ['STRING', ['中文'], `${ZERO} e4b8ade696870086`, 1956728004],
  [
    'INT;STRING',
    [42, 'user-0001'],
    `${ZERO} 2a00000000000000 0900000018000000 757365722d303030 3100000000000000`,
    1262287591,
  ],
  ['TINYINT', [-1], `${ZERO} ff00000000000000`, 2004758659],
  ['SMALLINT', [300], `${ZERO} 2c01000000000000`, 690796707],
  ['FLOAT', [1.5], `${ZERO} 0000c03f00000000`, -173842779],
  ['DOUBLE', [1.5], `${ZERO} 000000000000f83f`, 1860889473],
  ['DATE', [19000], `${ZERO} 384a000000000000`, -1241043695],
  ['DECIMAL(10, 2)', [1234n], `${ZERO} d204000000000000`, -1096042293],
  ['DECIMAL(20, 2)', [1234n], `${ZERO} 0200000010000000 04d2000000000000 ${ZERO}`, -531788649],
  ['DECIMAL(20, 2)', [null], `${NULL} 0000000010000000 ${ZERO} ${ZERO}`, -1380280760],
  ['DECIMAL(38, 10)', [-10000000000n], `${ZERO} 0500000010000000 fdabf41c00000000 ${ZERO}`, -465870866],
  ['TIMESTAMP(3)', [1700000000123000n], `${ZERO} 7b68e5cf8b010000`, -1285420957],
  ['TIMESTAMP(6)', [1700000000123456n], `${ZERO} 40f5060010000000 7b68e5cf8b010000`, 1196670069],
  ['TIMESTAMP(6)', [null], `${NULL} 0000000010000000 ${ZERO}`, -340882661],
  ['BYTES', [bytesOf('0102030405060708')], `${ZERO} 0800000010000000 0102030405060708`, -703675362],
  [
    'INT ARRAY',
    [[1, null, 3]],
    `${ZERO} 1800000010000000 0300000002000000 0100000000000000 0300000000000000`,
    1830759751,
  ],
];

describe('BinaryRow', () => {
  for (const [names, cells, row, hash] of JAVA) {
    const types = names.split(';').map(type);
    const title = `(${String(cells)}) ${names}`;
    it(`writes and hashes ${title} as Java does`, () => {
      const bytes = encodeRowBody(types, cells);
      assert.equal(hex(bytes), row.replaceAll(' ', ''));
      assert.equal(murmurHashWords(bytes), hash);
    });
    it(`reads ${title}`, () => assert.deepEqual(decodeRowBody(types, bytesOf(row), 'f'), cells));
  }

  it('writes an array of null counts, an empty row and a row with arity as Java does', () => {
    const counts = encodeArray(type('BIGINT'), [0n, 5n, null]);
    assert.equal(hex(counts), `030000000400000000000000000000000500000000000000${ZERO}`);
    assert.deepEqual(decodeArray(type('BIGINT'), counts, 'f'), [0n, 5n, null]);
    assert.equal(hex(encodeRow([], [])), '00'.repeat(12));
    assert.deepEqual(decodeRow([], new Uint8Array(12), 'f'), []);
    assert.equal(hex(encodeRow([type('INT')], [1])), `00000001${ZERO}0100000000000000`);
  });

  it('takes 16 bytes of null bits from 57 fields on', () => {
    const types = Array.from({ length: 57 }, () => type('INT'));
    const nulls = types.map(() => null);
    const bytes = encodeRowBody(types, nulls);
    assert.equal(hex(bytes), `00ffffffffffffff0100000000000000${ZERO.repeat(57)}`);
    assert.deepEqual(decodeRowBody(types, bytes, 'f'), nulls);
    assert.equal(encodeRowBody(types.slice(1), nulls.slice(1)).length, 8 + 56 * 8);
  });

  it('keeps text a UTF-8 array too', () => {
    const text = [type('STRING')];
    assert.deepEqual(
      encodeRowBody(text, [new TextEncoder().encode('中文字符')]),
      encodeRowBody(text, ['中文字符']),
    );
  });

  it('writes one NaN', () => {
    assert.equal(hex(encodeRowBody([type('FLOAT')], [Number.NaN])), `${ZERO}0000c07f00000000`);
    assert.equal(hex(encodeRowBody([type('DOUBLE')], [Number.NaN])), `${ZERO}000000000000f87f`);
  });

  it('keeps the nanoseconds of TIMESTAMP(9) and times before 1970', () => {
    const types = [type('TIMESTAMP(9)'), type('TIMESTAMP(6)'), type('TIMESTAMP(3)')];
    const cells = [-1n, -1n, -1000n];
    assert.deepEqual(decodeRowBody(types, encodeRowBody(types, cells), 'f'), cells);
  });

  it('refuses damaged rows, naming the file', () => {
    const refuse = (t: string, row: string): void => {
      assert.throws(
        () => decodeRowBody([type(t)], bytesOf(row), 'manifest-1'),
        (e) => e instanceof LakeError && e.code === 'FILE_CORRUPT' && e.message.startsWith('manifest-1'),
      );
    };
    refuse('INT', ZERO);
    refuse('STRING', `${ZERO} 0000000000000088`);
    refuse('STRING', `${ZERO} 0800000011000000 6162636465666768`);
    refuse('STRING', `${ZERO} ffffffff10000000 6162636465666768`);
    refuse('STRING', `${ZERO} 08000000ffffff7f 6162636465666768`);
    refuse('DECIMAL(20, 2)', `${ZERO} 1100000010000000 ${ZERO} ${ZERO} ${ZERO}`);
    refuse('DECIMAL(20, 2)', `${ZERO} 0000000010000000 ${ZERO} ${ZERO}`);
    refuse('TIMESTAMP(6)', `${ZERO} 40420f0010000000 ${ZERO}`);
    refuse('INT ARRAY', `${ZERO} 0800000010000000 ffffff7f00000000`);
    refuse('INT ARRAY', `${ZERO} 0800000010000000 ffffffff00000000`);
    assert.throws(() => decodeRow([type('INT')], bytesOf(`00000002${ZERO}${ZERO}`), 'f'), /2 fields/);
    assert.throws(() => decodeRow([], new Uint8Array(3), 'f'), /3 bytes/);
  });
});

describe('order of rows', () => {
  it('goes column by column, null first', () => {
    const types = [type('INT'), type('STRING')];
    const sorted: readonly (readonly Value[])[] = [
      [null, 'z'],
      [1, null],
      [1, 'a'],
      [1, '\uffff'],
      [1, '😀'],
      [2, ''],
    ];
    for (const [i, a] of sorted.entries()) {
      for (const [j, b] of sorted.entries())
        assert.equal(Math.sign(compareRows(types, a, b)), Math.sign(i - j));
    }
  });
});
