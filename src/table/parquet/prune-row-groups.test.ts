// Statistics that say other things than they seem to.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DataType, Field } from '../../base/index.ts';
import {
  decodeParquetFooter,
  type ParquetFooter,
  PHYSICAL,
  THRIFT,
  ThriftWriter,
} from '../../codec/index.ts';
import type { Predicate } from '../../format/index.ts';
import { rowGroupMatches } from './prune-row-groups.ts';

/** `converted`: what the column is said to hold, as Parquet's `ConvertedType`. */
interface Column {
  readonly physical: number;
  readonly converted?: number;
  readonly min: Uint8Array;
  readonly max: Uint8Array;
  readonly nullCount?: bigint;
}

/** Fields of a struct by their ids: a number is an I32, a bigint an I64. */
type Thing = number | bigint | Uint8Array | Struct | readonly Struct[];
interface Struct {
  readonly [id: number]: Thing | undefined;
}

function put(out: ThriftWriter, struct: Struct): void {
  let last = 0;
  const field = (id: number, type: number): void => {
    out.field(last, id, type);
    last = id;
  };
  for (const [key, thing] of Object.entries(struct)) {
    const id = Number(key);
    if (typeof thing === 'number' || typeof thing === 'bigint') {
      field(id, typeof thing === 'number' ? THRIFT.I32 : THRIFT.I64);
      out.zigzag(Number(thing));
    } else if (thing instanceof Uint8Array) {
      field(id, THRIFT.BINARY);
      out.varint(thing.length);
      out.raw(thing);
    } else if (Array.isArray(thing)) {
      field(id, THRIFT.LIST);
      out.list(thing.length, THRIFT.STRUCT);
      for (const one of thing as readonly Struct[]) put(out, one);
    } else if (thing !== undefined) {
      field(id, THRIFT.STRUCT);
      put(out, thing as Struct);
    }
  }
  out.byte(0);
}

/** A footer of one row group of ten rows of one column `c`. */
function footerOf({ physical, converted, min, max, nullCount }: Column): ParquetFooter {
  const out = new ThriftWriter();
  const statistics = { 3: nullCount, 5: max, 6: min };
  const chunk = { 3: { 1: physical, 5: 10n, 12: statistics } };
  put(out, {
    2: [
      { 4: Buffer.from('root'), 5: 1 },
      { 1: physical, 3: 1, 4: Buffer.from('c'), 6: converted },
    ],
    4: [{ 1: [chunk], 3: 10n }],
  });
  return decodeParquetFooter(out.bytes, 'f');
}

function matches(type: DataType, column: Column, predicate: Predicate): boolean {
  const field: Field = { id: 0, name: 'c', type };
  return rowGroupMatches(footerOf(column), 0, [predicate], () => field);
}

function words(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(values).buffer);
}

const eq = (value: number | bigint): Predicate => ({ kind: 'eq', column: 'c', value }) as Predicate;

describe('row groups left out by statistics', () => {
  it('leaves out what lies outside of the bounds', () => {
    const column = { physical: PHYSICAL.INT32, min: words(1), max: words(9) };
    assert.equal(matches({ kind: 'INT', nullable: true }, column, eq(5)), true);
    assert.equal(matches({ kind: 'INT', nullable: true }, column, eq(10)), false);
  });

  it('does not take the order of numbers without a sign for its own', () => {
    // 1 to 2^32 - 1, and to 2^64 - 1: the greatest reads as -1.
    const ints = { physical: PHYSICAL.INT32, converted: 13, min: words(1), max: words(-1) };
    assert.equal(matches({ kind: 'INT', nullable: true }, ints, eq(5)), true);
    const longs = { physical: PHYSICAL.INT64, converted: 14, min: words(1, 0), max: words(-1, -1) };
    assert.equal(matches({ kind: 'BIGINT', nullable: true }, longs, eq(5n)), true);
  });

  it('does not take bounds of numbers of which it reads the lowest bits', () => {
    const column = { physical: PHYSICAL.INT32, min: words(250), max: words(300) };
    assert.equal(matches({ kind: 'TINYINT', nullable: true }, column, eq(44)), true);
    assert.equal(matches({ kind: 'SMALLINT', nullable: true }, column, eq(44)), false);
  });

  it('takes a negative number of nulls for an unknown one', () => {
    const column = { physical: PHYSICAL.INT32, min: words(1), max: words(9), nullCount: -1n };
    const isNull: Predicate = { kind: 'isNull', column: 'c' };
    assert.equal(matches({ kind: 'INT', nullable: true }, column, isNull), true);
    assert.equal(matches({ kind: 'INT', nullable: true }, { ...column, nullCount: 0n }, isNull), false);
  });
});
