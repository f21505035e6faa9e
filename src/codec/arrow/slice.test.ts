import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DataType } from '../../base/index.ts';
import { batchOf, vectorOf } from './builder.ts';
import { compareValues } from './compare.ts';
import { constantVector } from './constant.ts';
import { batchBytes, vectorBytes } from './size.ts';
import { concatBatches, concatVectors, sliceBatch, sliceVector } from './slice.ts';
import { type Value, valueAt } from './value.ts';
import type { Vector } from './vector.ts';

const nullable = true;
const INT: DataType = { kind: 'INT', nullable };
const STRING: DataType = { kind: 'VARCHAR', nullable, length: 2147483647 };

const bytes = (...b: number[]): Uint8Array => Uint8Array.from(b);

/** Columns of 20 rows with nulls at odd places, one per layout. */
const COLUMNS: readonly (readonly [DataType, (i: number) => Value])[] = [
  [{ kind: 'BOOLEAN', nullable }, (i) => i % 3 === 0],
  [{ kind: 'TINYINT', nullable }, (i) => i - 10],
  [{ kind: 'SMALLINT', nullable }, (i) => i * 100],
  [INT, (i) => i * 100000],
  [{ kind: 'BIGINT', nullable }, (i) => BigInt(i) << 50n],
  [{ kind: 'FLOAT', nullable }, (i) => i / 4],
  [{ kind: 'DOUBLE', nullable }, (i) => i / 7],
  [{ kind: 'DECIMAL', nullable, precision: 38, scale: 0 }, (i) => (BigInt(i) - 5n) << 90n],
  [{ kind: 'VARBINARY', nullable, length: 99 }, (i) => new Uint8Array(i).fill(i)],
  [{ kind: 'ARRAY', nullable, element: INT }, (i) => Array.from({ length: i % 4 }, (_, j) => i + j)],
  [
    {
      kind: 'ROW',
      nullable,
      fields: [
        { id: 1, name: 'a', type: INT },
        { id: 2, name: 'b', type: { kind: 'VARBINARY', nullable, length: 9 } },
      ],
    },
    (i) => [i, bytes(i)],
  ],
];

function cellsOf(make: (i: number) => Value): Value[] {
  return Array.from({ length: 20 }, (_, i) => (i % 5 === 2 ? null : make(i)));
}

function cells(vector: Vector): Value[] {
  return Array.from({ length: vector.length }, (_, i) => valueAt(vector, i));
}

describe('sliceVector and concatVectors', () => {
  it('give the rows asked for, at every start and of every layout', () => {
    for (const [type, make] of COLUMNS) {
      const values = cellsOf(make);
      const vector = vectorOf(type, values);
      for (let start = 0; start <= 20; start++) {
        for (const end of [start, 17, 20].filter((e) => e >= start)) {
          const label = `${type.kind} ${start}..${end}`;
          assert.deepEqual(cells(sliceVector(vector, start, end)), values.slice(start, end), label);
        }
        const parts = [sliceVector(vector, 0, start), sliceVector(vector, start, 20)];
        assert.deepEqual(cells(concatVectors(parts)), values, `${type.kind} cut at ${start}`);
        const again = sliceVector(sliceVector(vector, 1, 20), Math.min(start, 19), 19);
        assert.deepEqual(
          cells(again),
          values.slice(1 + Math.min(start, 19), 20),
          `${type.kind} twice ${start}`,
        );
      }
    }
  });

  it('work on batches', () => {
    const fields = COLUMNS.map(([type], id) => ({ id, name: `c${id}`, type }));
    const rows = Array.from({ length: 20 }, (_, i) => COLUMNS.map(([, make]) => make(i)));
    const batch = batchOf(fields, rows);
    const joined = concatBatches([
      sliceBatch(batch, 0, 3),
      sliceBatch(batch, 3, 11),
      sliceBatch(batch, 11, 20),
    ]);
    assert.equal(joined.rowCount, 20);
    joined.columns.forEach((column, c) => {
      assert.deepEqual(
        cells(column),
        rows.map((row) => row[c]),
      );
    });
  });
});

describe('vectorBytes', () => {
  it('counts the rows of a slice, not what it keeps alive', () => {
    const vector = vectorOf(STRING, ['aaaa', 'bb', 'c']);
    assert.equal(vectorBytes(vector), 4 * 4 + 7);
    assert.equal(vectorBytes(sliceVector(vector, 1, 2)), 2 * 4 + 2);
    const list = vectorOf({ kind: 'ARRAY', nullable, element: INT }, [[1, 2, 3], null, [4]]);
    assert.equal(vectorBytes(list), 1 + 4 * 4 + 4 * 4);
    assert.equal(batchBytes({ fields: [], rowCount: 3, columns: [vector, list] }), 23 + 33);
  });
});

describe('constantVector', () => {
  it('repeats values and nulls', () => {
    assert.deepEqual(
      cells(constantVector(STRING, 'xy', 3)),
      [1, 2, 3].map(() => bytes(120, 121)),
    );
    assert.deepEqual(cells(constantVector(INT, null, 2)), [null, null]);
  });
});

describe('compareValues', () => {
  it('orders floats as Java does: -0 below 0, NaN above all', () => {
    const type: DataType = { kind: 'DOUBLE', nullable };
    const sorted = [-Infinity, -1, -0, 0, 1, Infinity, Number.NaN];
    for (let i = 0; i < sorted.length; i++) {
      for (let j = 0; j < sorted.length; j++) {
        assert.equal(
          Math.sign(compareValues(type, sorted[i] as number, sorted[j] as number)),
          Math.sign(i - j),
        );
      }
    }
  });

  it('orders text by its UTF-8 bytes, unsigned', () => {
    assert.ok(compareValues(STRING, '～', '😀') < 0);
    assert.ok(compareValues(STRING, 'a', 'é') < 0);
    assert.ok(compareValues(STRING, 'a', 'ab') < 0);
  });
});
