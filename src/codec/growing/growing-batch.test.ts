// Random batches appended, put in order and forgotten, against an array.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DataType, Field } from '../../base/index.ts';
import { type Batch, batchOf, sliceBatch, type Value, valueAt } from '../arrow/index.ts';
import { GrowingBatch } from './growing-batch.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const ROUNDS = Number(process.env.ROUNDS ?? 60);
console.log(`SEED=${SEED}`);

type Next = (below: number) => number;

function random(seed: number): Next {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const nullable = true;
const INT: DataType = { kind: 'INT', nullable };
const TEXT: DataType = { kind: 'VARCHAR', nullable, length: 2147483647 };
const TYPES: readonly DataType[] = [
  { kind: 'BOOLEAN', nullable },
  { kind: 'TINYINT', nullable },
  { kind: 'SMALLINT', nullable },
  INT,
  { kind: 'BIGINT', nullable },
  { kind: 'FLOAT', nullable },
  { kind: 'DOUBLE', nullable },
  { kind: 'DECIMAL', nullable, precision: 30, scale: 0 },
  TEXT,
  { kind: 'ARRAY', nullable, element: TEXT },
  { kind: 'MAP', nullable, key: INT, value: TEXT },
  { kind: 'MULTISET', nullable, element: TEXT },
  {
    kind: 'ROW',
    nullable,
    fields: [
      { id: 1, name: 'x', type: INT },
      { id: 2, name: 'y', type: { kind: 'ARRAY', nullable, element: { kind: 'BOOLEAN', nullable } } },
    ],
  },
];
const FIELDS = TYPES.map((type, id): Field => ({ id, name: `c${id}`, type }));

function cell(type: DataType, next: Next, nulls: number): Value {
  if (nulls > 0 && next(nulls) === 0) return null;
  switch (type.kind) {
    case 'BOOLEAN':
      return next(2) === 1;
    case 'FLOAT':
    case 'DOUBLE':
      return next(1000) / 8;
    case 'BIGINT':
    case 'DECIMAL':
      return BigInt(next(1000)) - 500n;
    case 'VARCHAR':
      return Buffer.from('x'.repeat(next(30)) + next(100));
    case 'ARRAY':
      return Array.from({ length: next(4) }, () => cell(type.element, next, nulls));
    case 'MAP':
      return Array.from({ length: next(3) }, (_, i) => [i, cell(type.value, next, nulls)]);
    case 'MULTISET':
      return Array.from({ length: next(3) }, () => [cell(type.element, next, 0), 1 + next(3)]);
    case 'ROW':
      return type.fields.map((field) => cell(field.type, next, nulls));
    default:
      return next(200) - 100;
  }
}

function plain(value: Value): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  return Array.isArray(value) ? value.map(plain) : value;
}

function cells(batch: Batch): unknown[] {
  return Array.from({ length: batch.rowCount }, (_, i) =>
    batch.columns.map((column) => plain(valueAt(column, i))),
  );
}

describe('a batch that grows', () => {
  it('holds what an array holds, however it was put together, reordered and cleared', () => {
    for (let round = 0; round < ROUNDS; round++) {
      const next = random(SEED + round);
      const growing = new GrowingBatch(FIELDS);
      let expected: unknown[] = [];
      for (let step = 0; step < 12; step++) {
        const what = next(10);
        if (what < 7) {
          const nulls = next(3) === 0 ? 0 : 1 + next(6);
          const rows = Array.from({ length: next(90) }, () => TYPES.map((type) => cell(type, next, nulls)));
          const whole = batchOf(FIELDS, rows);
          const start = next(whole.rowCount + 1);
          const batch = sliceBatch(whole, start, start + next(whole.rowCount - start + 1));
          growing.append(batch);
          expected.push(...cells(batch));
        } else if (what < 9) {
          const count = next(2 * growing.rowCount + 1);
          const rows = Int32Array.from({ length: growing.rowCount === 0 ? 0 : count }, () =>
            next(growing.rowCount),
          );
          growing.reorder(rows);
          expected = [...rows].map((row) => expected[row]);
        } else {
          growing.clear();
          expected = [];
        }
        assert.equal(growing.rowCount, expected.length);
        assert.deepEqual(cells(growing.batch()), expected, `SEED=${SEED + round}`);
      }
    }
  });
});
