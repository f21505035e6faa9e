import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DataType } from '../../base/index.ts';
import { vectorOf } from './builder.ts';
import { gather, take } from './gather.ts';
import { type Value, valueAt } from './value.ts';
import type { FloatVector, Vector } from './vector.ts';

const SEED = Number(process.env.SEED ?? 20240229);

/** A small generator of reproducible integers (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const nullable = true;
const INT: DataType = { kind: 'INT', nullable };
const STRING: DataType = { kind: 'VARCHAR', nullable, length: 2147483647 };
const TYPES: readonly DataType[] = [
  { kind: 'BOOLEAN', nullable },
  { kind: 'TINYINT', nullable },
  { kind: 'SMALLINT', nullable },
  INT,
  { kind: 'BIGINT', nullable },
  { kind: 'FLOAT', nullable },
  { kind: 'DOUBLE', nullable },
  { kind: 'DECIMAL', nullable, precision: 38, scale: 2 },
  { kind: 'VARBINARY', nullable, length: 100 },
  { kind: 'ARRAY', nullable, element: STRING },
  { kind: 'MAP', nullable, key: INT, value: STRING },
  {
    kind: 'ROW',
    nullable,
    fields: [
      { id: 1, name: 'a', type: INT },
      { id: 2, name: 'b', type: { kind: 'ARRAY', nullable, element: INT } },
    ],
  },
];

function randomValue(type: DataType, next: (below: number) => number): Value {
  if (next(5) === 0) return null;
  switch (type.kind) {
    case 'BOOLEAN':
      return next(2) === 1;
    case 'TINYINT':
      return next(256) - 128;
    case 'SMALLINT':
      return next(65536) - 32768;
    case 'BIGINT':
      return BigInt.asIntN(64, (BigInt(next(2 ** 31)) << 40n) * (next(2) === 1 ? 1n : -1n));
    case 'DECIMAL':
      return ((BigInt(next(2 ** 31)) << 70n) | 5n) * (next(2) === 1 ? 1n : -1n);
    case 'FLOAT':
    case 'DOUBLE':
      return next(1000) / 8;
    case 'VARCHAR':
    case 'VARBINARY':
      return new Uint8Array(next(next(4) === 0 ? 150 : 40)).map(() => next(256));
    case 'ARRAY':
      return Array.from({ length: next(4) }, () => randomValue(type.element, next));
    case 'MAP':
      return Array.from({ length: next(4) }, (_, k) => [k, randomValue(type.value, next)]);
    case 'ROW':
      return type.fields.map((field) => randomValue(field.type, next));
    default:
      return next(1000);
  }
}

describe('gather', () => {
  it(`gives the picked rows for every layout (SEED=${SEED})`, () => {
    const next = random(SEED);
    for (const type of TYPES) {
      for (let round = 0; round < 40; round++) {
        const cells = Array.from({ length: 1 + next(4) }, () =>
          Array.from({ length: 1 + next(50) }, () => randomValue(type, next)),
        );
        const count = next(80);
        const which = new Int32Array(count);
        const rows = new Int32Array(count);
        for (let i = 0; i < count; i++) {
          const follow = i > 0 && next(2) === 0 && (rows[i - 1] as number) >= 0;
          which[i] = follow ? (which[i - 1] as number) : next(cells.length);
          const length = (cells[which[i] as number] as Value[]).length;
          rows[i] = follow ? ((rows[i - 1] as number) + 1) % length : next(length + 1) - 1;
        }
        const sources = cells.map((values) => vectorOf(type, values));
        const out = gather(sources, which, rows, count);
        for (let i = 0; i < count; i++) {
          const row = rows[i] as number;
          const expected = row < 0 ? null : (cells[which[i] as number]?.[row] as Value);
          assert.deepEqual(valueAt(out, i), expected, `${type.kind} row ${i}`);
        }
      }
    }
  });

  it('has no validity when nothing is null', () => {
    assert.equal(take(vectorOf(INT, [1, 2, 3]), Int32Array.of(2, 0)).validity, null);
  });

  it('keeps the payload of a NaN', () => {
    const bits = new BigInt64Array([0x7ff8000000000123n]);
    const vector: Vector = {
      layout: 'f64',
      length: 1,
      validity: null,
      values: new Float64Array(bits.buffer),
    };
    const out = take(vector, Int32Array.of(0)) as FloatVector;
    assert.equal(new BigInt64Array(out.values.buffer)[0], bits[0]);
  });
});
