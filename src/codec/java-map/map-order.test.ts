import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DataType } from '../../base/index.ts';
import { type Value, valueAt, vectorOf } from '../arrow/index.ts';
import { inHashMapOrder } from './map-order.ts';

const INT: DataType = { kind: 'INT', nullable: true };
const BIGINT: DataType = { kind: 'BIGINT', nullable: true };
const STRING: DataType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };
const BYTES: DataType = { kind: 'VARBINARY', nullable: true, length: 2147483647 };
const mapOf = (key: DataType, value: DataType): DataType => ({ kind: 'MAP', nullable: true, key, value });
const text = (value: string): Value => Buffer.from(value);

function keysAfter(type: DataType, rows: readonly Value[]): unknown[] {
  const out = inHashMapOrder(type, vectorOf(type, rows));
  return rows.map((_, i) => (valueAt(out, i) as Value[][] | null)?.map(([key]) => readable(key as Value)));
}

function readable(value: Value): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : value;
}

// The orders were read by Java 1.4.2 from Avro files that held the entries as they are given here.
describe('inHashMapOrder', () => {
  it("is Java's for numbers and text", () => {
    const ints = [-12, 1657325970, -128582].map((key) => [key, null]);
    assert.deepEqual(keysAfter(mapOf(INT, INT), [null, ints, []]), [
      undefined,
      [-128582, 1657325970, -12],
      [],
    ]);
    const longs = [33823016908417878n, 621425368n, -66602959n].map((key) => [key, 1]);
    assert.deepEqual(keysAfter(mapOf(BIGINT, INT), [longs]), [[621425368n, -66602959n, 33823016908417878n]]);
    const words = ['-1', '\ufffd', '😀rwbayv', 'ihtqj'];
    const entries = words.map((key) => [text(key), 1]);
    assert.deepEqual(keysAfter(mapOf(STRING, INT), [entries]), [['ihtqj', '\ufffd', '-1', '😀rwbayv']]);
  });

  it('leaves maps of text to text, and those with keys that have no order, as they are', () => {
    const words = ['-1', '\ufffd', '😀rwbayv', 'ihtqj'];
    const entries = words.map((key) => [text(key), text(key)]);
    assert.deepEqual(keysAfter(mapOf(STRING, STRING), [entries]), [words]);
    assert.deepEqual(keysAfter(mapOf(BYTES, STRING), [entries]), [words]);
  });

  it('reaches maps inside maps, arrays and rows; keeps values with their keys and the last of a key', () => {
    const inner = mapOf(INT, STRING);
    const row: DataType = { kind: 'ROW', nullable: true, fields: [{ id: 0, name: 'm', type: inner }] };
    const type = mapOf(STRING, { kind: 'ARRAY', nullable: true, element: row });
    const map = [
      [-12, text('a')],
      [1657325970, text('b')],
      [-128582, text('c')],
      [-12, text('d')],
    ];
    const cell = [[text('k'), [[map], null]]];
    const out = inHashMapOrder(type, vectorOf(type, [null, cell] as Value[]));
    const [[, array]] = valueAt(out, 1) as [[Value, [[Value[][]], null]]];
    assert.deepEqual(
      array[0][0].map(([key, value]) => [key, readable(value as Value)]),
      [
        [-128582, 'c'],
        [1657325970, 'b'],
        [-12, 'd'],
      ],
    );
    assert.equal(array[1], null);
  });
});
