// Partitions numbered column by column against the bytes of their values.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DataType, Field } from '../../base/index.ts';
import { batchOf, encodeRow, type Value } from '../../codec/index.ts';
import { PartitionIds } from './partition-ids.ts';

const nullable = true;
const TYPES: readonly DataType[] = [
  { kind: 'INT', nullable },
  { kind: 'VARCHAR', nullable, length: 2147483647 },
  { kind: 'DOUBLE', nullable },
  { kind: 'BIGINT', nullable },
  { kind: 'BOOLEAN', nullable },
];
const VALUES: readonly (readonly Value[])[] = [
  [0, 1, null],
  ['', 'a', 'ab', 'b', null],
  [0, -0, Number.NaN, 1.5, null],
  [0n, 2n ** 53n, 2n ** 53n + 1n, null],
  [true, false, null],
];

describe('partitions', () => {
  for (let width = 0; width <= TYPES.length; width++) {
    it(`of ${width} columns have a number each, and their bytes, over several batches`, () => {
      const types = TYPES.slice(0, width);
      const fields = types.map((type, id): Field => ({ id, name: `c${id}`, type }));
      const ids = new PartitionIds(types);
      const expected = new Map<string, number>();
      for (let start = 0; start < 3; start++) {
        const rows = Array.from({ length: 500 }, (_, i): Value[] =>
          types.map((_type, c) => {
            const values = VALUES[c] as readonly Value[];
            return values[((i * (start + 2)) >> c) % values.length] as Value;
          }),
        );
        const numbers = rows.map((row) => {
          const bytes = Buffer.from(encodeRow(types, row)).toString('hex');
          if (!expected.has(bytes)) expected.set(bytes, expected.size);
          return expected.get(bytes);
        });
        assert.deepEqual([...ids.of(batchOf(fields, rows).columns, rows.length)], numbers);
      }
      assert.deepEqual(
        ids.partitions.map((bytes) => Buffer.from(bytes).toString('hex')),
        [...expected.keys()],
      );
    });
  }
});
