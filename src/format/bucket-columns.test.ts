// Buckets of whole columns against the bucket function row by row, which is compared with Java's.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DataType, type Field, parseTypeText } from '../base/index.ts';
import { batchOf, sliceBatch, type Value, type Vector, valueAt } from '../codec/index.ts';
import { bucketFunction } from './bucket.ts';
import { bucketsOfColumns } from './bucket-columns.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
console.log(`SEED=${SEED}`);

function random(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const TYPES = [
  'BOOLEAN',
  'TINYINT',
  'SMALLINT',
  'INT',
  'BIGINT',
  'DATE',
  'TIME(3)',
  'STRING',
  'CHAR(9)',
  'VARBINARY(20)',
  'DECIMAL(12, 2)',
  'DECIMAL(30, 2)',
  'FLOAT',
  'DOUBLE',
  'TIMESTAMP(3)',
  'TIMESTAMP(6)',
  'TIMESTAMP(9)',
].map((text) => parseTypeText(text, { file: 'test', column: 'c' }));

function cell(type: DataType, next: (below: number) => number): Value {
  switch (type.kind) {
    case 'BOOLEAN':
      return next(2) === 1;
    case 'TINYINT':
      return next(256) - 128;
    case 'SMALLINT':
      return next(65536) - 32768;
    case 'INT':
    case 'DATE':
    case 'TIME':
      return next(2 ** 32) | 0;
    case 'FLOAT':
    case 'DOUBLE':
      return next(5) === 0 ? Number.NaN : next(1000) / 8 - 60;
    case 'BIGINT':
    case 'DECIMAL':
    case 'TIMESTAMP':
      return BigInt.asIntN(64, (BigInt(next(2 ** 32)) << 32n) | BigInt(next(2 ** 32))) >> BigInt(next(60));
    default:
      return Uint8Array.from({ length: next(next(4) === 0 ? 40 : 9) }, () => next(256));
  }
}

describe('buckets of columns', () => {
  it('are those of each row, for keys of one to seventy columns', () => {
    for (let round = 0; round < 120; round++) {
      const next = random(SEED + round);
      const width = round % 20 === 0 ? 1 + next(70) : 1 + next(4);
      const types = Array.from({ length: width }, () => TYPES[next(TYPES.length)] as DataType);
      const fields = types.map((type, id): Field => ({ id, name: `c${id}`, type }));
      const nulls = next(2) === 0 ? 4 : 0;
      const rows = Array.from({ length: 1 + next(120) }, () =>
        types.map((type) => (nulls > 0 && next(nulls) === 0 ? null : cell(type, next))),
      );
      const { columns, rowCount } = sliceBatch(batchOf(fields, rows), next(2), rows.length);
      const count = 1 + next(1000);
      const buckets = bucketsOfColumns('default', types)(columns, rowCount, count);
      const ofRow = bucketFunction('default', types);
      const expected = Array.from({ length: rowCount }, (_, i) =>
        ofRow(
          columns.map((column: Vector) => valueAt(column, i)),
          count,
        ),
      );
      assert.deepEqual([...buckets], expected, `SEED=${SEED + round}`);
    }
  });

  it('of the other functions too', () => {
    const int = TYPES[3] as DataType;
    const { columns } = batchOf([{ id: 0, name: 'k', type: int }], [[17], [-3], [null]]);
    assert.deepEqual([...bucketsOfColumns('mod', [int])(columns, 3, 5)], [2, 2, 0]);
    assert.deepEqual([...bucketsOfColumns('hive', [int])(columns, 2, 5)], [2, (-3 & 0x7fffffff) % 5]);
  });
});
