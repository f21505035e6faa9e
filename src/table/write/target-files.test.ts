import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Field } from '../../base/index.ts';
import { batchOf, type LongVector, sliceBatch } from '../../codec/index.ts';
import { numbered } from './target-files.ts';

const FIELDS: readonly Field[] = [{ id: 0, name: 'n', type: { kind: 'BIGINT', nullable: false } }];

describe('sequence numbers', () => {
  for (const first of [0n, 1n, 2n ** 32n - 2n, 2n ** 32n, 2n ** 53n + 7n, 2n ** 62n + 2n ** 32n - 1n]) {
    it(`count from ${first} on`, () => {
      const counts = [0n, 1n, 2n, 5n, 2n ** 32n - 1n, 2n ** 33n];
      const batch = batchOf(
        FIELDS,
        counts.map((count) => [count]),
      );
      const { columns } = numbered(sliceBatch(batch, 1, counts.length), 0, first);
      assert.deepEqual(
        [...(columns[0] as LongVector).values],
        counts.slice(1).map((count) => count + first),
      );
    });
  }
});
